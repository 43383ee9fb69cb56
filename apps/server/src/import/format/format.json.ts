/** Plain objects in NDJSON or in a JSON document: nested ones become columns `a.b`, lists several values of a cell. */
import { SummitError } from '@summit/process/errors';
import type { Columns } from '../mapping/mappingCells.ts';
import { reject } from '../rejecting.ts';
import { type FormatReader, limits, type ReadOptions, type SourceFile } from '../source.ts';
import { readBytes } from './bytes.ts';
import { parseJsonRow, readJsonLines, seeIds } from './jsonLines.ts';
import { type JsonPiece, sliceJson } from './jsonStream.ts';
import { plainCells } from './plainCells.ts';
import { mapTable, type TableRow } from './tabular.ts';
import { asUtf8 } from './textEncoding.ts';

export const ndjsonReader: FormatReader = {
  format: 'ndjson',
  read: (file, options) =>
    mapTable(
      file,
      options,
      (columns, skip) => readNdjsonTable(file, options, columns, skip),
      (idColumn, see) => seeIds(file, options, idColumn, see),
    ),
};

/** A list of objects, an object with a list in it (`{"data": […]}`; of several the first, or the one named as the sheet), or one object. */
export const jsonReader: FormatReader = {
  format: 'json',
  read: (file, options) =>
    mapTable(file, options, (columns, skip) => readJsonTable(file, options, columns, skip)),
};

export async function* readNdjsonTable(
  file: SourceFile,
  options: ReadOptions,
  columns: Columns,
  skip: number,
): AsyncGenerator<TableRow[]> {
  for await (const lines of readJsonLines(file, options, skip)) {
    yield lines.map(({ ref, object, reject }): TableRow => {
      if (reject !== undefined) return { ref, reject };
      return object === undefined ? { ref } : { ref, ...plainCells(object, ref, columns, options) };
    });
  }
}

export async function* readJsonTable(
  file: SourceFile,
  options: ReadOptions,
  columns: Columns,
  skip: number,
): AsyncGenerator<TableRow[]> {
  const bounds = { ...limits, ...options.limits };
  const members: Extract<JsonPiece, { kind: 'member' }>[] = [];
  let listAt: string | undefined;
  let row = 0;
  const read = (bytes: Buffer, at: { byteOffset: number; byteLength: number; path: string }): TableRow => {
    const ref = { row: ++row, ...at };
    if (row <= skip) return { ref };
    const { object, reject: refused } = parseJsonRow(bytes, ref, bounds.depth);
    return object === undefined
      ? { ref, reject: refused! }
      : { ref, ...plainCells(object, ref, columns, options) };
  };
  for await (const pieces of sliceJson(asUtf8(readBytes(file, options)), options.sheet, bounds.rowBytes)) {
    const batch: TableRow[] = [];
    for (const piece of pieces) {
      if (piece.kind === 'array') listAt = piece.key === undefined ? '' : `/${piece.key}`;
      else if (piece.kind === 'member') members.push(piece);
      else if (piece.tooLong) {
        const ref = {
          row: ++row,
          byteOffset: piece.offset,
          byteLength: piece.length,
          path: `${listAt}/${piece.index}`,
        };
        const reason = `the object is longer than ${bounds.rowBytes} bytes`;
        batch.push({ ref, reject: reject(ref, 'ROW_TOO_LONG', reason, piece.bytes) });
      } else {
        const path = `${listAt}/${piece.index}`;
        batch.push(read(piece.bytes, { byteOffset: piece.offset, byteLength: piece.length, path }));
      }
    }
    if (batch.length > 0) yield batch;
  }
  if (listAt !== undefined) {
    // `{"nodes": […], "edges": […]}` holds two tables; one import reads one of them.
    const lists = members.filter(({ bytes }) => bytes[0] === 0x5b && bytes.length > 2);
    yield lists.map(({ key, offset }) => ({
      ref: { byteOffset: offset, path: `/${key}` },
      notice: {
        code: 'SKIPPED_ELEMENT',
        detail: `only the list at ${listAt} is read; the one at /${key} is not`,
      },
    }));
  }
  if (listAt === undefined && options.sheet !== undefined && members.length > 0) {
    throw new SummitError('INPUT_INVALID', {
      problem: `the document has no list ${options.sheet.slice(0, 100)}`,
    });
  }
  if (listAt !== undefined || members.length === 0) return;
  // No list anywhere: the document is one object, and is read whole.
  const parts = members.map(({ key, bytes }) => `${JSON.stringify(key)}:${bytes.toString('utf8')}`);
  const whole = Buffer.from(`{${parts.join(',')}}`);
  yield [read(whole, { byteOffset: 0, byteLength: file.bytes, path: '' })];
}

/** Of a longer document the lists that begin later are not offered; they can be named all the same. */
const LOOKED_AT = 32 * 1024 * 1024;

/** Names of the lists in a JSON document, each a table that could be read, in their order; none where the document is a list itself. */
export async function jsonLists(file: SourceFile, options: ReadOptions): Promise<string[]> {
  const lists: string[] = [];
  // No key is empty and a list, or it is the only one that is not offered.
  const none = '';
  const bounds = { ...limits, ...options.limits };
  const head = async function* () {
    let seen = 0;
    for await (const chunk of readBytes(file, options)) {
      yield chunk;
      seen += chunk.length;
      if (seen > LOOKED_AT) return;
    }
  };
  try {
    for await (const pieces of sliceJson(asUtf8(head()), none, bounds.rowBytes)) {
      for (const piece of pieces) {
        if (piece.kind !== 'member') return [];
        if (piece.bytes[0] === 0x5b) lists.push(piece.key);
      }
    }
  } catch {
    // It ends early, or is damaged: reading it says so.
  }
  return lists;
}
