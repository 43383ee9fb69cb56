import { Waypoints } from 'lucide-react';
import { counted, ofTotal } from '../../format/numbers.ts';
import { Button } from '../../ui/Button.tsx';
import { Warning } from '../../ui/State.tsx';
import styles from './Import.module.css';
import type { MappingPreview } from './importQueries.ts';

type Props = { ends: MappingPreview['ends']; dataset: string; onUse(dataset: string): void };

/** Links find their ends only inside one dataset: where another one holds them, it is offered. */
export function EndsNote({ ends, dataset, onUse }: Props) {
  const [best] = ends;
  const here = ends.find((one) => one.dataset.key === dataset);
  if (!best || best === here || best.found <= (here?.found ?? 0)) return null;
  const { title, key } = best.dataset;
  return (
    <div className={styles.notes}>
      <Warning title={`The ends of these links are in ${title}`} icon={<Waypoints />}>
        <p>
          {ofTotal(best.found, best.of)} ends in the first rows are records of <code>{key}</code>;{' '}
          {here ? `${counted(here.found, 'is', 'are')} in` : 'none is in'} <code>{dataset}</code>. Files that
          belong together go into one dataset: a link finds its ends only there.
        </p>
        <Button onPress={() => onUse(key)}>Import into {key}</Button>
      </Warning>
    </div>
  );
}
