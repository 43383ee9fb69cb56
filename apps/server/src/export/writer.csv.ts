import { markingName } from '../tenant/marking.ts';
import { neutral } from './csvCell.ts';
import type { ExportedLink, ExportedRecord, ExportWriter, Losses } from './export.ts';

/** Between the values of one cell. */
const BETWEEN = '; ';

/** One property of the table; what names entities has a second column, `<property>:caption`, right after it. */
export interface Column {
  property: string;
  namesEntities: boolean;
}

/**
 * A table of records, or of links. Values of one property share a cell; what a spreadsheet would run is neutralised. Columns of
 * ids keep what the source said, so that a file that comes back says the same; beside each stands what it names.
 */
export function csvWriter(
  table: 'records' | 'relationships',
  properties: readonly Column[],
  losses: Losses,
): ExportWriter {
  const cell = (value: string | number | boolean | null): string => {
    const { cell: text, changed } = neutral(value ?? '');
    if (changed) losses.add('cells that a spreadsheet would run, made plain by an apostrophe');
    return text;
  };
  const row = (
    own: (string | number | boolean | null)[],
    { props, captions = {} }: Pick<ExportedRecord, 'props' | 'captions'>,
  ): string => {
    const values = properties.flatMap(({ property, namesEntities }) => {
      const all = Object.hasOwn(props, property) ? props[property]! : [];
      if (all.length > 1) losses.add('cells with several values, joined by "; "');
      const said = all.join(BETWEEN);
      if (!namesEntities) return [said];
      const named = Object.hasOwn(captions, property) ? captions[property]! : [];
      return [said, named.some((caption) => caption !== '') ? named.join(BETWEEN) : ''];
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
          'source:caption',
          'target',
          'target:caption',
          'directed',
          'reference',
          'marking',
          'validFrom',
          'validTo',
        ];
  // A property that is called like a column of ours is told apart.
  const ours = new Set([
    ...own,
    ...properties.flatMap(({ property, namesEntities }) => (namesEntities ? [`${property}:caption`] : [])),
  ]);
  const header = [
    ...own,
    ...properties.flatMap(({ property, namesEntities }) => [
      ours.has(property) ? `property:${property}` : property,
      ...(namesEntities ? [`${property}:caption`] : []),
    ]),
  ];
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
      losses.addRefuted(record);
      const { id, entity, dataset, schema, caption, marking, validFrom, validTo, revoked } = record;
      return row(
        [id, entity, dataset, schema, caption, markingName(marking), validFrom, validTo, revoked],
        record,
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
      const { id, dataset, type, source, target, directed, reference, validFrom, validTo } = link;
      const [from = '', to = ''] = link.ends ?? [];
      const marking = markingName(link.marking);
      return row(
        [id, dataset, type, source, from, target, to, directed, reference, marking, validFrom, validTo],
        link,
      );
    },
    foot: () => '',
  };
}
