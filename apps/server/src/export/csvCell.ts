/** What a spreadsheet would take for a formula. */
const FORMULA = /^[=+\-@\t\r]/;
const QUOTED = /[",\r\n]/;

/**
 * One cell of a CSV file. What a spreadsheet would run is neutralised by a leading apostrophe, and said so, so that the
 * manifest can count it; plain numbers with a sign are left alone.
 */
export function neutral(value: string | number | boolean): { cell: string; changed: boolean } {
  const text = String(value);
  const changed = FORMULA.test(text) && !/^[+-]?\d+(?:\.\d+)?$/.test(text);
  const safe = changed ? `'${text}` : text;
  return { cell: QUOTED.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe, changed };
}
