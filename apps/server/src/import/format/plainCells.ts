/** A plain JSON object as cells of a table. */

import type { Cells, Columns } from '../mapping/mappingCells.ts';
import { reject } from '../rejecting.ts';
import { limits, type ReadOptions, type SourceRef } from '../source.ts';
import type { JsonObject } from './jsonLines.ts';
import { BigNumber, type Json } from './strictJson.ts';
import type { TableRow } from './tabular.ts';

/** Objects inside become columns `a.b`; a list of scalars several values; a list of objects one JSON text each. */
export function plainCells(
  object: JsonObject,
  ref: SourceRef,
  columns: Columns,
  options: ReadOptions,
): Pick<TableRow, 'cells' | 'reject' | 'raw'> {
  const most = options.limits?.columns ?? limits.columns;
  const cells: Cells = [];
  const raw = () => JSON.stringify(object);
  const put = (name: string, value: string | string[]) => {
    const number = columns.number(name);
    while (cells.length <= number) cells.push(undefined);
    cells[number] = value;
  };
  flatten(object, '', put);
  if (columns.names.length > most) {
    const reason = `with this row the file has more than ${most} different keys`;
    return { reject: reject(ref, 'TOO_MANY_COLUMNS', reason, raw()) };
  }
  return { cells, raw };
}

function flatten(
  object: JsonObject,
  prefix: string,
  put: (name: string, value: string | string[]) => void,
): void {
  for (const key of Object.keys(object)) {
    const value = object[key]!;
    const name = prefix + key;
    if (typeof value === 'string') put(name, value);
    else if (value === null) continue;
    else if (typeof value !== 'object') put(name, String(value));
    else if (value instanceof BigNumber) put(name, value.text);
    else if (!Array.isArray(value)) flatten(value, `${name}.`, put);
    else {
      const texts = value.filter((item) => item !== null && item !== '').map(text);
      if (texts.length > 0) put(name, texts.length === 1 ? texts[0]! : texts);
    }
  }
}

function text(value: Json): string {
  if (typeof value === 'string') return value;
  if (value instanceof BigNumber) return value.text;
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
