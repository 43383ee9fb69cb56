/** Plain objects in NDJSON or in a JSON document: nested ones become columns `a.b`, lists several values of a cell. */
import { readBytes } from './bytes.ts';
import { parseJsonRow, readJsonLines, seeIds } from './jsonLines.ts';
import { type JsonPiece, sliceJson } from './jsonStream.ts';
import type { Columns } from './mappingCells.ts';
import { plainCells } from './plainCells.ts';
import { reject } from './rejecting.ts';
import { type FormatReader, limits, type ReadOptions, type SourceFile } from './source.ts';
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

/** A list of objects, an object with a list in it (`{"data": […]}`), or one object. */
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
  for await (const pieces of sliceJson(asUtf8(readBytes(file, options)), undefined, bounds.rowBytes)) {
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
    // `{"nodes": […], "edges": […]}` holds two tables, and only the first is read.
    const lists = members.filter(({ bytes }) => bytes[0] === 0x5b && bytes.length > 2);
    yield lists.map(({ key, offset }) => ({
      ref: { byteOffset: offset, path: `/${key}` },
      notice: {
        code: 'SKIPPED_ELEMENT',
        detail: `only the list at ${listAt} is read; the one at /${key} is not`,
      },
    }));
  }
  if (listAt !== undefined || members.length === 0) return;
  // No list anywhere: the document is one object, and is read whole.
  const parts = members.map(({ key, bytes }) => `${JSON.stringify(key)}:${bytes.toString('utf8')}`);
  const whole = Buffer.from(`{${parts.join(',')}}`);
  yield [read(whole, { byteOffset: 0, byteLength: file.bytes, path: '' })];
}
