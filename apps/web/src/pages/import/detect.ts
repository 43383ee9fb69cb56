/** What the values of a column look like, in words for people. Decided from samples; a single stranger makes it text. */
export type Looks =
  | 'date'
  | 'number'
  | 'email'
  | 'web address'
  | 'IBAN'
  | 'country code'
  | 'identifier'
  | 'yes or no'
  | 'name'
  | 'text'
  | 'empty';

const tests: [Looks, RegExp][] = [
  ['yes or no', /^(?:true|false|yes|no|0|1)$/i],
  ['date', /^(?:\d{4}-\d{1,2}(?:-\d{1,2})?(?:[T ].*)?|\d{1,2}[./]\d{1,2}[./]\d{2,4})$/],
  ['IBAN', /^[A-Z]{2}\d{2}(?: ?[A-Z0-9]){11,30}$/],
  ['email', /^[^\s@]+@[^\s@]+\.[a-z]{2,}$/i],
  ['web address', /^(?:https?:\/\/|www\.)\S+$/i],
  ['country code', /^[A-Za-z]{2}$/],
  ['number', /^[-+]?(?:\d{1,3}(?:[ ,.']\d{3})+|\d+)(?:[.,]\d+)?$/],
  ['identifier', /^(?=.*\d)[A-Z0-9][A-Z0-9 ./_-]{2,}$/i],
];

export function looksLike(samples: readonly string[]): Looks {
  const values = samples.map((value) => value.trim()).filter((value) => value !== '');
  if (values.length === 0) return 'empty';
  // Zeros and ones are numbers unless both words of a choice were seen.
  const found = tests.find(
    ([looks, pattern]) =>
      values.every((value) => pattern.test(value)) && (looks !== 'yes or no' || new Set(values).size === 2),
  );
  if (found) return found[0];
  return values.every((value) => value.length <= 60 && /\p{L}/u.test(value)) ? 'name' : 'text';
}
