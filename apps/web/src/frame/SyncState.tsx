import { onlineManager, useIsMutating } from '@tanstack/react-query';
import { Check, CloudOff, LoaderCircle } from 'lucide-react';
import { useSyncExternalStore } from 'react';
import styles from './Frame.module.css';

/** Whether everything a person did has reached the server. */
export function SyncState() {
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
      ) : (
        <>
          <Check className={styles.ok} aria-hidden /> synced
        </>
      )}
    </span>
  );
}
