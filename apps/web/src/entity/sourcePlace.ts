import { count } from '../format/numbers.ts';

type Place = { row: number | null; line?: number | null; alsoRows?: readonly number[] };

/** The server keeps this many further rows of one id; when it gives all of them there may be more. */
const KEPT = 20;

/** 40, 77 and 90. */
function listed(rows: readonly number[]): string {
  const words = rows.map(count);
  const last = words.pop() ?? '';
  return words.length === 0 ? last : `${words.join(', ')} and ${last}`;
}

/**
 * Where in its file a fact stands: 'row 12, also rows 40 and 77'. With more further rows than `most`, or than the server
 * keeps, it says how many of how many. Empty when the place is not known.
 */
export function sourcePlace({ row, line, alsoRows = [] }: Place, most = KEPT): string {
  const place = row !== null ? `row ${count(row)}` : line != null ? `line ${count(line)}` : '';
  if (place === '' || alsoRows.length === 0) return place;
  const shown = alsoRows.slice(0, most);
  const total = alsoRows.length >= KEPT ? `at least ${count(alsoRows.length)}` : count(alsoRows.length);
  const part =
    shown.length < alsoRows.length || alsoRows.length >= KEPT ? ` (${count(shown.length)} of ${total})` : '';
  return `${place}, also ${shown.length === 1 ? 'row' : 'rows'} ${listed(shown)}${part}`;
}
