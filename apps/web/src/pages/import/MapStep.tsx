import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { CircleAlert, TriangleAlert } from 'lucide-react';
import { useMemo, useState } from 'react';
import { entityType, readable } from '../../entity/entityTypes.ts';
import { TypeBadge } from '../../entity/TypeBadge.tsx';
import { bytes, count, counted } from '../../format/numbers.ts';
import { type Choice, Select, TextField } from '../../ui/Field.tsx';
import { Warning } from '../../ui/State.tsx';
import { Segments } from '../../ui/Tabs.tsx';
import page from '../Page.module.css';
import { ColumnTable } from './ColumnTable.tsx';
import { EndsNote } from './EndsNote.tsx';
import styles from './Import.module.css';
import { IntoNote } from './IntoNote.tsx';
import { mappingPreviewQuery, schemasQuery, type Uploaded } from './importQueries.ts';
import { readModel, withSchema } from './mappingModel.ts';
import { RowPreview } from './RowPreview.tsx';
import { typeChoices } from './typeChoices.ts';
import type { Draft } from './useDraft.ts';

type Props = { file: Uploaded; draft: Draft; onChange(part: Partial<Draft>): void };

const formats: Choice[] = [
  ['csv', 'CSV or TSV'],
  ['xlsx', 'XLSX'],
  ['json', 'JSON'],
  ['ndjson', 'NDJSON'],
  ['ftm', 'FollowTheMoney'],
  ['stix', 'STIX 2.1'],
  ['graphml', 'GraphML'],
  ['gexf', 'GEXF'],
].map(([id = '', name = '']) => ({ id, name }));
const markings = ['TLP:CLEAR', 'TLP:GREEN', 'TLP:AMBER', 'TLP:AMBER+STRICT', 'TLP:RED'].map((id) => ({
  id,
  name: id,
}));

