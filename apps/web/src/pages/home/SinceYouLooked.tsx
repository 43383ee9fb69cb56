import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-aria-components';
import { when } from '../../format/dates.ts';
import { paths } from '../../paths.ts';
import { ReadError } from '../../ui/ReadError.tsx';
import { Avatar, SkeletonRows } from '../../ui/State.tsx';
import { latestChangesQuery } from '../history/historyQueries.ts';
import page from '../Page.module.css';
import styles from './Home.module.css';
import { withoutTakenBack } from './takenBack.ts';

/** The latest changes by anybody that stand, as far as the reader may see them; History has all. */
export function SinceYouLooked() {
  const { data, error, isPending, refetch } = useQuery(latestChangesQuery);
  const all = data?.edges.map((edge) => edge.node) ?? [];
  const changes = withoutTakenBack(all).slice(0, 6);
  return (
    <section aria-label="What changed">
      <header className={page.sectionHead}>
        <h2>What changed</h2>
        <Link href={paths.history()} className={page.link as string}>
          History
        </Link>
      </header>
      {isPending ? (
        <SkeletonRows count={4} height={44} />
      ) : error && !data ? (
        <div className={styles.unread}>
          <ReadError error={error} onAgain={() => void refetch()} />
        </div>
      ) : changes.length === 0 ? (
        <p className={styles.none}>
          {all.length === 0
            ? 'Nothing yet. Every act stands here, and each can be undone.'
            : 'Nothing that still stands; History has what was taken back.'}
        </p>
      ) : (
        <ul>
          {changes.map((change) => (
            <li key={change.id}>
              <Link href={paths.history(change.id)} className={styles.change as string}>
                <Avatar name={change.actor.name} />
                <span>
                  <span className={styles.summary}>{change.summary}</span>
                  <span className={page.meta}>{change.actor.name}</span>
                </span>
                <span className={page.meta}>{when(change.at)}</span>
              </Link>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
