import { useInfiniteQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Link } from 'react-aria-components';
import { saidOfRemoval } from '../../entity/removal.ts';
import { when } from '../../format/dates.ts';
import { count } from '../../format/numbers.ts';
import { paths } from '../../paths.ts';
import { classes } from '../../ui/classes.ts';
import { More } from '../../ui/More.tsx';
import { ReadError } from '../../ui/ReadError.tsx';
import { SkeletonRows } from '../../ui/State.tsx';
import page from '../Page.module.css';
import styles from './ImportsTable.module.css';
import { factsOf } from './importQueries.ts';
import { type ImportRow, importsQuery } from './importsQuery.ts';
import { RemoveOriginal } from './RemoveOriginal.tsx';
import { stateWord } from './stateWord.ts';

type Props = {
  title: string;
  /** Only those of one dataset. */
  dataset?: string;
  /** In place of an empty table. */
  empty?: ReactNode;
};

/** Imports, newest first: whose, how they went, and what became of their originals. */
export function ImportsTable({ title, dataset, empty = null }: Props) {
  const { data, error, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } = useInfiniteQuery(
    importsQuery(dataset),
  );
  if (error && !data) return <ReadError error={error} onAgain={() => void refetch()} />;
  if (!data) return <SkeletonRows count={3} />;
  const { rows, most, isAll } = data;
  if (rows.length === 0 && isAll) return empty;
  return (
    <section className={styles.imports} aria-label={title}>
      <header className={page.sectionHead}>
        <h2>{title}</h2>
        <span className={page.meta}>{isAll ? count(rows.length) : `at most ${count(most)}`}</span>
      </header>
      <table className={page.table}>
        <thead>
          <tr>
            <th scope="col">File</th>
            {dataset === undefined && <th scope="col">Dataset</th>}
            <th scope="col" className={styles.by}>
              By
            </th>
            <th scope="col">State</th>
            <th scope="col" className={classes(page.num, styles.count)}>
              Rows
            </th>
            <th scope="col" className={classes(page.num, styles.count)}>
              Refused
            </th>
            <th scope="col" className={classes(page.num, styles.begun)}>
              Begun
            </th>
            {dataset !== undefined && (
              <th scope="col" className={styles.original}>
                Original
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <Row key={row.id} row={row} withDataset={dataset === undefined} />
          ))}
        </tbody>
      </table>
      <div className={styles.foot}>
        <More
          shown={rows.length}
          total={most}
          bound={isAll ? undefined : 'most'}
          isReading={isFetchingNextPage}
          onMore={hasNextPage ? () => void fetchNextPage() : undefined}
        />
      </div>
    </section>
  );
}

function Row({ row, withDataset }: { row: ImportRow; withDataset: boolean }) {
  return (
    <tr>
      <td>
        <Link href={paths.importJob(row.id)} className={page.link as string}>
          {row.filename}
        </Link>
        {row.removed && <p className={classes(page.meta, styles.removed)}>{saidOfRemoval(row.removed)}</p>}
      </td>
      {withDataset && <td>{row.datasetKey}</td>}
      <td className={styles.by}>{row.startedBy.name}</td>
      <td>
        <span className={classes(styles.state, styles[`state-${row.state}`])}>{stateWord(row.state)}</span>
      </td>
      <td className={classes(page.num, styles.count)}>
        {count(row.result ? factsOf(row.result).rows : row.progress.rows)}
      </td>
      <td className={classes(page.num, styles.count)}>{count(row.progress.rejects)}</td>
      <td className={classes(page.num, styles.begun)}>{row.startedAt ? when(row.startedAt) : '–'}</td>
      {!withDataset && (
        <td className={styles.original}>
          <span className={styles.kept}>
            {row.removed ? 'removed' : 'kept'}
            <RemoveOriginal of={row} look="quiet" />
          </span>
        </td>
      )}
    </tr>
  );
}
