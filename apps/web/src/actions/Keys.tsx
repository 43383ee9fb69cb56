import styles from './Keys.module.css';
import { shownKeys } from './keys.ts';

/**
 * A key combination, as it is pressed on this machine. Bare: without an edge, beside a control's own name, and drawn rather than
 * written, since it is no part of that name.
 */
export function Keys({ combination, bare = false }: { combination: string; bare?: boolean }) {
  const shown = shownKeys(combination);
  return (
    <span aria-hidden="true" className={styles.keys}>
      {bare ? <kbd className={styles.bare} data-keys={shown} /> : <kbd>{shown}</kbd>}
    </span>
  );
}
