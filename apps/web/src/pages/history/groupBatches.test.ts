import { expect, test } from 'vitest';
import { groupBatches } from './groupBatches.ts';

const change = (id: string, rows: number, importId: string | null, undoneBy: string | null = null) => ({
  id,
  rows,
  importId,
  undoneBy,
  undoOf: null,
  summary: importId ? `Imported ${rows} facts into ports from ports.csv` : 'Noted on Invoice',
});

test('batches of one import are told as one act with their sum', () => {
  const told = groupBatches([
    change('c', 41, 'i'),
    change('b', 5000, 'i'),
    change('a', 1, null),
    change('z', 7, 'i'),
  ]);
  expect(told.map((one) => [one.id, one.batches, one.rows])).toEqual([
    ['c', 2, 5041],
    ['a', 1, 1],
    ['z', 1, 7],
  ]);
  expect(told[0]!.summary).toBe('Imported 5,041 facts into ports from ports.csv');
});

test('undone and standing batches are told apart', () => {
  expect(groupBatches([change('b', 2, 'i', 'u'), change('a', 3, 'i')])).toHaveLength(2);
});
