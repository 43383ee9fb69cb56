/** CSV and TSV: encoding and delimiter guessed or given, a bad row rejected alone with its byte offset. */
import { SummitError } from '@summit/process/errors';
import type { Columns } from '../mapping/mappingCells.ts';
import { invalidUtf8At, reject } from '../rejecting.ts';
import { type FormatReader, limits, type ReadOptions, type SourceFile, type SourceRef } from '../source.ts';
import { readBytes } from './bytes.ts';
import { type CsvDialect, csvDialect } from './csvDialect.ts';
import { CsvAssembler, type CsvRow, type TextLine } from './csvRows.ts';
import { type Line, readLines } from './lines.ts';
import { mapTable, type TableRow } from './tabular.ts';
import { decodeLine, type Encoding, unitsIn, utf16ToUtf8 } from './textEncoding.ts';

export const csvReader: FormatReader = {
  format: 'csv',
  read: (file, options) =>
    mapTable(file, options, (columns, skip) => readCsvTable(file, options, columns, skip)),
};

/** Rows of the file with their place; the header is the first. */
async function* readRows(
  file: SourceFile,
  options: ReadOptions,
  dialect: CsvDialect,
): AsyncGenerator<CsvRow[]> {
  const bounds = { ...limits, ...options.limits };
  const assembler = new CsvAssembler({
    ...dialect,
    rowBytes: bounds.rowBytes,
  });
  const wide = dialect.encoding === 'utf-16le' || dialect.encoding === 'utf-16be';
  const bytes = afterMark(readBytes(file, options), dialect.mark);
  const text = wide ? utf16ToUtf8(bytes, dialect.encoding as 'utf-16le') : bytes;
  // Offsets are of the file as it is: a UTF-16 file has two bytes for each unit.
  let wideOffset = dialect.mark;
  const place = (line: Line): Line => {
    if (!wide) return line;
    const length = 2 * (line.tooLong ? line.length : unitsIn(line.bytes) + line.terminator.length);
    const placed = { ...line, offset: wideOffset, length };
    wideOffset += length;
    return placed;
  };
  const from = {
    loneReturns: true,
    limit: bounds.rowBytes,
    keep: limits.rawBytes,
    offset: wide ? 0 : dialect.mark,
  };
  for await (const lines of readLines(text, from)) {
    const rows: CsvRow[] = [];
    for (const line of lines) assembler.push(textLine(place(line), dialect.encoding, bounds.rowBytes), rows);
    if (rows.length > 0) yield rows;
  }
  const rows: CsvRow[] = [];
  assembler.end(rows);
  if (rows.length > 0) yield rows;
}

function textLine(line: Line, encoding: Encoding, rowBytes: number): TextLine {
  const { bytes } = line;
  const replaced = () => bytes.toString('utf8');
  if (line.tooLong) {
    return {
      line,
      text: replaced(),
      problem: { code: 'ROW_TOO_LONG', reason: `the line is longer than ${rowBytes} bytes` },
    };
  }
  const text = decodeLine(bytes, encoding.startsWith('utf-16') ? 'utf-8' : encoding);
  if (text === undefined) {
    const reason = encoding.startsWith('utf-16')
      ? 'the line holds half of a surrogate pair'
      : encoding === 'utf-8'
        ? `byte ${line.offset + invalidUtf8At(bytes)} is not UTF-8`
        : `the line is not ${encoding}`;
    return {
      line,
      text: replaced(),
      problem: { code: encoding.startsWith('utf-16') ? 'LONE_SURROGATE' : 'BAD_ENCODING', reason },
    };
  }
  if (bytes.includes(0)) {
    return {
      line,
      text,
      problem: { code: 'NUL_BYTE', reason: 'the line holds the character U+0000, which cannot be stored' },
    };
  }
  return { line, text };
}

async function* afterMark(chunks: AsyncIterable<Buffer>, mark: number): AsyncGenerator<Buffer> {
  let left = mark;
  for await (const chunk of chunks) {
    if (left === 0) yield chunk;
    else if (chunk.length <= left) left -= chunk.length;
    else {
      yield chunk.subarray(left);
      left = 0;
    }
  }
}

/** @throws FILE_DAMAGED when there is no usable header */
export async function* readCsvTable(
  file: SourceFile,
  options: ReadOptions,
  columns: Columns,
  skip: number,
): AsyncGenerator<TableRow[]> {
  const dialect = await csvDialect(file, options);
  const bounds = { ...limits, ...options.limits };
  let header: number[] | undefined;
  let inOrder = true;
  let number = 0;
  for await (const rows of readRows(file, options, dialect)) {
    const batch: TableRow[] = [];
    for (const row of rows) {
      if (dialect.saysDelimiter && row.line === 1) continue;
      if (header === undefined) {
        header = readHeader(row, columns, bounds.columns);
        inOrder = header.every((column, at) => column === at);
        continue;
      }
      number++;
      const ref: SourceRef = { row: number, line: row.line, byteOffset: row.offset, byteLength: row.length };
      if (number <= skip) batch.push({ ref });
      else if (row.problem !== undefined) {
        batch.push({ ref, reject: reject(ref, row.problem.code, row.problem.reason, row.raw) });
      } else if (row.cells.length !== header.length) {
        const many = row.cells.length > bounds.columns;
        const reason = `${row.cells.length} cells, but the header names ${header.length}`;
        batch.push({ ref, reject: reject(ref, many ? 'TOO_MANY_COLUMNS' : 'COLUMN_COUNT', reason, row.raw) });
      } else {
        const cells = inOrder ? row.cells : inColumns(row.cells, header);
        batch.push({ ref, cells, raw: () => row.raw });
      }
    }
    if (batch.length > 0) yield batch;
  }
}

function inColumns(cells: string[], header: number[]): (string | undefined)[] {
  const placed: (string | undefined)[] = [];
  for (let at = 0; at < header.length; at++) {
    while (placed.length <= header[at]!) placed.push(undefined);
    placed[header[at]!] = cells[at];
  }
  return placed;
}

function readHeader(row: CsvRow, columns: Columns, most: number): number[] {
  if (row.problem !== undefined) {
    throw new SummitError('FILE_DAMAGED', {
      problem: `its header: ${row.problem.reason}`,
      byteOffset: row.offset,
    });
  }
  if (row.cells.length > most) {
    throw new SummitError('FILE_DAMAGED', {
      problem: `its header names ${row.cells.length} columns; ${most} are allowed`,
    });
  }
  return headerNames(row.cells).map((name) => columns.number(name));
}

/** Names of columns: trimmed, the nameless numbered, a name that comes again marked `name (2)`. */
export function headerNames(cells: string[]): string[] {
  const seen = new Map<string, number>();
  return cells.map((cell, at) => {
    const name = cell.trim() || `column ${at + 1}`;
    const times = (seen.get(name) ?? 0) + 1;
    seen.set(name, times);
    return times === 1 ? name : `${name} (${times})`;
  });
}
