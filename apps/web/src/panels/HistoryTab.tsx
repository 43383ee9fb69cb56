import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-aria-components';
import { entityHistoryQuery } from '../entity/entityQueries.ts';
import { when } from '../format/dates.ts';
import { ofTotal } from '../format/numbers.ts';
import { paths } from '../paths.ts';
import { classes } from '../ui/classes.ts';
import { ReadError } from '../ui/ReadError.tsx';
import { Avatar, SkeletonRows } from '../ui/State.tsx';
import styles from './HistoryTab.module.css';
import { useReadAt } from './readAt.ts';

/** Every change that touched an entity, newest first; each opens in the history. */
export function HistoryTab({ id }: { id: string }) {
  const { data, isPending, error, refetch } = useQuery(entityHistoryQuery(id, useReadAt()));
  if (isPending) return <SkeletonRows count={5} height={44} />;
  if (error && !data) return <ReadError error={error} onAgain={() => void refetch()} />;
  const changes = data?.edges.map((edge) => edge.node) ?? [];
  if (changes.length === 0) return <p className={styles.foot}>No change is known.</p>;
  return (
    <>
      <ul>
        {changes.map((change) => (
          <li key={change.id}>
            <Link href={paths.history(change.id)} className={styles.change as string}>
              <Avatar name={change.actor.name} />
              <span>
                <span className={classes(styles.summary, change.undoneBy && styles.undone)}>
                  {change.summary}
                </span>
                <span className={styles.meta}>
                  {change.actor.name}, {when(change.at)}
                  {change.reason && `: “${change.reason}”`}
                </span>
              </span>
            </Link>
          </li>
        ))}
      </ul>
      {data && data.bounded.total > changes.length && (
        <p className={styles.foot}>
          {ofTotal(changes.length, data.bounded.total, data.bounded.totalIsExact)}
        </p>
      )}
    </>
  );
}
