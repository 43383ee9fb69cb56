import { type UseInfiniteQueryResult, useInfiniteQuery } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { Database, Upload } from 'lucide-react';
import type { ReactNode } from 'react';
import { Link } from 'react-aria-components';
import { count, counted } from '../../format/numbers.ts';
import { StatusLine, Top } from '../../frame/slots.tsx';
import { paths } from '../../paths.ts';
import { ButtonLink } from '../../ui/Button.tsx';
import { Marking, Tag } from '../../ui/Chip.tsx';
import { classes } from '../../ui/classes.ts';
import { More } from '../../ui/More.tsx';
import { ReadError } from '../../ui/ReadError.tsx';
import { EmptyState, SkeletonRows } from '../../ui/State.tsx';
import page from '../Page.module.css';
import styles from './Dataset.module.css';
import { type DatasetRow, datasetsQuery } from './datasetQueries.ts';

/** Every source the reader may see, with what it says in numbers. */
export default function DatasetsPage() {
  const sources = useInfiniteQuery(datasetsQuery('SOURCE'));
  const notebooks = useInfiniteQuery(datasetsQuery('NOTEBOOK'));
  const { data, error, isPending, refetch } = sources;
  return (
    <div className={page.body} data-region="Datasets">
      <Top
        title="Datasets"
        icon={<Database />}
        acts={
          <ButtonLink href={paths.import()} icon={<Upload />}>
            Import
          </ButtonLink>
        }
      />
      <div className={page.head}>
        <div>
          <h2 className={page.title}>Datasets</h2>
          <p className={page.lead}>
            What each source says stays its own: records are never rewritten, and a source can be taken out as
            a whole.
          </p>
        </div>
      </div>
      {error && !data ? (
        <div className={styles.state}>
          <ReadError error={error} onAgain={() => void refetch()} />
        </div>
      ) : isPending ? (
        <SkeletonRows count={8} />
      ) : data.rows.length === 0 ? (
        <div className={styles.state}>
          <EmptyState
            icon={<Upload />}
            title="No source yet"
            acts={
              <ButtonLink look="edged" href={paths.import()}>
                Choose a file
              </ButtonLink>
            }
          >
            Bring in a file: it becomes a dataset, and every fact in it leads back to its row.
          </EmptyState>
        </div>
      ) : (
        <>
          <List rows={data.rows} name="Source" />
          <Foot list={sources} />
        </>
      )}
      {/* Where sources fail too, once is enough. */}
      {notebooks.error && !notebooks.data && data && (
        <div className={styles.state}>
          <ReadError error={notebooks.error} onAgain={() => void notebooks.refetch()} />
        </div>
      )}
      {notebooks.data && notebooks.data.rows.length > 0 && (
        <>
          <List rows={notebooks.data.rows} name="Notebook" />
          <Foot list={notebooks}>What people entered by hand, by investigation.</Foot>
        </>
      )}
      <StatusLine>{isPending ? 'Reading …' : data ? counted(data.most, 'dataset') : ''}</StatusLine>
    </div>
  );
}

type Pages = UseInfiniteQueryResult<{ rows: DatasetRow[]; most: number; isAll: boolean }>;

/** How many of how many, and the way to the next; a list of notebooks knows how many only at its end. */
function Foot({ list, children }: { list: Pages; children?: ReactNode }) {
  const { data, hasNextPage, isFetchingNextPage, fetchNextPage } = list;
  if (!data) return null;
  const isMixed = data.rows[0]?.kind === 'NOTEBOOK';
  return (
    <div className={page.foot}>
      {children}
      <More
        shown={data.rows.length}
        total={data.most}
        bound={isMixed && !data.isAll ? 'most' : undefined}
        isReading={isFetchingNextPage}
        onMore={hasNextPage ? () => void fetchNextPage() : undefined}
      />
    </div>
  );
}

function List({ rows, name }: { rows: DatasetRow[]; name: string }) {
  const router = useRouter();
  return (
    <table className={classes(page.table, styles.list)}>
      <thead>
        <tr>
          <th scope="col">{name}</th>
          <th scope="col">Publisher</th>
          <th scope="col" className={page.num}>
            Records
          </th>
          <th scope="col" className={page.num}>
            Relationships
          </th>
          <th scope="col" className={page.num}>
            References
          </th>
          <th scope="col">Marking</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.id} onClick={() => router.history.push(paths.dataset(row.key))}>
            <td>
              <Link href={paths.dataset(row.key)} className={styles.name as string}>
                {row.title}
              </Link>{' '}
              {row.reliability && <Tag>{row.reliability}</Tag>}
              <p className={page.meta}>{row.key}</p>
            </td>
            <td>{row.publisher ?? '–'}</td>
            <td className={page.num}>{count(row.counts.records)}</td>
            <td className={page.num}>{count(row.counts.relationships)}</td>
            <td className={page.num}>{count(row.counts.references)}</td>
            <td>
              <Marking value={row.marking} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
