import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { contradicts, entities, type Judged, judgementId, pairOf } from './judgement.ts';

const judged = (a: string, b: string, verdict: Judged['verdict']): Judged => {
  const [left, right] = pairOf(a, b);
  return { id: judgementId(a, b), left, right, verdict };
};

describe('contradicts', () => {
  test('same is refused by a different between the two entities, however far', () => {
    const standing = [judged('a', 'b', 'same'), judged('c', 'd', 'same'), judged('b', 'd', 'different')];
    expect(contradicts(standing, { left: 'a', right: 'c', verdict: 'same' })).toEqual([standing[2]]);
  });

  test('different is refused by the shortest chain of same', () => {
    const standing = [judged('a', 'b', 'same'), judged('b', 'c', 'same'), judged('a', 'x', 'same')];
    expect(contradicts(standing, { left: 'a', right: 'c', verdict: 'different' })).toEqual(
      standing.slice(0, 2),
    );
  });

  test('the pair’s own earlier judgement is replaced, not contradicted', () => {
    expect(contradicts([judged('a', 'b', 'same')], { left: 'b', right: 'a', verdict: 'different' })).toEqual(
      [],
    );
    expect(contradicts([judged('a', 'b', 'different')], { left: 'a', right: 'b', verdict: 'same' })).toEqual(
      [],
    );
  });

  test('unsure contradicts nothing', () => {
    const standing = [judged('a', 'b', 'same'), judged('b', 'c', 'same')];
    expect(contradicts(standing, { left: 'a', right: 'c', verdict: 'unsure' })).toEqual([]);
  });

  test('what is accepted one by one never joins what was judged different', () => {
    const record = fc.constantFrom(...'abcdefg');
    const verdict = fc.constantFrom('same', 'different', 'unsure') as fc.Arbitrary<Judged['verdict']>;
    fc.assert(
      fc.property(fc.array(fc.tuple(record, record, verdict), { maxLength: 40 }), (attempts) => {
        const standing = new Map<string, Judged>();
        for (const [a, b, said] of attempts) {
          if (a === b) continue;
          const next = judged(a, b, said);
          if (contradicts([...standing.values()], next).length === 0) standing.set(next.id, next);
        }
        const all = [...standing.values()];
        const entity = entities(all, [...'abcdefg']);
        for (const { left, right, verdict: said } of all) {
          if (said === 'same') expect(entity.get(left)).toBe(entity.get(right));
          if (said === 'different') expect(entity.get(left)).not.toBe(entity.get(right));
        }
      }),
    );
  });
});

test('one pair has one id, whichever way it is said', () => {
  expect(judgementId('a', 'b')).toBe(judgementId('b', 'a'));
  expect(judgementId('a', 'b')).toMatch(
    /^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
  );
});
