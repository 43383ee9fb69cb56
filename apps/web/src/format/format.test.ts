import { expect, test } from 'vitest';
import { dayHeading, knownDate, validTime, when } from './dates.ts';
import { bytes, counted, duration, ofTotal } from './numbers.ts';

test('a date says only what is known of it', () => {
  expect(knownDate('2019')).toBe('2019');
  expect(knownDate('2019-03')).toBe('Mar 2019');
  expect(knownDate('2019-03-14')).toBe('14 Mar 2019');
  expect(knownDate('2019-03-14T09:30:00Z')).toBe('14 Mar 2019, 09:30');
  expect(knownDate('spring')).toBe('spring');
});

test('an open span keeps its dash', () => {
  expect(validTime('2019', null)).toBe('2019 –');
  expect(validTime('2021-06', '2023')).toBe('Jun 2021 – 2023');
  expect(validTime('2019-03-14', '2019-03-14')).toBe('14 Mar 2019');
  expect(validTime(null, null)).toBe('');
});

test('moments are told from where the reader stands', () => {
  const now = new Date(2026, 10, 17, 17, 0);
  expect(when(new Date(2026, 10, 17, 16, 58).toISOString(), now)).toBe('16:58');
  expect(when(new Date(2026, 10, 16, 18, 4).toISOString(), now)).toBe('yesterday 18:04');
  expect(when(new Date(2025, 9, 2).toISOString(), now)).toBe('2 Oct 2025');
  expect(dayHeading(new Date(2026, 10, 16, 1).toISOString(), now)).toBe('Yesterday, 16 Nov 2026');
});

test('every count has its whole', () => {
  expect(ofTotal(45, 1284)).toBe('45 of 1,284');
  expect(ofTotal(20, 10_000, false)).toBe('20 of at least 10,000');
  expect(counted(1, 'record')).toBe('1 record');
  expect(counted(2, 'entity', 'entities')).toBe('2 entities');
});

test('sizes and durations are short', () => {
  expect(bytes(4_812_000)).toBe('4.8 MB');
  expect(duration(7.2)).toBe('7 s');
  expect(duration(130)).toBe('2 min');
  expect(duration(4800)).toBe('80 min');
  expect(duration(6000)).toBe('1 h 40 min');
});
