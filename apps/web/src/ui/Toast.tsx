import { Check, CircleAlert, Hourglass, Info, X } from 'lucide-react';
import type { ReactNode } from 'react';
import {
  UNSTABLE_Toast as AriaToast,
  UNSTABLE_ToastContent as Content,
  UNSTABLE_ToastQueue as Queue,
  UNSTABLE_ToastRegion as Region,
  Text,
} from 'react-aria-components';
import { Button, IconButton } from './Button.tsx';
import { classes } from './classes.ts';
import styles from './Toast.module.css';

export type Notice = {
  /** Working notices stay until whoever showed them takes them away. */
  tone: 'done' | 'hint' | 'error' | 'working';
  title: string;
  /** What was kept and what to do. */
  detail?: ReactNode;
  act?: { name: string; run(): void };
};

const queue = new Queue<Notice>({ maxVisibleToasts: 3 });

/**
 * Shows a notice at the foot of the page. Done notices leave after 6 s; an error stays until it is closed.
 * Returns what takes it away.
 */
export function notify(notice: Notice): () => void {
  const key = queue.add(notice, notice.tone === 'done' || notice.tone === 'hint' ? { timeout: 6000 } : {});
  return () => queue.close(key);
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
            <Sign tone={toast.content.tone} />
          </span>
          <Content className={styles.body as string}>
            <Text slot="title" elementType="div" className={styles.title as string}>
              {toast.content.title}
            </Text>
            {toast.content.detail && (
              <Text slot="description" elementType="div" className={styles.detail as string}>
                {toast.content.detail}
              </Text>
            )}
          </Content>
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

function Sign({ tone }: Pick<Notice, 'tone'>) {
  if (tone === 'hint') return <Info aria-hidden />;
  if (tone === 'error') return <CircleAlert aria-hidden />;
  return tone === 'working' ? <Hourglass aria-hidden /> : <Check aria-hidden />;
}
