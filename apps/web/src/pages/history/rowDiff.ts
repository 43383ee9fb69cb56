import { knownDate } from '../../format/dates.ts';

/** One field of a row before and after, in words; equal fields are left out. */
export type FieldDiff = { name: string; before: string | undefined; after: string | undefined };

/** Fields that say nothing to a person: ids, tenants, positions of the log. */
const silent =
  /^(?:id|tenant_?id|entity_?id|since_?change|until_?change|dataset_?id|search|tokens|digest|source_?ref|added_?(?:at|by)|created_?(?:at|by)|made_?(?:at|by)|changed_?(?:at|by))$/i;

/** An id says nothing either; the row's own name stands above. */
const isId = (value: unknown) =>
  typeof value === 'string' && /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i.test(value);

/** What differs between two states of a row. Properties (`props`) are opened, so that each value is seen. */
export function diffRow(before: unknown, after: unknown): FieldDiff[] {
  const [a, b] = [flat(before), flat(after)];
  // Of a row that came or went, a switch that is off is not worth a line.
  if (!before || !after)
    for (const side of [a, b])
      for (const [name, value] of Object.entries(side)) if (value === 'no') delete side[name];
  return [...new Set([...Object.keys(a), ...Object.keys(b)])]
    .filter((name) => a[name] !== b[name])
    .map((name) => ({ name, before: a[name], after: b[name] }));
}

/** The schema whose properties a row holds: a record's, or the type of a relationship; undefined of any other row. */
export function schemaOf({ kind, before, after }: { kind: string; before?: unknown; after?: unknown }) {
  const row = (after ?? before ?? {}) as { schema?: unknown; type?: unknown };
  const schema = kind === 'record' ? row.schema : kind === 'relationship' ? row.type : undefined;
  return typeof schema === 'string' ? schema : undefined;
}

function flat(row: unknown): Record<string, string> {
  const out: Record<string, string> = {};
  if (typeof row !== 'object' || row === null) return out;
  for (const [key, value] of Object.entries(row)) {
    if (silent.test(key) || value === null || value === '' || isId(value)) continue;
    if (typeof value === 'object' && !Array.isArray(value)) {
      for (const [inner, deep] of Object.entries(value)) {
        const text = said(deep);
        if (text !== '') out[inner] = text;
      }
    } else {
      const text = said(value);
      if (text !== '') out[key] = text;
    }
  }
  return out;
}

function said(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (Array.isArray(value)) return value.map(said).filter(Boolean).join(', ');
  if (typeof value === 'number') return String(Math.round(value * 100) / 100);
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'object') return JSON.stringify(value);
  return /^\d{4}-\d{2}-\d{2}(T|$)/.test(String(value)) ? knownDate(String(value)) : String(value);
}
