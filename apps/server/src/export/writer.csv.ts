import { markingName } from '../tenant/marking.ts';
import { neutral } from './csvCell.ts';
import type { ExportedLink, ExportedRecord, ExportWriter, Losses } from './export.ts';

/** Between the values of one cell. */
const BETWEEN = '; ';

/** A table of records, or of links. Values of one property share a cell; what a spreadsheet would run is neutralised. */
export function csvWriter(
  table: 'records' | 'relationships',
  properties: readonly string[],
  losses: Losses,
): ExportWriter {
  const cell = (value: string | number | boolean | null): string => {
    const { cell: text, changed } = neutral(value ?? '');
    if (changed) losses.add('cells that a spreadsheet would run, made plain by an apostrophe');
    return text;
  };
  const row = (own: (string | number | boolean | null)[], props: Record<string, string[]>): string => {
    const values = properties.map((name) => {
      const all = Object.hasOwn(props, name) ? props[name]! : [];
      if (all.length > 1) losses.add('cells with several values, joined by "; "');
      return all.join(BETWEEN);
    });
    return `${[...own, ...values].map(cell).join(',')}\r\n`;
  };
  const own =
    table === 'records'
      ? ['id', 'entity', 'dataset', 'schema', 'caption', 'marking', 'validFrom', 'validTo', 'revoked']
      : [
          'id',
          'dataset',
          'type',
          'source',
          'target',
          'directed',
          'reference',
          'marking',
          'validFrom',
          'validTo',
        ];
  // A property that is called like a column of ours is told apart.
  const header = [...own, ...properties.map((name) => (own.includes(name) ? `property:${name}` : name))];
  return {
    contentType: 'text/csv; charset=utf-8',
    extension: 'csv',
    head: () => `${header.map(cell).join(',')}\r\n`,
    record(record: ExportedRecord): string {
      if (table !== 'records') {
        losses.add('records, which the table of relationships does not hold');
        return '';
      }
      if (record.sourceRef) losses.add('places in the original file');
      const { id, entity, dataset, schema, caption, marking, validFrom, validTo, revoked } = record;
      return row(
        [id, entity, dataset, schema, caption, markingName(marking), validFrom, validTo, revoked],
        record.props,
      );
    },
    link(link: ExportedLink): string {
      if (table !== 'relationships') {
        losses.add(
          `${link.reference ? 'references' : 'relationships'}, which the table of records does not hold`,
        );
        return '';
      }
      if (link.sourceRef) losses.add('places in the original file');
      const { id, dataset, type, source, target, directed, reference, marking, validFrom, validTo } = link;
      return row(
        [id, dataset, type, source, target, directed, reference, markingName(marking), validFrom, validTo],
        link.props,
      );
    },
    foot: () => '',
  };
}
