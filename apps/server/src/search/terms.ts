import type { Ontology, PropertyType } from '../ontology/ontology.ts';
import { identifierTokens, nameTokens } from './normalise.ts';

/** A record's columns that searching and filtering use. */
export interface Terms {
  /** Words of its names and caption; identifiers as `i:…`. */
  tokens: string[];
  /** Codes as the country type writes them. */
  countries: string[];
  /** The days its dates span, `yyyy-mm-dd`. */
  firstDate: string | null;
  lastDate: string | null;
}

export interface Described {
  schema: string;
  caption: string;
  props: Readonly<Record<string, readonly string[]>>;
  validFrom?: string | null | undefined;
  validTo?: string | null | undefined;
}

/** A record that says more is found under this many; a hostile one cannot flood the index. */
const TOKENS_MOST = 400;
const IDENTIFIERS: ReadonlySet<PropertyType> = new Set([
  'identifier',
  'phone',
  'email',
  'ip',
  'checksum',
  'url',
]);

/** What a record is found under. Pure: the same content gives the same terms. */
export function recordTerms(ontology: Ontology, record: Described): Terms {
  const tokens = new Set(nameTokens(record.caption));
  const countries = new Set<string>();
  const days = new Span();
  days.add(record.validFrom);
  days.add(record.validTo);
  for (const [property, values] of Object.entries(record.props)) {
    const kind = searchKind(ontology.propertyType(record.schema, property));
    if (kind === undefined) continue;
    for (const value of values) {
      if (kind === 'date') days.add(value);
      else if (kind === 'country') {
        if (value.length <= 40) countries.add(value);
      } else if (tokens.size < TOKENS_MOST) {
        // Its words are there already, most often: half of all names are the caption.
        if (kind === 'name' && value === record.caption) continue;
        for (const token of kind === 'name' ? nameTokens(value) : identifierTokens(value)) tokens.add(token);
      }
    }
  }
  return {
    tokens: [...tokens],
    countries: [...countries],
    firstDate: days.first,
    lastDate: days.last,
  };
}

/** How values of a type are searched; undefined when they are not. */
export function searchKind(type: PropertyType): 'name' | 'identifier' | 'country' | 'date' | undefined {
  if (type === 'name' || type === 'country' || type === 'date') return type;
  return IDENTIFIERS.has(type) ? 'identifier' : undefined;
}

const DATE = /^(\d{4})(?:-(\d\d)(?:-(\d\d))?)?(?!\d)/;

/** A day that every month has, alone or before a time: nearly all dates, without a match object. */
const DAY = /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])$/;
const TIME = 'T'.charCodeAt(0);

/** The first and the last day that an ISO 8601 date of any precision can mean; undefined when it is none. */
export function daysOf(date: string): [string, string] | undefined {
  const first = date.length === 10 ? date : date.charCodeAt(10) === TIME ? date.slice(0, 10) : '';
  if (DAY.test(first) && !first.startsWith('0000')) return [first, first];
  const match = DATE.exec(date);
  const year = Number(match?.[1]);
  if (!match || year === 0) return undefined;
  const month = match[2] === undefined ? undefined : Number(match[2]);
  if (month !== undefined && (month < 1 || month > 12)) return undefined;
  const lastOf = (m: number) => new Date(Date.UTC(2000 + (year % 400), m, 0)).getUTCDate();
  const day = match[3] === undefined ? undefined : Number(match[3]);
  if (day !== undefined && (day < 1 || (day > 28 && day > lastOf(month!)))) return undefined;
  const written = (m: number, d: number) =>
    `${match[1]}-${String(m).padStart(2, '0')}-${String(d).padStart(2, '0')}`;
  return [written(month ?? 1, day ?? 1), written(month ?? 12, day ?? lastOf(month ?? 12))];
}

class Span {
  first: string | null = null;
  last: string | null = null;
  add(date: string | null | undefined): void {
    const days = date ? daysOf(date) : undefined;
    if (!days) return;
    if (this.first === null || days[0] < this.first) this.first = days[0];
    if (this.last === null || days[1] > this.last) this.last = days[1];
  }
}
