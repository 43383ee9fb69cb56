import { expect, test } from 'vitest';
import { nextRows, wholeCounts } from './rowsOfChanges.ts';

test('rows go on in the same change, then in the next, and end after the last', () => {
  const more = { hasNextPage: true, endCursor: 'c' };
  const end = { hasNextPage: false, endCursor: 'c' };
  expect(nextRows({ at: 0, after: null }, more, 2)).toEqual({ at: 0, after: 'c' });
  expect(nextRows({ at: 0, after: 'c' }, end, 2)).toEqual({ at: 1, after: null });
  expect(nextRows({ at: 1, after: null }, end, 2)).toBeUndefined();
  expect(nextRows({ at: 0, after: null }, { hasNextPage: false, endCursor: null }, 1)).toBeUndefined();
});

test('an import counts all its facts, and its undo the same the other way round', () => {
  const result = {
    rows: 9,
    records: { created: 4, updated: 2, removed: 1, unchanged: 7 },
    relationships: { created: 3, updated: 0, removed: 0, unchanged: 0 },
    references: { created: 1, updated: 0, removed: 2, unchanged: 0 },
  };
  expect(wholeCounts(result, false)).toEqual({ added: 8, changed: 2, removed: 3 });
  expect(wholeCounts(result, true)).toEqual({ added: 3, changed: 2, removed: 8 });
  expect(wholeCounts(null, false)).toEqual({ added: 0, changed: 0, removed: 0 });
});
