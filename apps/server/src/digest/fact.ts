import { hash } from 'node:crypto';
import canonicalize from 'canonicalize';
import { type Marking, markingName } from '../tenant/marking.ts';

/** What makes a fact the same fact: all that the digest covers, nothing else. */
export interface FactContent {
  kind: 'record' | 'relationship' | 'reference';
  id: string;
  datasetKey: string;
  /** The record's schema or the relationship's type. */
  schema: string;
  /** Source and target record ids; none for a record. An undirected relationship is the same whichever way it was said. */
  ends: readonly [] | readonly [string, string];
  directed?: boolean;
  props: Readonly<Record<string, readonly string[]>>;
  /** Rank, see tenant/marking.ts. */
  marking: number;
  validFrom?: string | null | undefined;
  validTo?: string | null | undefined;
}

const bySmallest = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/**
 * RFC 8785 JSON of `[kind, id, datasetKey, schema, ends, properties with values as sorted sets, marking, valid]`.
 * Values are compared by UTF-16 code units, as RFC 8785 compares keys. Written by hand because an import makes one a
 * row: a quarter of the time of the general function, which a test holds it against. Throws on half surrogate pairs.
 */
export function canonicalFact(fact: FactContent): string {
  const ends = fact.directed === false ? [...[...fact.ends].sort(bySmallest), 'undirected'] : fact.ends;
  const head = JSON.stringify([fact.kind, fact.id, fact.datasetKey, fact.schema, ends]);
  const valid = JSON.stringify([fact.validFrom ?? null, fact.validTo ?? null]);
  const marking: Marking = markingName(fact.marking);
  const text = `${head.slice(0, -1)},${canonicalProps(fact.props)},"${marking}",${valid}]`;
  if (LONE_SURROGATE.test(text)) canonicalize(JSON.parse(text));
  return text;
}

/** JSON writes half of a pair as an escape; so looks, rarely, a text with a backslash, which is then looked at well. */
const LONE_SURROGATE = /\\ud[89a-f]/;

function canonicalProps(props: FactContent['props']): string {
  let text = '{';
  for (const name of Object.keys(props).sort(bySmallest)) {
    const values = props[name]!;
    if (values.length === 0) continue;
    if (text.length > 1) text += ',';
    const sorted = values.length === 1 ? values : [...new Set(values)].sort(bySmallest);
    text += `${JSON.stringify(name)}:${JSON.stringify(sorted)}`;
  }
  return `${text}}`;
}

/** SHA-256 of the canonical fact, 32 bytes: the row's `digest` column, and one summand of the content digest. */
export function factDigest(fact: FactContent): Buffer {
  return hash('sha256', canonicalFact(fact), 'buffer');
}
