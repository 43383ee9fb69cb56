import { Top } from '../../frame/slots.tsx';
import { Skeleton, SkeletonRows } from '../../ui/State.tsx';
import styles from './Workspace.module.css';

/** The workspace before its investigation is read: the same places, in grey. */
export function Loading() {
  return (
    <div className={styles.workspace} data-region="Page">
      <Top title="Investigation" name={<Skeleton width={180} />} />
      <div className={styles.skeleton}>
        <Skeleton width={220} />
      </div>
      <div className={styles.half}>
        <SkeletonRows count={14} height={28} />
      </div>
      <div className={styles.side}>
        <SkeletonRows count={8} height={36} />
      </div>
    </div>
  );
}
