/** Opens the very row of the kept original that says a fact. */
import { createReadStream } from 'node:fs';
import { SummitError } from '@summit/process/errors';
import type { Context } from '../context.ts';
import { blobPath } from '../file/blobs.ts';
import { placeOf } from '../file/file.http.ts';
import type { FileRemoval } from '../file/file.ts';
import type { SourceRef } from '../record/record.ts';
import { readBytes, readHead } from './format/bytes.ts';
import { readXlsxTable } from './format/format.xlsx.ts';
import { guessEncoding } from './format/textEncoding.ts';
import { loadImports } from './import.queries.ts';
import type { ImportNode } from './import.ts';
import { Columns } from './mapping/mappingCells.ts';
import { type SourceFile, sourceFromPath } from './source.ts';

export interface SourceRow {
  importId: string;
  filename: string;
  row: number | null;
  line: number | null;
  text: string;
  truncated: boolean;
  before: string[];
  after: string[];
  /** Set when the original was removed: the text is empty. */
  removed: FileRemoval | null;
}

const TEXT_MOST = 64 * 1024;
/** Bytes looked at on each side, and lines shown of them. */
const AROUND = 8 * 1024;
const LINES = 2;
const LINE_MOST = 500;

/** Null when the fact was made by hand, or its import is not the reader's to see. Throws FILE_DAMAGED when the original is gone. */
export async function sourceRow(ctx: Context, ref: SourceRef | null): Promise<SourceRow | null> {
  if (!ref?.import) return null;
  const about = (await loadImports(ctx, [ref.import])).get(ref.import);
  if (!about) return null;
  const file = sourceFromPath(blobPath(placeOf(ctx).home, about.sha256), about.bytes, about.filename);
  const head = {
    importId: about.id,
    filename: about.filename,
    row: ref.row ?? null,
    line: ref.line ?? null,
    removed: about.removed,
  };
  if (about.removed) return { ...head, text: '', truncated: false, before: [], after: [] };
  try {
    const found =
      about.format === 'xlsx' ? await sheetRow(file, about, ref) : await textRow(file, about, ref);
    // What stands around may be a reject, which is hidden as a row is.
    return found && { ...head, ...found, ...(!about.seesWholeFile && { before: [], after: [] }) };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    throw new SummitError('FILE_DAMAGED', { problem: 'the kept original is missing' }, error);
  }
}

type Found = Pick<SourceRow, 'text' | 'truncated' | 'before' | 'after'>;

async function textRow(file: SourceFile, about: ImportNode, ref: SourceRef): Promise<Found | null> {
  if (ref.byteOffset === undefined) return null;
  const { encoding } = about.options.encoding
    ? { encoding: about.options.encoding }
    : guessEncoding(await readHead(file, 4096));
  const unit = encoding.startsWith('utf-16') ? 2 : 1;
  const decode = (bytes: Buffer) => new TextDecoder(encoding).decode(bytes);
  const whole = ref.byteLength ?? 4096;
  const length = Math.min(whole, TEXT_MOST * unit);
  const from = Math.max(0, ref.byteOffset - AROUND);
  const bytes = await slice(
    file,
    from,
    ref.byteOffset + whole + AROUND,
    ref.byteOffset + length,
    ref.byteOffset + whole,
  );
  const start = ref.byteOffset - from;
  const text = decode(bytes.row.subarray(start, start + length)).replace(/\r?\n$/, '');
  const lines = (part: string) =>
    part.split(/\r?\n/).map((line) => (line.length > LINE_MOST ? `${line.slice(0, LINE_MOST)}…` : line));
  const earlier = lines(decode(bytes.row.subarray(0, start)).replace(/\r?\n$/, ''));
  // The first of them may be cut, unless the file begins there.
  if (from > 0) earlier.shift();
  const later = lines(decode(bytes.after).replace(/^\r?\n/, ''));
  return {
    text: ref.byteLength === undefined ? text.split(/\r?\n/, 1)[0]! : text,
    truncated: length < whole,
    before: earlier.filter((line) => line !== '').slice(-LINES),
    after: later.filter((line) => line !== '').slice(0, LINES),
  };
}

/** The bytes `from` to `rowEnd`, and `after` to `to`; without unpacking where the file is not packed. */
async function slice(
  file: SourceFile,
  from: number,
  to: number,
  rowEnd: number,
  after: number,
): Promise<{ row: Buffer; after: Buffer }> {
  const row: Buffer[] = [];
  const rest: Buffer[] = [];
  let at = 0;
  const magic = await readHeadRaw(file);
  const packed = magic[0] === 0x1f && magic[1] === 0x8b;
  if (!packed) at = from;
  const chunks = packed
    ? readBytes(file, {})
    : createReadStream(file.path!, { start: from, end: Math.max(from, to - 1) });
  for await (const chunk of chunks as AsyncIterable<Buffer>) {
    const cut = (start: number, end: number) =>
      chunk.subarray(Math.max(0, start - at), Math.max(0, Math.min(chunk.length, end - at)));
    const [first, second] = [cut(from, rowEnd), cut(after, to)];
    if (first.length > 0) row.push(Buffer.from(first));
    if (second.length > 0) rest.push(Buffer.from(second));
    at += chunk.length;
    if (at >= to) break;
  }
  return { row: Buffer.concat(row), after: Buffer.concat(rest) };
}

async function readHeadRaw(file: SourceFile): Promise<Buffer> {
  for await (const chunk of createReadStream(file.path!, { end: 1 })) return chunk as Buffer;
  return Buffer.alloc(0);
}

/** A row of a sheet as its cells, tab between them. */
async function sheetRow(file: SourceFile, about: ImportNode, ref: SourceRef): Promise<Found | null> {
  if (ref.row === undefined) return null;
  const rows: string[] = [];
  const options = about.options.sheet ? { sheet: about.options.sheet } : {};
  for await (const batch of readXlsxTable(file, options, new Columns(), 0)) {
    for (const { ref: place, cells } of batch) {
      const row = place.row ?? 0;
      if (row < ref.row - LINES) continue;
      rows[row] = (cells ?? [])
        .map((cell) => (Array.isArray(cell) ? cell.join(' | ') : (cell ?? '')))
        .join('\t');
      if (row >= ref.row + LINES) break;
    }
    if (rows.length > ref.row + LINES) break;
  }
  const text = rows[ref.row];
  if (text === undefined) return null;
  return {
    text: text.slice(0, TEXT_MOST),
    truncated: text.length > TEXT_MOST,
    before: rows.slice(Math.max(0, ref.row - LINES), ref.row).filter((row) => row !== undefined),
    after: rows.slice(ref.row + 1, ref.row + 1 + LINES).filter((row) => row !== undefined),
  };
}
