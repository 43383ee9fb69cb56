import { useQuery } from '@tanstack/react-query';
import { getRouteApi, useRouter } from '@tanstack/react-router';
import { Database, Download, Search, SearchX, Upload } from 'lucide-react';
import { useState } from 'react';
import { count, counted } from '../../format/numbers.ts';
import { StatusLine, Top } from '../../frame/slots.tsx';
import { paths } from '../../paths.ts';
import { Button, ButtonLink } from '../../ui/Button.tsx';
import { Marking } from '../../ui/Chip.tsx';
import { Menu, MenuItem } from '../../ui/Menu.tsx';
import { ReadError } from '../../ui/ReadError.tsx';
import { EmptyState, SkeletonRows } from '../../ui/State.tsx';
import { ImportsTable } from '../import/ImportsTable.tsx';
import page from '../Page.module.css';
import styles from './Dataset.module.css';
import { type DatasetDetails, datasetQuery } from './datasetQueries.ts';
import { EditDataset, RemoveDataset } from './EditDataset.tsx';

const route = getRouteApi('/app/d/$key');

/** One source: who publishes it, what it says, and the imports that brought it in. */
export default function DatasetPage() {
  const { key } = route.useParams();
  const router = useRouter();
  const { data: dataset, error, isPending, refetch } = useQuery(datasetQuery(key));
  const [open, setOpen] = useState<'edit' | 'remove' | null>(null);
  if (dataset === null || (error && !dataset)) {
    return (
      <div className={page.narrow} data-region="Dataset">
        <Top title={key} icon={<Database />} />
        {dataset === null ? (
          <EmptyState
            icon={<SearchX />}
            title="There is no dataset of this key"
            acts={
              <>
                <ButtonLink look="edged" href={paths.datasets()}>
                  All datasets
                </ButtonLink>
                <ButtonLink look="quiet" href={paths.history()}>
                  History
                </ButtonLink>
              </>
            }
          >
            It may have been removed, or you may not see it. The history names who removed it.
          </EmptyState>
        ) : (
          <ReadError error={error} onAgain={() => void refetch()} />
        )}
      </div>
    );
  }
  if (isPending)
    return (
      <>
        <Top title={key} icon={<Database />} />
        <SkeletonRows count={8} />
      </>
    );
  return (
    <div className={page.page}>
      <Top
        title={dataset.title}
        icon={<Database />}
        beside={<Marking value={dataset.marking} />}
        acts={
          <>
            <Menu
              label="Download"
              placement="bottom end"
              trigger={
                <Button icon={<Download />} aria-label="Download">
                  Download
                </Button>
              }
            >
              {['csv', 'json', 'ftm'].map((format) => (
                <MenuItem
                  key={format}
                  href={`/api/exports?${new URLSearchParams({ dataset: key, format })}`}
                  target="_blank"
                  download
                >
                  {{ csv: 'CSV', json: 'JSON', ftm: 'FollowTheMoney' }[format] ?? format}
                </MenuItem>
              ))}
            </Menu>
            {dataset.kind === 'SOURCE' && (
              <ButtonLink look="primary" href={paths.import({ dataset: key })} icon={<Upload />}>
                Import again
              </ButtonLink>
            )}
          </>
        }
      />
      <div className={page.body} data-region="Dataset">
        <Numbers dataset={dataset} />
        <ImportsTable
          title="Imports"
          dataset={dataset.key}
          empty={<p className={page.foot}>Nothing was imported: its facts were entered by hand.</p>}
        />
      </div>
      <aside className={page.side} aria-label="About the dataset" data-region="About">
        <header className={page.sectionHead}>
          <h2>About</h2>
          <Button look="quiet" height={26} onPress={() => setOpen('edit')}>
            Edit
          </Button>
        </header>
        <dl className={styles.about}>
          <About name="Key" value={dataset.key} isCode />
          <About name="Publisher" value={dataset.publisher} />
          <About name="Address" value={dataset.url} />
          <About name="Licence" value={dataset.licence} />
          <About name="Reliability" value={dataset.reliability} />
          <About name="Marking" value={dataset.marking} />
        </dl>
        {dataset.kind === 'SOURCE' && (
          <div className={styles.remove}>
            <p className={page.meta}>
              A source can be taken out as a whole. Judgements and notes on it sleep until it comes back.
            </p>
            <Button look="danger" height={26} onPress={() => setOpen('remove')}>
              Remove dataset…
            </Button>
          </div>
        )}
      </aside>
      <StatusLine>{counted(dataset.counts.records, 'record')}</StatusLine>
      {open === 'edit' && <EditDataset dataset={dataset} onClose={() => setOpen(null)} />}
      {open === 'remove' && (
        <RemoveDataset
          dataset={dataset}
          onClose={() => setOpen(null)}
          onRemoved={() => router.history.push(paths.datasets())}
        />
      )}
    </div>
  );
}

function Numbers({ dataset }: { dataset: DatasetDetails }) {
  const { counts } = dataset;
  const numbers = [
    ['Records', counts.records],
    ['Relationships', counts.relationships],
    ['References', counts.references],
    ['Ends not in it', counts.unresolved],
  ] as const;
  return (
    <div className={styles.numbers}>
      <dl>
        {numbers.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value == null ? '…' : count(value)}</dd>
          </div>
        ))}
      </dl>
      <ButtonLink
        icon={<Search />}
        href={`/search?${new URLSearchParams({ q: '', datasets: dataset.key })}`}
        className={styles.search as string}
      >
        Search in it
      </ButtonLink>
    </div>
  );
}

function About({ name, value, isCode = false }: { name: string; value: string | null; isCode?: boolean }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value ? isCode ? <code>{value}</code> : value : <span className={page.meta}>not said</span>}</dd>
    </div>
  );
}
