/** How a table of text is written: encoding, delimiter, quoting, all from its first bytes. */

import { limits, type ReadOptions, type SourceFile } from '../source.ts';
import { readHead } from './bytes.ts';
import { CsvAssembler, type CsvRow, type CsvShape } from './csvRows.ts';
import type { Line } from './lines.ts';
import { type Encoding, guessEncoding } from './textEncoding.ts';

/** Options override what the first bytes say. */
export interface CsvDialect extends Pick<CsvShape, 'delimiter' | 'backslash' | 'padded'> {
  encoding: Encoding;
  /** Bytes of the byte order mark. */
  mark: number;
  /** The file begins with a line `sep=;`, as Excel writes it, which is no row. */
  saysDelimiter: boolean;
}

export async function csvDialect(file: SourceFile, options: ReadOptions): Promise<CsvDialect> {
  const head = await readHead(file, 64 * 1024, options);
  const { encoding: guessed, mark } = guessEncoding(head);
  const encoding = options.encoding ?? guessed;
  const start = head.subarray(mark);
  const isWide = encoding === 'utf-16le' || encoding === 'utf-16be';
  const sample = isWide
    ? new TextDecoder(encoding).decode(start.subarray(0, start.length & ~1))
    : start.toString('utf8');
  const said = /^sep=(.)\r?\n/i.exec(sample);
  const rows = said === null ? sample : sample.slice(said[0].length);
  const delimiter = options.delimiter ?? said?.[1] ?? guessDelimiter(rows);
  return { encoding, mark, delimiter, saysDelimiter: said !== null, ...guessQuoting(rows, delimiter) };
}

/** Deviations from RFC 4180 are assumed only where the sample reads better with them. */
function guessQuoting(sample: string, delimiter: string): Pick<CsvShape, 'backslash' | 'padded'> {
  const backslash =
    sample.includes('\\"') &&
    problems(sample, { delimiter, backslash: true }) < problems(sample, { delimiter });
  const looksPadded = sample.includes(`${delimiter} "`) && delimiter !== ' ';
  const padded =
    looksPadded &&
    problems(sample, { delimiter, backslash, padded: true }) <= problems(sample, { delimiter, backslash });
  return { backslash, padded };
}

/** Rows of the sample that are broken or have another number of cells than the first. */
function problems(sample: string, shape: Omit<CsvShape, 'rowBytes'>): number {
  const rows = rowsOf(sample, shape);
  const cells = rows[0]?.cells.length;
  return rows.filter((row) => row.problem !== undefined || row.cells.length !== cells).length;
}

/** Not the colon: `name: value` is how settings and notes are written. */
const telling = new Set([',', ';', '\t', '|']);

/** Whether a text has a header of several columns, and rows below it of which most have as many. */
export function looksLikeTable(sample: string): boolean {
  const said = /^sep=(.)\r?\n/i.exec(sample);
  if (said !== null) return true;
  const delimiter = guessDelimiter(sample);
  if (!telling.has(delimiter)) return false;
  const rows = rowsOf(sample, { delimiter, ...guessQuoting(sample, delimiter) });
  const [header, ...below] = rows;
  if (header === undefined || header.cells.length < 2 || below.length === 0) return false;
  const fitting = below.filter(
    (row) => row.problem === undefined && row.cells.length === header.cells.length,
  ).length;
  return fitting * 2 > below.length;
}

function rowsOf(sample: string, shape: Omit<CsvShape, 'rowBytes'>): CsvRow[] {
  const rows: CsvRow[] = [];
  const assembler = new CsvAssembler({ ...shape, rowBytes: limits.rowBytes });
  const lines = sample.split('\n');
  if (sample.length >= 32 * 1024) lines.pop(); // cut by the sample's end
  lines.forEach((text, at) => {
    const line: Line = { bytes: noBytes, offset: 0, length: text.length, number: at + 1, terminator: '\n' };
    assembler.push({ text: text.endsWith('\r') ? text.slice(0, -1) : text, line }, rows);
  });
  assembler.end(rows);
  return rows;
}
const noBytes = Buffer.alloc(0);

const delimiters = [',', ';', '\t', '|', '%', '^', ':'];

/** The delimiter that cuts the first rows into the same number of cells, most cells first. */
export function guessDelimiter(sample: string): string {
  const lines = sample.split(/\r\n|\n|\r/).slice(0, 50);
  if (lines.length > 1 && sample.length >= 32 * 1024) lines.pop(); // cut by the sample's end
  const outside = lines.map((line) => line.replace(/"(?:[^"]|"")*"/g, '')).filter((line) => line !== '');
  let best = ',';
  let bestScore = 0;
  for (const delimiter of delimiters) {
    const counts = outside.map((line) => line.split(delimiter).length - 1);
    const header = counts[0] ?? 0;
    if (header === 0) continue;
    const agreeing = counts.filter((count) => count === header).length / counts.length;
    const score = agreeing * (1 + Math.log2(header + 1)) * (delimiter === ':' || delimiter === '^' ? 0.5 : 1);
    if (score > bestScore * 1.0001) [best, bestScore] = [delimiter, score];
  }
  return best;
}
