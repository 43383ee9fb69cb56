/** NDJSON of plain objects: nested ones become columns `a.b`, lists become several values of one cell. */
import { readJsonLines, seeIds } from './jsonLines.ts';
import type { Columns } from './mappingPlan.ts';
import { plainCells } from './plainCells.ts';
import type { FormatReader, ReadOptions, SourceFile } from './source.ts';
import { mapTable, type TableRow } from './tabular.ts';

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
