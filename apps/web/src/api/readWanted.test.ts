import { expect, test } from 'vitest';
import { readWanted, together } from './readWanted.ts';

/** A list of numbers in pages of ten; asked for as the server answers. */
const list = (numbers: number[]) => {
  const asked: (string | null)[] = [];
  const read = async (after: string | null) => {
    asked.push(after);
    const from = Number(after ?? 0);
    const to = Math.min(numbers.length, from + 10);
    return {
      edges: numbers.slice(from, to).map((node) => ({ node })),
      pageInfo: { hasNextPage: to < numbers.length, endCursor: to > from ? String(to) : null },
      bounded: { total: numbers.length },
    };
  };
  return { asked, read };
};
const isEven = (value: number) => value % 2 === 0;

test('rows that are not wanted never empty a page: it is read on past them', async () => {
  const { asked, read } = list([...Array.from({ length: 25 }, () => 1), 2, 4, ...Array(3).fill(3), 6]);
  const first = await readWanted(read, isEven, null, 2);
  expect(first).toEqual({ rows: [2, 4], leftOut: 28, total: 31, next: '30' });
  expect(asked).toEqual([null, '10', '20']);
  expect(together([first])).toEqual({ rows: [2, 4], most: 3, isAll: false });
  const rest = await readWanted(read, isEven, first.next!, 2);
  expect(together([first, rest])).toEqual({ rows: [2, 4, 6], most: 3, isAll: true });
});

test('a list without any, and one that is empty, end', async () => {
  const { read } = list([1, 3, 5]);
  expect(together([await readWanted(read, isEven, null, 1)])).toEqual({ rows: [], most: 0, isAll: true });
  const none = await readWanted(list([]).read, isEven, null, 1);
  expect(none).toEqual({ rows: [], leftOut: 0, total: 0, next: undefined });
});
