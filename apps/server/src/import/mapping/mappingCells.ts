/** Cells of a row, and how a mapping takes values from them. */
import type { Ontology } from '../../ontology/ontology.ts';
import type { CleaningRules } from '../../ontology/values.ts';
import { isBlank } from '../distinct.ts';
import type { FromColumn } from './mapping.ts';

/** Cells by the number that `Columns` gave their name. A cell of a JSON file may hold several values. */
export type Cells = (string | string[] | undefined)[];

/** Names of columns and their numbers; grows when a later row has a new one. */
export class Columns {
  readonly names: string[] = [];
  readonly #numbers = new Map<string, number>();

  number(name: string): number {
    const known = this.#numbers.get(name);
    if (known !== undefined) return known;
    this.#numbers.set(name, this.names.length);
    return this.names.push(name) - 1;
  }
}

export interface Context {
  ontology: Ontology;
  columns: Columns;
  exact: boolean;
  rules: CleaningRules;
  nothing: ReadonlySet<string>;
}
export type Value = (cells: Cells) => string | undefined;
export function fromColumn(of: FromColumn, context: Context): Value {
  if (typeof of === 'string') return () => of;
  const column = context.columns.number(of.column);
  const words = new Map(Object.entries(of.map ?? {}).map(([from, to]) => [from.toLowerCase(), to]));
  return (cells) => {
    const cell = trimmed(first(cells[column]), context);
    if (cell === undefined) return of.otherwise;
    return words.size === 0 ? cell : (words.get(cell.toLowerCase()) ?? cell);
  };
}

export const first = (cell: Cells[number]): string | undefined => (typeof cell === 'object' ? cell[0] : cell);

/** White space alone says nothing, as an empty cell does. */
export const isNothing = (text: string, { nothing }: Context): boolean =>
  isBlank(text) || (nothing.size > 0 && nothing.has(text.trim()));

export function trimmed(text: string | undefined, context: Context): string | undefined {
  const value = text?.trim();
  return value === undefined || value === '' || context.nothing.has(value) ? undefined : value;
}
