import { useIsMutating } from '@tanstack/react-query';
import { Check, CircleDot, CloudOff, LoaderCircle } from 'lucide-react';
import { Button } from 'react-aria-components';
import { useReach } from '../api/reach.ts';
import { look } from '../api/watchReach.ts';
import { moment } from '../format/dates.ts';
import { counted } from '../format/numbers.ts';
import page from '../pages/Page.module.css';
import { classes } from '../ui/classes.ts';
import styles from './Frame.module.css';
import { useWaiting } from './waiting.ts';

/** Whether everything a person did has reached the server, and everything others did is on screen. */
export function SyncState() {
  const waiting = useWaiting((store) => store.count);
  const lost = useReach((store) => store.lost);
  const sending = useIsMutating();
  return (
    <>
      <span className={classes(styles.item, lost && styles.lost)} role="status">
        {lost ? (
          <>
            <CloudOff className={styles.warn} aria-hidden />
            {lost.what === 'server' ? 'server cannot be reached' : 'database does not answer'} since{' '}
            {moment(new Date(lost.since).toISOString())}, trying again
          </>
        ) : sending > 0 ? (
          <>
            <LoaderCircle aria-hidden /> saving {sending}
          </>
        ) : waiting > 0 ? (
          <>
            <CircleDot className={styles.news} aria-hidden /> {counted(waiting, 'change')} to show
          </>
        ) : (
          <>
            <Check className={styles.ok} aria-hidden /> synced
          </>
        )}
      </span>
      {lost && (
        <Button className={classes(page.link, styles.tryNow)} onPress={() => void look(true)}>
          Try now
        </Button>
      )}
    </>
  );
}
