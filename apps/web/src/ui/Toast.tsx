import { Check, CircleAlert, X } from 'lucide-react';
import type { ReactNode } from 'react';
import {
  UNSTABLE_Toast as AriaToast,
  UNSTABLE_ToastQueue as Queue,
  UNSTABLE_ToastRegion as Region,
} from 'react-aria-components';
import { Button, IconButton } from './Button.tsx';
import { classes } from './classes.ts';
import styles from './Toast.module.css';

export type Notice = {
  tone: 'done' | 'error';
  title: string;
  /** What was kept and what to do. */
  detail?: ReactNode;
  act?: { name: string; run(): void };
};

const queue = new Queue<Notice>({ maxVisibleToasts: 3 });

/** Shows a notice at the foot of the page. Done notices leave after 6 s; an error stays until it is closed. */
export function notify(notice: Notice): void {
  queue.add(notice, notice.tone === 'error' ? {} : { timeout: 6000 });
}

export function Toasts() {
  return (
    <Region queue={queue} className={styles.region as string} aria-label="Notices">
      {({ toast }) => (
        <AriaToast
          toast={toast}
          className={classes(styles.toast, toast.content.tone === 'error' && styles.error)}
        >
          <span className={styles.icon}>
            {toast.content.tone === 'error' ? <CircleAlert aria-hidden /> : <Check aria-hidden />}
          </span>
          <div className={styles.body}>
            <div className={styles.title}>{toast.content.title}</div>
            {toast.content.detail && <div className={styles.detail}>{toast.content.detail}</div>}
          </div>
          {toast.content.act && (
            <Button
              height={26}
              onPress={() => {
                toast.content.act?.run();
                queue.close(toast.key);
              }}
            >
              {toast.content.act.name}
            </Button>
          )}
          <IconButton label="Close" size={24} onPress={() => queue.close(toast.key)}>
            <X />
          </IconButton>
        </AriaToast>
      )}
    </Region>
  );
}
