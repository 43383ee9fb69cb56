import { Button as AriaButton } from 'react-aria-components';
import { readable } from '../../entity/entityTypes.ts';
import { ANY, usePropertyLabels } from '../../entity/propertyLabels.ts';
import { count, counted, ofTotal } from '../../format/numbers.ts';
import page from '../Page.module.css';
import styles from './History.module.css';
import type { RowChange } from './historyQueries.ts';
import { diffRow, schemaOf } from './rowDiff.ts';

const signs: Record<string, string> = { added: '+', removed: '−', changed: '~' };

type RowsProps = {
  title: string;
  rows: RowChange[];
  total: number;
  isExact?: boolean;
  /** `of` names what is counted where it is not rows. */
  counts?: { added: number; changed: number; removed: number; of?: string };
  onMore?: () => void;
  /** True once there is nothing more to read: what is still missing then is hidden from this reader. */
  isRead?: boolean;
};

/** The rows of a change before and after, with how many there are in all. */
export function ChangedRows({ title, rows, total, isExact = true, counts, onMore, isRead }: RowsProps) {
  const isCut = total > rows.length || onMore !== undefined;
  return (
    <section className={styles.rows} aria-label={title}>
      <header>
        <h3>{title}</h3>
        <span className={page.meta}>{counts ? said(counts) : counted(total, 'row')}</span>
      </header>
      <ul>
        {rows.map((row) => (
          <Row key={`${row.kind} ${row.id}`} row={row} />
        ))}
      </ul>
      {isCut && (
        <p className={styles.more}>
          {ofTotal(rows.length, total, isExact)} rows
          {onMore && (
            <AriaButton className={page.link as string} onPress={onMore}>
              Load the rest
            </AriaButton>
          )}
          {isRead && total > rows.length && '; you may not see the others'}
        </p>
      )}
    </section>
  );
}

function said({ added, changed, removed, of }: NonNullable<RowsProps['counts']>): string {
  const parts: [number, string][] = [
    [added, 'added'],
    [changed, 'changed'],
    [removed, 'removed'],
  ];
  return parts
    .filter(([value]) => value > 0)
    .map(([value, what], at) => `${of && at === 0 ? counted(value, of) : count(value)} ${what}`)
    .join(', ');
}

function Row({ row }: { row: RowChange }) {
  const labels = usePropertyLabels();
  const fields = diffRow(row.before, row.after);
  // A refutation or a note names the property that it is about.
  const isAbout = row.kind === 'refutation' || row.kind === 'note';
  const shown = (name: string, value: string) =>
    isAbout && name === 'property' ? labels(value, ANY) : value;
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
              <dt>{labels(field.name, schemaOf(row))}</dt>
              <dd>
                {field.before !== undefined && <del>{shown(field.name, field.before)}</del>}
                {field.before !== undefined && field.after !== undefined && ' '}
                {field.after !== undefined && <ins>{shown(field.name, field.after)}</ins>}
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
