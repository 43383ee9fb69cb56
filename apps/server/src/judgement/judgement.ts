import { components } from '../entity/components.ts';
import { uuidv5 } from '../ids.ts';

const VERDICTS = ['same', 'different', 'unsure'] as const;
export type Verdict = (typeof VERDICTS)[number];

/** A pair of records, the smaller id left, and what is held of it. */
export interface Judged {
  id: string;
  left: string;
  right: string;
  verdict: Verdict;
}

export const pairOf = (a: string, b: string): [string, string] => (a < b ? [a, b] : [b, a]);

/** One row a pair in a tenant: judging again is an update, and two installations agree on the id. */
export const judgementId = (a: string, b: string): string => uuidv5(`judgement\0${pairOf(a, b).join('\0')}`);

/**
 * The standing judgements that a new one would contradict; none when it may stand. The pair's own earlier judgement does not
 * count, because the new one replaces it. `same` contradicts a `different` between the two entities, `different` a chain of
 * `same` (the shortest is given); `unsure` contradicts nothing.
 */
export function contradicts(standing: readonly Judged[], wanted: Omit<Judged, 'id'>): Judged[] {
  const [left, right] = pairOf(wanted.left, wanted.right);
  const others = standing.filter((each) => each.left !== left || each.right !== right);
  if (wanted.verdict === 'different') return chain(others, left, right);
  if (wanted.verdict === 'unsure') return [];
  const side = entities(others, [left, right]);
  const [mine, theirs] = [side.get(left), side.get(right)];
  if (mine === theirs) return [];
  return others.filter(({ verdict, left: a, right: b }) => {
    const ends = [side.get(a), side.get(b)];
    return verdict === 'different' && ends.includes(mine) && ends.includes(theirs);
  });
}

/** The records of each record's entity under the `same` judgements; `records` are there even when nothing is said of them. */
export function entities(
  judgements: readonly Pick<Judged, 'left' | 'right' | 'verdict'>[],
  records: readonly string[],
): Map<string, string[]> {
  const all = new Set([...records, ...judgements.flatMap(({ left, right }) => [left, right])]);
  const same = judgements.filter(({ verdict }) => verdict === 'same');
  return components(
    [...all],
    same.map(({ left, right }) => [left, right]),
  );
}

/** The shortest chain of `same` judgements between two records; empty when there is none. */
function chain(judgements: readonly Judged[], from: string, to: string): Judged[] {
  const next = new Map<string, Judged[]>();
  for (const each of judgements) {
    if (each.verdict !== 'same') continue;
    for (const end of [each.left, each.right]) next.set(end, [...(next.get(end) ?? []), each]);
  }
  const cameBy = new Map<string, Judged | undefined>([[from, undefined]]);
  const queue = [from];
  for (const here of queue) {
    if (here === to) break;
    for (const step of next.get(here) ?? []) {
      const there = step.left === here ? step.right : step.left;
      if (cameBy.has(there)) continue;
      cameBy.set(there, step);
      queue.push(there);
    }
  }
  const steps: Judged[] = [];
  for (let here = to; ; ) {
    const step = cameBy.get(here);
    if (!step) return steps;
    steps.unshift(step);
    here = step.left === here ? step.right : step.left;
  }
}
