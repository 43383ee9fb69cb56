import { Check } from 'lucide-react';
import { classes } from '../../ui/classes.ts';
import styles from './Import.module.css';

const names = ['File', 'Map', 'Check', 'Import'];

/** Where in the import one is; in the middle of the top bar. */
export function Steps({ at }: { at: 0 | 1 | 2 | 3 }) {
  return (
    <ol className={styles.steps} aria-label="Steps of the import">
      {names.map((name, i) => (
        <li
          key={name}
          className={classes(i === at && styles.now, i < at && styles.past)}
          aria-current={i === at ? 'step' : undefined}
        >
          <span>{i < at ? <Check aria-label="done" /> : i + 1}</span>
          {name}
        </li>
      ))}
    </ol>
  );
}
