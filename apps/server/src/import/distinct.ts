/** Whether a text holds white space alone, which in every format is no value. */
export const isBlank = (text: string): boolean => !/\S/.test(text);

/** What a long list of values holds; kept beside the list, which grows by `addDistinct` alone. */
const known = new WeakMap<string[], Set<string>>();
const LONG = 32;

/** Adds a value that is not there yet; says whether it did. A list of any length takes the same time. */
export function addDistinct(values: string[], value: string): boolean {
  if (values.length < LONG) {
    if (values.includes(value)) return false;
    values.push(value);
    return true;
  }
  let set = known.get(values);
  if (set === undefined) {
    set = new Set(values);
    known.set(values, set);
  }
  if (set.has(value)) return false;
  set.add(value);
  values.push(value);
  return true;
}
