import type { Verdict } from '../api/generated/graphql.ts';
import type { EntityDetails } from '../entity/entityQueries.ts';

export type Judgement = EntityDetails['judgements'][number];
type Side = { judgements: readonly Judgement[] };

/** What was judged of the records of two entities, last first: a judgement that both of them know lies between them. */
export function judgedBetween(left: Side, right: Side): Judgement[] {
  const known = new Set(right.judgements.map(({ id }) => id));
  return left.judgements
    .filter(({ id }) => known.has(id))
    .toSorted((a, b) => Date.parse(b.at) - Date.parse(a.at));
}

/** Those that a verdict would replace by another one. What was left open is overturned by nothing. */
export function overturned(standing: readonly Judgement[], verdict: Verdict | null): Judgement[] {
  return verdict === null
    ? []
    : standing.filter((judgement) => judgement.verdict !== 'UNSURE' && judgement.verdict !== verdict);
}
