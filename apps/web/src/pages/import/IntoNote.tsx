import { useQuery } from '@tanstack/react-query';
import { Replace } from 'lucide-react';
import { useDeferredValue } from 'react';
import { Link } from 'react-aria-components';
import { counted } from '../../format/numbers.ts';
import { paths } from '../../paths.ts';
import { Warning } from '../../ui/State.tsx';
import page from '../Page.module.css';
import styles from './Import.module.css';
import { datasetThereQuery } from './importQueries.ts';

/** Says what the file does to a dataset that is there already under the key that was typed. */
export function IntoNote({ dataset, mode }: { dataset: string; mode: 'MERGE' | 'REPLACE' }) {
  const key = useDeferredValue(dataset);
  const { data } = useQuery({ ...datasetThereQuery(key), enabled: key !== '' });
  const there = data?.key === dataset ? data : undefined;
  // The region stands before its words do: so they are read out.
  return (
    <div role="status">
      {there && mode === 'MERGE' && (
        <p className={styles.into}>
          Adds to{' '}
          <Link href={paths.dataset(there.key)} className={page.link as string}>
            {there.title}
          </Link>
          , which has {counted(there.counts.records, 'record')}. A record that the file says anew takes the
          place of its former one; all others stay.
        </p>
      )}
      {there && mode === 'REPLACE' && (
        <div className={styles.notes}>
          <Warning title={`Replaces ${there.title}`} icon={<Replace />}>
            <p>
              It has {counted(there.counts.records, 'record')}. What the file lacks of them is removed; the
              check counts it before anything is written.
            </p>
          </Warning>
        </div>
      )}
    </div>
  );
}
