import { knownDate } from '../../format/dates.ts';

/** One field of a row before and after, in words; equal fields are left out. */
export type FieldDiff = { name: string; before: string | undefined; after: string | undefined };

/** Fields that say nothing to a person: ids, tenants, positions of the log. */
const silent =
  /^(?:id|tenant_id|tenantId|entity_id|entityId|since_change|until_change|dataset_id|datasetId|search|tokens|digest|source_ref|sourceRef)$/;

/** What differs between two states of a row. Properties (`props`) are opened, so that each value is seen. */
export function diffRow(before: unknown, after: unknown): FieldDiff[] {
  const [a, b] = [flat(before), flat(after)];
  return [...new Set([...Object.keys(a), ...Object.keys(b)])]
    .filter((name) => a[name] !== b[name])
    .map((name) => ({ name, before: a[name], after: b[name] }));
}

function flat(row: unknown): Record<string, string> {
  const out: Record<string, string> = {};
  if (typeof row !== 'object' || row === null) return out;
  for (const [key, value] of Object.entries(row)) {
    if (silent.test(key) || value === null || value === '') continue;
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
