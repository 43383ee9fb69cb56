import { expect, test } from 'vitest';
import { DanglingEnds } from './dangling.ts';
import { identifier } from './identify.ts';

const idOf = identifier('test');
const record = (number: number): string => idOf('record', `r${number}`);

test('ends are found whether their record comes before or after them', () => {
  const ends = new DanglingEnds(10);
  ends.end(record(1), 2);
  ends.end(record(2), 3);
  ends.record(record(1));
  ends.record(record(3));
  ends.end(record(3), 1);
  ends.end(record(4), 1);
  expect(ends.dangling).toEqual({ count: 4, isExact: true });
});

test('of many records and ends each is told from the others', () => {
  const many = 200_000;
  const ends = new DanglingEnds(many);
  for (let number = 0; number < many; number++) {
    ends.end(record(number + 1_000), 1);
    ends.record(record(number));
  }
  expect(ends.dangling).toEqual({ count: 1_000, isExact: true });
});

test('more than is kept: the count is at least true, and says that it is no more', () => {
  const ends = new DanglingEnds(10, 3);
  for (let number = 0; number < 5; number++) ends.end(record(number), 1);
  ends.record(record(0));
  expect(ends.dangling).toEqual({ count: 2, isExact: false });
});

test('more records than were expected: what is taken for found by chance is admitted', () => {
  // 128 KiB of bits for 400,000 records: an end is taken for found in two of three times.
  const ends = new DanglingEnds(0);
  for (let number = 0; number < 400_000; number++) ends.record(record(number));
  for (let number = 0; number < 100; number++) ends.end(record(-1 - number), 1);
  expect(ends.dangling.isExact).toBe(false);
  expect(ends.dangling.count).toBeLessThan(100);
});

test('what was not looked at is admitted', () => {
  const ends = new DanglingEnds(10);
  ends.leaveOut();
  expect(ends.dangling).toEqual({ count: 0, isExact: false });
});
