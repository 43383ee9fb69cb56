import { onlineManager, useIsMutating } from '@tanstack/react-query';
import { Check, CircleDot, CloudOff, LoaderCircle } from 'lucide-react';
import { useSyncExternalStore } from 'react';
import { counted } from '../format/numbers.ts';
import styles from './Frame.module.css';
import { useWaiting } from './waiting.ts';

/** Whether everything a person did has reached the server, and everything others did is on screen. */
export function SyncState() {
  const waiting = useWaiting((store) => store.count);
  const sending = useIsMutating();
  const isOnline = useSyncExternalStore(
    (listener) => onlineManager.subscribe(listener),
    () => onlineManager.isOnline(),
  );
  return (
    <span className={styles.item} role="status">
      {!isOnline ? (
        <>
          <CloudOff className={styles.warn} aria-hidden /> no connection
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
  );
}
