/** Rejected rows alone, in a form that the same import reads again once they are mended. */
import type { Context } from '../context.ts';
import { fileRemoved } from '../file/file.ts';
import { inspectKept } from './format/recognise.ts';
import { elementsWriter } from './format/rejectedElements.ts';
import type { RejectRow } from './import.queries.ts';
import type { ImportNode } from './import.ts';

export interface RowsWriter {
  type: string;
  extension: string;
  head: string;
  row(reject: RejectRow, first: boolean): string;
  foot: string;
}

/** How the mended rows of an import are read: a list of JSON as lines, a sheet as CSV, all of it as UTF-8. */
export function retryReading(about: ImportNode): Pick<ImportNode, 'format' | 'options'> {
  const { encoding: _, sheet: __, ...options } = about.options;
  if (about.format === 'xlsx') return { format: 'csv', options: { ...options, delimiter: ',' } };
  return { format: about.format === 'json' ? 'ndjson' : about.format, options };
}

const line = (raw: string): string => (raw.endsWith('\n') ? raw : `${raw}\n`);
const plain = { type: 'text/plain; charset=utf-8', foot: '' };

/** Throws FILE_REMOVED. */
export async function rowsWriter(ctx: Context, about: ImportNode): Promise<RowsWriter> {
  if (about.removed) throw fileRemoved(about.removed);
  switch (about.format) {
    case 'csv':
    case 'xlsx': {
      const { columns, delimiter = ',' } = await inspectKept(ctx, about, about);
      const between = about.format === 'xlsx' ? ',' : delimiter;
      const cell = (text: string) =>
        /["\r\n]/.test(text) || text.includes(between) ? `"${text.replaceAll('"', '""')}"` : text;
      return {
        ...plain,
        extension: 'csv',
        head: `${columns.map(({ name }) => cell(name)).join(between)}\n`,
        row: ({ raw }) => line(about.format === 'xlsx' ? cellsOf(raw).map(cell).join(between) : raw),
      };
    }
    case 'stix':
      return {
        type: 'application/json; charset=utf-8',
        extension: 'json',
        head: '[\n',
        row: ({ raw }, first) => `${first ? '' : ',\n'}${raw.trim()}`,
        foot: '\n]\n',
      };
    case 'graphml':
    case 'gexf':
      return elementsWriter(about.format);
    default:
      return { ...plain, extension: 'ndjson', head: '', row: ({ raw }) => line(raw) };
  }
}

/** A sheet's row is kept as the JSON list of its cells. */
function cellsOf(raw: string): string[] {
  try {
    const cells = JSON.parse(raw) as unknown;
    if (Array.isArray(cells))
      return cells.map((cell) => (Array.isArray(cell) ? cell.join('; ') : String(cell ?? '')));
  } catch {
    // Cut or told otherwise: shown as it is kept.
  }
  return [raw];
}
