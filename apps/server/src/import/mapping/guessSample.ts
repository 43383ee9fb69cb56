import { idWords } from './guessWords.ts';

/** What a guess looks at: the head of a table and its first rows. */
export interface Sample {
  fileName: string;
  columns: string[];
  /** Texts of the first rows, in the order of the columns; empty where there is none. */
  rows: string[][];
}

/** A column, and its name as `plain` says it. */
export type Word = [name: string, word: string];

/** One query of a mapping, and what it makes of each column, in words for people. */
export interface Guessed {
  query: Record<string, unknown>;
  becomes: Record<string, string>;
}

/** The column that is called by the first of the wanted words that any is called by. */
export function find(words: Word[], wanted: string[]): string | undefined {
  for (const want of wanted) {
    const hit = words.find(([, word]) => word === want);
    if (hit !== undefined) return hit[0];
  }
  return undefined;
}

export const valuesOf = (sample: Sample, column: string): string[] => {
  const at = sample.columns.indexOf(column);
  return sample.rows.map((row) => row[at] ?? '').filter((value) => value.trim() !== '');
};

/** A column of ids: called so and never empty, or one whose name ends in "id" or "number"; `id` alone may repeat. */
export function findId(sample: Sample, words: Word[]): string | undefined {
  const candidates = idWords.flatMap((word) => words.filter((each) => each[1] === word));
  candidates.push(...words.slice(0, 2).filter(([, word]) => /(?:id|num|number|no|key|code)$/.test(word)));
  for (const [name, word] of candidates) {
    const values = valuesOf(sample, name);
    if (values.length < sample.rows.length) continue;
    if (word === 'id' || new Set(values).size === values.length) return name;
  }
  return undefined;
}

/** Whether a column of times is written as seconds or milliseconds since 1970, or as spreadsheet days. */
export function timeFormat(values: string[]): string | undefined {
  if (values.length === 0 || !values.every((value) => /^\d+(\.\d+)?$/.test(value))) return undefined;
  if (values.every((value) => /^1?\d{9}$/.test(value))) return 'unix';
  if (values.every((value) => /^1\d{12}$/.test(value))) return 'unix_ms';
  return values.every((value) => +value > 20_000 && +value < 60_000) ? 'excel' : undefined;
}
