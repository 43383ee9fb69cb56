/** A first look at a file: its format, how it is written, its columns with samples, and a guessed mapping. */
import { SummitError } from '@summit/process/errors';
import { ontology as defaultOntology } from '../ontology/ontology.ts';
import { readHead } from './format/bytes.ts';
import { csvDialect } from './format/csvDialect.ts';
import { detectFormat } from './format/detectFormat.ts';
import { readCsvTable } from './format/format.csv.ts';
import { jsonLists, readJsonTable, readNdjsonTable } from './format/format.json.ts';
import { readXlsxTable, xlsxSheets } from './format/format.xlsx.ts';
import type { TableRow } from './format/tabular.ts';
import { guessMapping } from './mapping/guessMapping.ts';
import { type Cells, Columns } from './mapping/mappingCells.ts';
import type { Format, ReadOptions, SourceFile } from './source.ts';

export interface Inspection {
  format: Format;
  encoding?: string;
  delimiter?: string;
  sheets: string[];
  columns: { name: string; samples: string[]; becomes?: string }[];
  /** Texts of the first rows, in the order of the columns; several values of a cell are joined by " | ". */
  rows: string[][];
  /** YAML; absent where the format needs none. */
  mapping?: string;
  warnings: string[];
}

/** Of old Office files, and of the container in which encrypted ones are kept. */
const OLE2 = Buffer.from('d0cf11e0a1b11ae1', 'hex');

const tables = new Set<Format>(['csv', 'ndjson', 'json', 'xlsx']);

/** Whether rows of the format need a mapping to become facts. */
export const needsMapping = (format: Format): boolean => tables.has(format);

/**
 * @param count rows to look at; the guess is made from them.
 * @throws FORMAT_UNKNOWN, FILE_DAMAGED
 */
export async function inspect(
  file: SourceFile,
  options: ReadOptions & { format?: Format } = {},
  count = 200,
): Promise<Inspection> {
  const head = await readHead(file, 64 * 1024, options);
  if (head.subarray(0, OLE2.length).equals(OLE2))
    throw new SummitError('FILE_DAMAGED', {
      problem:
        'it is an old Excel workbook (.xls) or one with a password, which are not supported. Save it as .xlsx without a password.',
    });
  const format = options.format ?? detectFormat(head, file.name);
  if (format === undefined) throw new SummitError('FORMAT_UNKNOWN', { file: file.name });
  if (!needsMapping(format)) return { format, sheets: [], columns: [], rows: [], warnings: [] };

  const about: Pick<Inspection, 'encoding' | 'delimiter'> = {};
  if (format === 'csv') {
    const { encoding, delimiter } = await csvDialect(file, options);
    about.encoding = encoding;
    about.delimiter = delimiter;
  }
  const sheets =
    format === 'xlsx'
      ? await xlsxSheets(file, options)
      : format === 'json'
        ? await jsonLists(file, options)
        : [];
  const columns = new Columns();
  const found: Cells[] = [];
  const warnings: string[] = [];
  for await (const rows of tableOf(format, file, options, columns)) {
    for (const { cells, reject } of rows) {
      if (cells !== undefined) found.push(cells);
      else if (reject !== undefined && warnings.length < 5)
        warnings.push(`row ${reject.ref.row}: ${reject.reason}`);
    }
    if (found.length >= count) break;
  }
  const rows = found.slice(0, count).map((cells) => columns.names.map((_, at) => cellText(cells[at])));
  const guess = guessMapping(
    { fileName: file.name, columns: columns.names, rows },
    options.ontology ?? defaultOntology,
  );
  return {
    format,
    ...about,
    sheets,
    columns: columns.names.map((name, at) => {
      const samples = [...new Set(rows.map((row) => row[at]!).filter((value) => value !== ''))].slice(0, 5);
      const becomes = guess.becomes[name];
      return { name, samples, ...(becomes !== undefined && { becomes }) };
    }),
    rows: rows.slice(0, 20),
    mapping: guess.yaml,
    warnings,
  };
}

function tableOf(
  format: Format,
  file: SourceFile,
  options: ReadOptions,
  columns: Columns,
): AsyncIterable<TableRow[]> {
  if (format === 'csv') return readCsvTable(file, options, columns, 0);
  if (format === 'xlsx') return readXlsxTable(file, options, columns, 0);
  return format === 'json'
    ? readJsonTable(file, options, columns, 0)
    : readNdjsonTable(file, options, columns, 0);
}

const cellText = (cell: Cells[number]): string => (Array.isArray(cell) ? cell.join(' | ') : (cell ?? ''));
