import { expect, test } from 'vitest';
import { sourcePlace } from './sourcePlace.ts';

const rows = (count: number) => Array.from({ length: count }, (_, at) => at + 2);

test('a place names its row, and the further rows that say the same record', () => {
  expect(sourcePlace({ row: null, line: null })).toBe('');
  expect(sourcePlace({ row: null, line: 1200 })).toBe('line 1,200');
  expect(sourcePlace({ row: 12, line: 13, alsoRows: [] })).toBe('row 12');
  expect(sourcePlace({ row: 12, alsoRows: [40] })).toBe('row 12, also row 40');
  expect(sourcePlace({ row: 12, alsoRows: [40, 77] })).toBe('row 12, also rows 40 and 77');
  expect(sourcePlace({ row: 1, alsoRows: [2, 3, 1004] })).toBe('row 1, also rows 2, 3 and 1,004');
});

test('a list that is cut says how much of how much it shows', () => {
  expect(sourcePlace({ row: 1, alsoRows: rows(5) }, 3)).toBe('row 1, also rows 2, 3 and 4 (3 of 5)');
  expect(sourcePlace({ row: 1, alsoRows: rows(5) }, 1)).toBe('row 1, also row 2 (1 of 5)');
  // The server keeps the first twenty: there may be more of them.
  expect(sourcePlace({ row: 1, alsoRows: rows(20) }, 2)).toBe('row 1, also rows 2 and 3 (2 of at least 20)');
  expect(sourcePlace({ row: 1, alsoRows: rows(20) })).toMatch(/20 and 21 \(20 of at least 20\)$/);
});
