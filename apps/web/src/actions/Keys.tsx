import styles from './Keys.module.css';
import { shownKeys } from './keys.ts';

/** A key combination, as it is pressed on this machine. Bare: without an edge, beside a control's own name. */
export function Keys({ combination, bare = false }: { combination: string; bare?: boolean }) {
  return (
    <span aria-hidden="true" className={styles.keys}>
      <kbd className={bare ? styles.bare : undefined}>{shownKeys(combination)}</kbd>
    </span>
  );
}
