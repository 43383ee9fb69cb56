import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Equal, X } from 'lucide-react';
import type { ReactNode } from 'react';
import { clock, knownDate } from '../../format/dates.ts';
import { Button, IconButton } from '../../ui/Button.tsx';
import { classes } from '../../ui/classes.ts';
import { ReadError } from '../../ui/ReadError.tsx';
import { EmptyState, SkeletonRows } from '../../ui/State.tsx';
import page from '../Page.module.css';
import { ChangedRows } from './ChangedRows.tsx';
import styles from './History.module.css';
import { type ChangeDetail, type Compared, changeQuery, diffQuery } from './historyQueries.ts';

type Props = {
  compared: Compared;
  investigationId: string | undefined;
  /** The later moment is now. */
  onNow(): void;
  onClose(): void;
};

/** What differs between two moments, row by row: after one change, and after another or now. */
export function ComparePanel({ compared, investigationId, onNow, onClose }: Props) {
  const one = useQuery(changeQuery(compared.from));
  const other = useQuery({ ...changeQuery(compared.to ?? ''), enabled: compared.to !== undefined });
  const isRead = one.data && (compared.to === undefined || other.data);
  const [first, last] = inOrder(one.data, other.data);
  const error = one.error ?? other.error;
  let body: ReactNode = <SkeletonRows count={8} height={36} />;
  if (isRead && first)
    body = (
      <>
        <dl className={styles.moments}>
          <Moment what="From" change={first} />
          {last ? <Moment what="To" change={last} /> : <Moment what="To" />}
        </dl>
        <p className={classes(page.meta, !last && styles.choose)}>
          {last
            ? 'Another change in the list takes its place. '
            : 'Choose a change in the list to compare up to it.'}
          {last && (
            <Button look="quiet" height={24} onPress={onNow}>
              Compare with now
            </Button>
          )}
        </p>
        <Difference compared={{ from: first.id, to: last?.id }} investigationId={investigationId} />
      </>
    );
  else if (error || one.data === null || other.data === null)
    body = (
      <div className={styles.state}>
        <ReadError
          error={error}
          onAgain={() => {
            void one.refetch();
            if (compared.to !== undefined) void other.refetch();
          }}
        />
      </div>
    );
  return (
    <>
      <header className={page.sectionHead}>
        <h2>Two moments</h2>
        <span className={page.meta}>what differs</span>
        <span>
          <IconButton label="Close" size={24} onPress={onClose}>
            <X />
          </IconButton>
        </span>
      </header>
      <section
        className={styles.panel}
        aria-label="What differs between two moments"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scroll area must be reachable by keyboard
        tabIndex={0}
      >
        {body}
      </section>
    </>
  );
}

/** The earlier one first, in whichever order they were chosen. */
function inOrder(
  one: ChangeDetail | null | undefined,
  other: ChangeDetail | null | undefined,
): [ChangeDetail | undefined, ChangeDetail | undefined] {
  if (!one || !other) return [one ?? undefined, undefined];
  return one.at <= other.at ? [one, other] : [other, one];
}

function Moment({ what, change }: { what: string; change?: ChangeDetail }) {
  return (
    <div>
      <dt>{what}</dt>
      <dd>
        {change ? (
          <>
            {knownDate(change.at.slice(0, 10))}, {clock(change.at)}
            <span className={page.meta}>after “{change.summary}”</span>
          </>
        ) : (
          'now'
        )}
      </dd>
    </div>
  );
}

function Difference({ compared, investigationId }: Pick<Props, 'compared' | 'investigationId'>) {
  const { data, error, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } = useInfiniteQuery(
    diffQuery(compared, investigationId),
  );
  const first = data?.pages[0];
  if (error && !first)
    return (
      <div className={styles.state}>
        <ReadError error={error} onAgain={() => void refetch()} />
      </div>
    );
  if (!data || !first) return <SkeletonRows count={6} height={36} />;
  if (first.bounded.total === 0)
    return (
      <div className={styles.state}>
        <EmptyState icon={<Equal />} title="Nothing differs">
          What was written in between was taken back, or you may not see it.
        </EmptyState>
      </div>
    );
  return (
    <ChangedRows
      title="What differs"
      rows={data.pages.flatMap(({ rows }) => rows)}
      total={first.bounded.total}
      isExact={first.bounded.totalIsExact}
      counts={first}
      {...(hasNextPage && { onMore: () => void (isFetchingNextPage || fetchNextPage()) })}
      isRead={!hasNextPage}
    />
  );
}
