import { useQuery } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { Database, Upload } from 'lucide-react';
import { Link } from 'react-aria-components';
import { explain } from '../../api/apiError.ts';
import { count, counted, ofTotal } from '../../format/numbers.ts';
import { StatusLine, Top } from '../../frame/slots.tsx';
import { paths } from '../../paths.ts';
import { ButtonLink } from '../../ui/Button.tsx';
import { Marking, Tag } from '../../ui/Chip.tsx';
import { classes } from '../../ui/classes.ts';
import { EmptyState, ErrorState, SkeletonRows } from '../../ui/State.tsx';
import page from '../Page.module.css';
import styles from './Dataset.module.css';
import { type DatasetRow, datasetsQuery } from './datasetQueries.ts';

/** Every source the reader may see, with what it says in numbers. */
export default function DatasetsPage() {
  const { data, error, isPending } = useQuery(datasetsQuery);
  const rows = data?.edges.map((edge) => edge.node) ?? [];
  const sources = rows.filter((row) => row.kind === 'SOURCE');
  const notebooks = rows.filter((row) => row.kind === 'NOTEBOOK');
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
      {error ? (
        <div className={styles.state}>
          <ErrorState title={explain(error).title}>{explain(error).detail}</ErrorState>
        </div>
      ) : isPending ? (
        <SkeletonRows count={8} />
      ) : sources.length === 0 ? (
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
          <List rows={sources} name="Source" />
          <p className={page.foot}>{ofTotal(sources.length, sources.length)}</p>
        </>
      )}
      {notebooks.length > 0 && (
        <>
          <List rows={notebooks} name="Notebook" />
          <p className={page.foot}>What people entered by hand, by investigation.</p>
        </>
      )}
      <StatusLine>{isPending ? 'Reading …' : counted(sources.length, 'dataset')}</StatusLine>
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
