import {
  AtSign,
  Calendar,
  CaseSensitive,
  CircleSlash,
  Flag,
  Globe,
  Hash,
  Landmark,
  Sigma,
  TextAlignStart,
  ToggleLeft,
} from 'lucide-react';
import type { ReactNode } from 'react';
import { readable } from '../../entity/entityTypes.ts';
import { TypeBadge } from '../../entity/TypeBadge.tsx';
import { percent } from '../../format/numbers.ts';
import { type Choice, Select } from '../../ui/Field.tsx';
import page from '../Page.module.css';
import { type Looks, looksLike } from './detect.ts';
import styles from './Import.module.css';
import type { Uploaded } from './importQueries.ts';
import { type Becomes, type MappingModel, withColumn } from './mappingModel.ts';

const signs: Record<Looks, ReactNode> = {
  date: <Calendar />,
  number: <Sigma />,
  email: <AtSign />,
  'web address': <Globe />,
  IBAN: <Landmark />,
  'country code': <Flag />,
  identifier: <Hash />,
  'yes or no': <ToggleLeft />,
  name: <CaseSensitive />,
  text: <TextAlignStart />,
  empty: <CircleSlash />,
};

type SchemaLike = { name: string; properties: { name: string; label: string; type: string }[] };

type Props = {
  file: Uploaded;
  model: MappingModel;
  schemas: readonly SchemaLike[];
  mapping: string;
  onMapping(mapping: string): void;
};

/** One line a column: what it looks like, samples, how full it is, what it becomes. */
export function ColumnTable({ file, model, schemas, mapping, onMapping }: Props) {
  const columns = file.columns.map((column) => column.name);
  const known = schemas.find((schema) => schema.name === model.schema)?.properties ?? [];
  return (
    <table className={`${page.table} ${styles.columns}`}>
      <thead>
        <tr>
          <th scope="col">Column</th>
          <th scope="col">Looks like</th>
          <th scope="col">Samples</th>
          <th scope="col" className={page.num} title="Of the first 20 rows">
            Filled
          </th>
          <th scope="col">Becomes</th>
        </tr>
      </thead>
      <tbody>
        {file.columns.map((column, i) => {
          const looks = looksLike(column.samples);
          const filled =
            file.rows.length === 0
              ? 0
              : file.rows.filter((row) => (row[i] ?? '') !== '').length / file.rows.length;
          const becomes = model.becomes[column.name] ?? { as: 'left out' };
          return (
            <tr key={column.name}>
              <td>
                <code>{column.name}</code>
              </td>
              <td>
                <span className={styles.looks}>
                  {signs[looks]}
                  {looks}
                </span>
              </td>
              <td className={styles.samples}>
                {column.samples.slice(0, 3).map((sample) => (
                  <bdi key={sample}>{sample}</bdi>
                ))}
              </td>
              <td className={page.num}>
                <span className={styles.filled}>
                  {percent(filled)}
                  <span>
                    <span style={{ width: `${filled * 100}%` }} />
                  </span>
                </span>
              </td>
              <td>
                <Select
                  small
                  soft
                  dashed={becomes.as === 'left out'}
                  hideLabel
                  label={`${column.name} becomes`}
                  choices={choicesFor(column.name, model, known)}
                  value={idOf(becomes)}
                  onChange={(id) => onMapping(withColumn(mapping, columns, column.name, becomesOf(id)))}
                  shown={<Shown becomes={becomes} model={model} known={known} />}
                />
              </td>
            </tr>
          );
        })}
        {model.made.map((one) => (
          <tr key={`made ${one.name}`}>
            <td colSpan={4} className={styles.made}>
              made of {one.from}
            </td>
            <td>
              <span className={styles.looks}>
                {model.kind === 'record' && model.schema && (
                  <TypeBadge schema={model.schema} size={16} labelled={false} />
                )}
                {labelOf(one.name, known)}
              </span>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

const idOf = (becomes: Becomes): string =>
  becomes.as === 'property' ? `property:${becomes.name}` : becomes.as;

function becomesOf(id: string): Becomes {
  return id.startsWith('property:') ? { as: 'property', name: id.slice(9) } : ({ as: id } as Becomes);
}

const labelOf = (name: string, known: SchemaLike['properties']) =>
  known.find((property) => property.name === name)?.label ?? readable(name);

function choicesFor(column: string, model: MappingModel, known: SchemaLike['properties']): Choice[] {
  const own = known.some((property) => property.name === column)
    ? []
    : [{ id: `property:${column}`, name: `${readable(column)}, as it is` }];
  const now = model.becomes[column];
  const current =
    now?.as === 'property' && now.name !== column && !known.some((property) => property.name === now.name)
      ? [{ id: `property:${now.name}`, name: readable(now.name) }]
      : [];
  const roles: Choice[] =
    model.kind === 'link'
      ? [
          { id: 'source', name: 'Where the link starts' },
          { id: 'target', name: 'Where the link ends' },
          { id: 'type', name: 'Type of the link' },
        ]
      : [{ id: 'type', name: 'Type of the record' }];
  return [
    { id: 'left out', name: 'Left out' },
    { id: 'key', name: 'Key of the row' },
    ...roles,
    ...own,
    ...current,
    ...known
      .filter((property) => property.type !== 'entity')
      .map((property) => ({ id: `property:${property.name}`, name: property.label, help: property.type })),
  ];
}

function Shown({
  becomes,
  model,
  known,
}: {
  becomes: Becomes;
  model: MappingModel;
  known: SchemaLike['properties'];
}) {
  if (becomes.as === 'left out') {
    return (
      <>
        <CircleSlash /> Left out
      </>
    );
  }
  const words = {
    key: 'Key of the row',
    source: 'Where the link starts',
    target: 'Where the link ends',
    type: 'Type',
  };
  return (
    <>
      {model.kind === 'record' && model.schema ? (
        <TypeBadge schema={model.schema} size={16} labelled={false} />
      ) : null}
      {becomes.as === 'property' ? labelOf(becomes.name, known) : words[becomes.as]}
    </>
  );
}