/** Columns, what each becomes, and what comes of the first rows. */
export function MapStep({ file, draft, onChange }: Props) {
  const [view, setView] = useState('columns');
  const columns = useMemo(() => file.columns.map((column) => column.name), [file]);
  const model = useMemo(() => readModel(draft.mapping, columns), [draft.mapping, columns]);
  const { data: schemas = [] } = useQuery(schemasQuery);
  const needsMapping = file.mapping !== null;
  const { data: preview } = useQuery({
    ...mappingPreviewQuery(file.id, draft.format, draft.mapping, draft.options),
    enabled: needsMapping,
    placeholderData: keepPreviousData,
  });
  const leftOut = model ? Object.values(model.becomes).filter((one) => one.as === 'left out').length : 0;
  const kinds = typeChoices(schemas, model?.kind ?? 'record').map((choice) => ({
    ...choice,
    icon: model?.kind === 'link' ? undefined : <TypeBadge schema={choice.id} size={16} labelled={false} />,
  }));
  return (
    <div className={page.page}>
      <div className={page.body} data-region="Mapping">
        <FileFacts file={file} />
        <div className={styles.settings}>
          <TextField
            small
            label="Dataset key"
            help="The same for files that belong together"
            value={draft.dataset}
            onChange={(dataset) => onChange({ dataset })}
          />
          <TextField
            small
            label="Title"
            value={draft.title}
            onChange={(title) => onChange({ title })}
            placeholder={readable(draft.dataset)}
          />
          <Select
            small
            label="Read as"
            choices={formats}
            value={draft.format}
            onChange={(format) => onChange({ format })}
          />
          <Select
            small
            label="Rows that the file lacks"
            choices={[
              { id: 'MERGE', name: 'Stay' },
              { id: 'REPLACE', name: 'Are removed' },
            ]}
            value={draft.mode}
            onChange={(mode) => onChange({ mode: mode as Draft['mode'] })}
          />
          <Select
            small
            label="Marking"
            choices={markings}
            value={draft.marking}
            onChange={(marking) => onChange({ marking })}
          />
          {needsMapping && (
            <>
              <Select
                small
                label="Dates"
                choices={[
                  { id: '', name: 'As guessed' },
                  { id: 'ISO', name: '2024-07-02' },
                  { id: 'DMY', name: '02.07.2024' },
                  { id: 'MDY', name: '07/02/2024' },
                ]}
                value={draft.options.dates ?? ''}
                onChange={(dates) => onChange({ options: { ...draft.options, dates: dates || null } })}
              />
              <Select
                small
                label="Numbers"
                choices={[
                  { id: '', name: 'As guessed' },
                  { id: 'point', name: '1,234.56' },
                  { id: 'comma', name: '1.234,56' },
                ]}
                value={draft.options.decimals ?? ''}
                onChange={(decimals) =>
                  onChange({ options: { ...draft.options, decimals: decimals || null } })
                }
              />
              {file.sheets.length > 1 && (
                <Select
                  small
                  label="Sheet"
                  choices={file.sheets.map((id) => ({ id, name: id }))}
                  value={draft.options.sheet ?? file.sheets[0] ?? null}
                  onChange={(sheet) => onChange({ options: { ...draft.options, sheet } })}
                />
              )}
            </>
          )}
        </div>
        <IntoNote dataset={draft.dataset.trim()} mode={draft.mode} />
        <EndsNote
          ends={preview?.ends ?? []}
          dataset={draft.dataset.trim()}
          onUse={(dataset) => onChange({ dataset, title: '' })}
        />
        {needsMapping ? (
          <>
            {model?.schema === 'Thing' && (
              <p className={styles.asIs}>
                Nothing in the file says what its rows are: choose a type, or they become things of no kind.
              </p>
            )}
            <header className={page.sectionHead}>
              <h2>Columns</h2>
              <span className={page.meta}>
                {columns.length - leftOut} of {columns.length} kept{leftOut > 0 && `, ${leftOut} left out`}
              </span>
              <span className={styles.headEnd}>
                {model && (
                  <Select
                    small
                    soft
                    hideLabel
                    label={model.kind === 'link' ? 'Type of link' : 'Each row is a'}
                    choices={kinds}
                    value={model.schema ?? null}
                    placeholder="by a column"
                    onChange={(schema) => onChange({ mapping: withSchema(draft.mapping, schema) })}
                    shown={
                      model.schema ? (
                        <>
                          {model.kind === 'record' && (
                            <TypeBadge schema={model.schema} size={16} labelled={false} />
                          )}
                          {model.kind === 'record'
                            ? `Each row is ${/^[AEIOU]/.test(entityType(model.schema).name) ? 'an' : 'a'} ${entityType(model.schema).name}`
                            : `Each row links by ${readable(model.schema)}`}
                        </>
                      ) : (
                        'Type by a column'
                      )
                    }
                  />
                )}
                <Segments
                  label="How to edit the mapping"
                  value={model ? view : 'yaml'}
                  onChange={setView}
                  choices={[
                    { id: 'columns', name: 'Columns' },
                    { id: 'yaml', name: 'YAML' },
                  ]}
                />
              </span>
            </header>
            {model && view === 'columns' ? (
              <ColumnTable
                file={file}
                model={model}
                schemas={schemas}
                mapping={draft.mapping}
                onMapping={(mapping) => onChange({ mapping })}
              />
            ) : (
              <div className={styles.yaml}>
                <TextField
                  label="Mapping, in FollowTheMoney's form"
                  value={draft.mapping}
                  onChange={(mapping) => onChange({ mapping })}
                  lines={22}
                />
                {!model && <p className={page.meta}>This mapping says more than the column view can show.</p>}
              </div>
            )}
            {(preview?.errors.length ?? 0) > 0 && (
              <div className={styles.notes}>
                <Warning title="The mapping does not work yet" icon={<CircleAlert />}>
                  {preview?.errors.map((error) => (
                    <p key={error}>{error}</p>
                  ))}
                </Warning>
              </div>
            )}
          </>
        ) : (
          <p className={styles.asIs}>
            {formats.find((format) => format.id === draft.format)?.name ?? 'This format'} says by itself what
            each thing is: no mapping is needed. The check reads the whole file and shows what it would make.
          </p>
        )}
        {file.warnings.length > 0 && (
          <div className={styles.notes}>
            <Warning title={counted(file.warnings.length, 'remark')} icon={<TriangleAlert />}>
              {file.warnings.map((warning) => (
                <p key={warning}>{warning}</p>
              ))}
            </Warning>
          </div>
        )}
        {(preview?.rejects.length ?? 0) > 0 && (
          <section className={styles.rejects} aria-label="Refused rows">
            <h2>
              <CircleAlert aria-hidden /> {counted(preview?.rejects.length ?? 0, 'row')} of the first 50 would
              be refused
            </h2>
            <ul>
              {preview?.rejects.slice(0, 8).map((reject) => (
                <li key={reject.id}>
                  <span className={page.meta}>{reject.row === null ? '' : `row ${count(reject.row)}`}</span>
                  <span>{reject.reason}</span>
                  <code>{reject.raw.slice(0, 120)}</code>
                </li>
              ))}
            </ul>
          </section>
        )}
      </div>
      {needsMapping && (
        <aside className={page.side} aria-label="Preview" data-region="Preview">
          <RowPreview rows={preview?.rows ?? []} />
        </aside>
      )}
    </div>
  );
}

export function FileFacts({
  file,
}: {
  file: Pick<Uploaded, 'filename' | 'bytes' | 'columns' | 'format' | 'encoding' | 'delimiter' | 'sha256'>;
}) {
  const delimiter = file.delimiter === '\t' ? 'tab' : file.delimiter;
  return (
    <dl className={styles.facts}>
      <div>
        <dt>File</dt>
        <dd>{file.filename}</dd>
      </div>
      <div>
        <dt>Size</dt>
        <dd>{bytes(file.bytes)}</dd>
      </div>
      {file.columns.length > 0 && (
        <div>
          <dt>Columns</dt>
          <dd>{file.columns.length}</dd>
        </div>
      )}
      <div>
        <dt>Read as</dt>
        <dd>
          {[
            file.format?.toUpperCase() ?? 'unknown',
            file.encoding?.toUpperCase(),
            delimiter && `“${delimiter}”`,
          ]
            .filter(Boolean)
            .join(', ')}
        </dd>
      </div>
      <div>
        <dt>SHA-256</dt>
        <dd>
          <code title={file.sha256}>
            {file.sha256.slice(0, 4)} {file.sha256.slice(4, 8)} … {file.sha256.slice(-4)}
          </code>
        </dd>
      </div>
    </dl>
  );
}
