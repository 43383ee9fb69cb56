import { readable } from '../../entity/entityTypes.ts';
import { counted, ofTotal } from '../../format/numbers.ts';
import page from '../Page.module.css';
import styles from './History.module.css';
import type { RowChange } from './historyQueries.ts';
import { diffRow } from './rowDiff.ts';

const signs: Record<string, string> = { added: '+', removed: '−', changed: '~' };

type RowsProps = {
  title: string;
  rows: RowChange[];
  total: number;
  counts?: { added: number; changed: number; removed: number };
};

/** The rows of a change before and after, with how many there are in all. */
export function ChangedRows({ title, rows, total, counts }: RowsProps) {
  return (
    <section className={styles.rows} aria-label={title}>
      <header>
        <h4>{title}</h4>
        <span className={page.meta}>
          {counts
            ? [
                counts.added && `${counts.added} added`,
                counts.changed && `${counts.changed} changed`,
                counts.removed && `${counts.removed} removed`,
              ]
                .filter(Boolean)
                .join(', ')
            : counted(total, 'row')}
        </span>
      </header>
      <ul>
        {rows.map((row) => (
          <Row key={`${row.kind} ${row.id}`} row={row} />
        ))}
      </ul>
      {total > rows.length && <p className={page.meta}>{ofTotal(rows.length, total)} rows</p>}
    </section>
  );
}

function Row({ row }: { row: RowChange }) {
  const fields = diffRow(row.before, row.after);
  const isWhole = row.act !== 'changed';
  return (
    <li>
      <span className={styles[`act-${row.act}`]} role="img" aria-label={row.act}>
        {signs[row.act] ?? '·'}
      </span>
      <div>
        <span className={styles.rowName}>{row.caption ?? readable(row.kind)}</span>{' '}
        <span className={page.meta}>{readable(row.kind).toLowerCase()}</span>
        <dl className={styles.fields}>
          {fields.slice(0, isWhole ? 4 : 8).map((field) => (
            <div key={field.name}>
              <dt>{readable(field.name)}</dt>
              <dd>
                {field.before !== undefined && <del>{field.before}</del>}
                {field.before !== undefined && field.after !== undefined && ' '}
                {field.after !== undefined && <ins>{field.after}</ins>}
              </dd>
            </div>
          ))}
        </dl>
        {fields.length > (isWhole ? 4 : 8) && (
          <span className={page.meta}>and {fields.length - (isWhole ? 4 : 8)} more values</span>
        )}
      </div>
    </li>
  );
}
