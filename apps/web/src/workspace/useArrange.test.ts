import { expect, test } from 'vitest';
import type { CaseData, CaseItem } from './caseQueries.ts';
import { unkept, withArranged } from './useArrange.ts';

const item = (id: string, x: number | null): CaseItem => ({
  entityId: id,
  x,
  y: x,
  pinned: false,
  hidden: false,
  takenOut: null,
  entity: null,
});
const data = { items: [item('a', 1), item('b', null)] } as unknown as CaseData;

test('only what an act names changes', () => {
  const after = withArranged(data, [{ entityId: 'a', hidden: true }]);
  expect(after.items).toEqual([{ ...item('a', 1), hidden: true }, item('b', null)]);
});

test('places that a layout found are kept with the next act, once', () => {
  const places = [
    { id: 'a', x: 7, y: 7 },
    { id: 'b', x: 8, y: 9 },
  ];
  expect(unkept(data, places, new Set())).toEqual([{ entityId: 'b', x: 8, y: 9 }]);
  expect(unkept(data, places, new Set(['b']))).toEqual([]);
});
