import { expect, test } from 'vitest';
import { extended } from './rows.ts';

test('a range holds everything between, the row reached last leading', () => {
  const rows = ['a', 'b', 'c', 'd'].map((id) => ({ id }));
  expect(extended(rows, 1, 3)).toEqual(['d', 'c', 'b']);
  expect(extended(rows, 3, 1)).toEqual(['b', 'c', 'd']);
  expect(extended(rows, 2, 2)).toEqual(['c']);
});
