/** What search knows of a record beside its text: words, identifiers, countries and the span of its dates. */
import type { Ontology } from '../ontology/ontology.ts';
import type { Props } from './source.ts';

export interface Terms {
  tokens: string[];
  countries: string[];
  firstDate: string | null;
  lastDate: string | null;
}

const TOKENS_MOST = 500;
const COUNTRY = /^[a-z]{2}(?:-[a-z]{2,4})?$/;
const DATE = /^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?/;

export function recordTerms(
  ontology: Ontology,
  record: { schema: string; caption: string; props: Props },
): Terms {
  const countries = new Set<string>();
  let first: string | undefined;
  let last: string | undefined;
  const tokens = new Set<string>();
  for (const [name, values] of Object.entries(record.props)) {
    const type = ontology.propertyType(record.schema, name);
    if (type === 'country') {
      for (const value of values) if (COUNTRY.test(value)) countries.add(value);
    } else if (type === 'date') {
      for (const value of values) {
        const date = DATE.exec(value);
        if (date === null) continue;
        const from = `${date[1]}-${date[2] ?? '01'}-${date[3] ?? '01'}`;
        if (first === undefined || from < first) first = from;
        const to = lastDay(date[1]!, date[2], date[3]);
        if (last === undefined || to > last) last = to;
      }
    } else if (type === 'name') {
      for (const value of values)
        for (const word of value.toLowerCase().split(/[^\p{L}\p{N}]+/u)) if (word) tokens.add(word);
    } else if (type === 'identifier') {
      for (const value of values) tokens.add(`i:${value.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '')}`);
    }
  }
  return {
    tokens: [...tokens].slice(0, TOKENS_MOST),
    countries: [...countries],
    firstDate: first ?? null,
    lastDate: last ?? null,
  };
}

/** The last day of a date of any precision, as Postgres takes it. */
function lastDay(year: string, month: string | undefined, day: string | undefined): string {
  if (day !== undefined) return `${year}-${month}-${day}`;
  if (month === undefined) return `${year}-12-31`;
  return `${year}-${month}-${new Date(Date.UTC(Number(year), Number(month), 0)).getUTCDate()}`;
}
