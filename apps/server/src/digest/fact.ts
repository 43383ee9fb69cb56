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
 * Values are compared by UTF-16 code units, as RFC 8785 compares keys.
 */
export function canonicalFact(fact: FactContent): string {
  const props: Record<string, string[]> = {};
  for (const [name, values] of Object.entries(fact.props)) {
    if (values.length > 0)
      props[name] = values.length === 1 ? [values[0]!] : [...new Set(values)].sort(bySmallest);
  }
  const ends = fact.directed === false ? [...[...fact.ends].sort(bySmallest), 'undirected'] : fact.ends;
  const marking: Marking = markingName(fact.marking);
  return canonicalize([
    fact.kind,
    fact.id,
    fact.datasetKey,
    fact.schema,
    ends,
    props,
    marking,
    [fact.validFrom ?? null, fact.validTo ?? null],
  ])!;
}

/** SHA-256 of the canonical fact, 32 bytes: the row's `digest` column, and one summand of the content digest. */
export function factDigest(fact: FactContent): Buffer {
  return hash('sha256', canonicalFact(fact), 'buffer');
}
