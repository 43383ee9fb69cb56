import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { ReadError } from '../../ui/ReadError.tsx';
import { SkeletonRows } from '../../ui/State.tsx';
import { ChangedRows } from './ChangedRows.tsx';
import styles from './History.module.css';
import { batchesQuery, type ChangeDetail, changedRowsQuery } from './historyQueries.ts';
import { wholeCounts } from './rowsOfChanges.ts';

/** Every row that an act wrote. An import, or its undo, is one act of many changes: its rows are those of all of them. */
export function WholeChange({ change }: { change: ChangeDetail }) {
  return change.importId === null ? (
    <Rows
      title="What changed"
      changes={[change.id]}
      first={change.details}
      total={change.details.bounded.total}
      isExact={change.details.bounded.totalIsExact}
      counts={change.details}
    />
  ) : (
    <OfImport change={change} importId={change.importId} />
  );
}

function OfImport({ change, importId }: { change: ChangeDetail; importId: string }) {
  const isUndo = change.undoOf !== null;
  const { data, error, refetch } = useQuery(batchesQuery(importId, isUndo));
  if (error && !data) return <Failed error={error} onAgain={() => void refetch()} />;
  if (!data) return <SkeletonRows count={6} height={36} />;
  return (
    <Rows
      title={isUndo ? 'What the undo of the import did' : 'What the import did'}
      changes={data.ids}
      total={data.rows}
      {...(change.import?.state !== 'UNDOING' && {
        // Its rows hold the dataset too, where the import made it.
        counts: { ...wholeCounts(change.import?.result, isUndo), of: 'fact' },
      })}
    />
  );
}

type RowsProps = {
  title: string;
  changes: readonly string[];
  first?: ChangeDetail['details'];
  total: number;
  isExact?: boolean;
  counts?: { added: number; changed: number; removed: number; of?: string };
};

function Rows({ title, changes, first, total, isExact = true, counts }: RowsProps) {
  const { data, error, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } = useInfiniteQuery(
    changedRowsQuery(changes, first),
  );
  if (error && !data) return <Failed error={error} onAgain={() => void refetch()} />;
  if (!data) return <SkeletonRows count={6} height={36} />;
  return (
    <ChangedRows
      title={title}
      rows={data.pages.flatMap(({ rows }) => rows)}
      total={total}
      isExact={isExact}
      {...(counts && { counts })}
      {...(hasNextPage && { onMore: () => void (isFetchingNextPage || fetchNextPage()) })}
      isRead={!hasNextPage}
    />
  );
}

function Failed(given: { error: Error; onAgain(): void }) {
  return (
    <div className={styles.state}>
      <ReadError {...given} />
    </div>
  );
}
