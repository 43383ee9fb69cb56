import { expect, test } from 'vitest';
import { type Judgement, judgedBetween, overturned } from './judgedBetween.ts';

const judged = (id: string, verdict: Judgement['verdict'], at = '2026-01-01T00:00:00Z'): Judgement => ({
  id,
  verdict,
  at,
  reason: null,
  by: { name: 'Ines' },
  left: { id: 'l', caption: 'Left' },
  right: { id: 'r', caption: 'Right' },
});

test('what lies between two entities is what both of them know, the last first', () => {
  const [within, early, late] = [
    judged('within', 'SAME'),
    judged('early', 'UNSURE', '2026-02-01T00:00:00Z'),
    judged('late', 'DIFFERENT', '2026-03-01T00:00:00Z'),
  ];
  const between = judgedBetween(
    { judgements: [within, early, late] },
    { judgements: [late, judged('elsewhere', 'DIFFERENT'), early] },
  );
  expect(between.map(({ id }) => id)).toEqual(['late', 'early']);
  expect(judgedBetween({ judgements: [within] }, { judgements: [] })).toEqual([]);
});

test('a verdict overturns what says otherwise; what was left open is free', () => {
  const standing = [judged('one', 'DIFFERENT'), judged('two', 'UNSURE')];
  expect(overturned(standing, 'SAME').map(({ id }) => id)).toEqual(['one']);
  expect(overturned(standing, 'UNSURE').map(({ id }) => id)).toEqual(['one']);
  expect(overturned(standing, 'DIFFERENT')).toEqual([]);
  expect(overturned(standing, null)).toEqual([]);
});
