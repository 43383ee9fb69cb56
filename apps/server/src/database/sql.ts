import { createHash } from 'node:crypto';

/** A statement: text with $1… and its values. Made only by the `sql` tag, so that no value is ever spliced into text. */
export interface Sql {
  readonly parts: readonly string[];
  readonly values: readonly unknown[];
}

const isSql = (value: unknown): value is Sql =>
  typeof value === 'object' && value !== null && 'parts' in value && 'values' in value;

/** Writes SQL as SQL: an interpolated `sql` fragment is inlined, anything else becomes a parameter. */
export function sql(strings: TemplateStringsArray, ...inputs: unknown[]): Sql {
  const parts = [strings[0]!];
  const values: unknown[] = [];
  inputs.forEach((input, index) => {
    if (isSql(input)) {
      parts[parts.length - 1] += input.parts[0]!;
      parts.push(...input.parts.slice(1));
      values.push(...input.values);
      parts[parts.length - 1] += strings[index + 1]!;
    } else {
      values.push(input);
      parts.push(strings[index + 1]!);
    }
  });
  return { parts, values };
}

/** A name from our own code (never from a user) as a quoted identifier. */
sql.identifier = (name: string): Sql => {
  if (!/^[a-z_][a-z0-9_.]*$/.test(name)) throw new TypeError(`not an SQL name: ${name}`);
  return {
    parts: [
      name
        .split('.')
        .map((part) => `"${part}"`)
        .join('.'),
    ],
    values: [],
  };
};

/** Text from our own code, as it is. */
sql.raw = (text: string): Sql => ({ parts: [text], values: [] });

sql.join = (items: readonly Sql[], between = ', '): Sql =>
  items.reduce(
    (all, item, index) => (index === 0 ? item : sql`${all}${sql.raw(between)}${item}`),
    sql.raw(''),
  );

const names = new Map<string, string>();

/**
 * What `pg` takes. Statements are prepared under a name made from their text and `mode`: a plan for live tables is never
 * shared with one for as-of views, because they differ by search_path only.
 */
export function toQuery(statement: Sql, mode: string): { text: string; values: unknown[]; name: string } {
  const text = statement.parts.reduce(
    (all, part, index) => (index === 0 ? part : `${all}$${index}${part}`),
    '',
  );
  const key = mode + text;
  let name = names.get(key);
  if (!name) {
    name = createHash('sha1').update(key).digest('base64url');
    // Bounded, although texts come from code alone: fragments could combine without end.
    if (names.size > 5_000) names.clear();
    names.set(key, name);
  }
  return { text, values: [...statement.values], name };
}
