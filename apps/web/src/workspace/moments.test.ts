import { expect, test } from 'vitest';
import { readMoment } from './moments.ts';

const now = new Date(2026, 8, 30, 14, 0, 0);

test('a day means its end, a time that moment, both on this machine’s clock', () => {
  expect(readMoment('2026-09-29', now)).toBe(new Date(2026, 8, 29, 23, 59, 59, 999).toISOString());
  expect(readMoment('2026-09-29 08:15', now)).toBe(new Date(2026, 8, 29, 8, 15).toISOString());
  expect(readMoment('2026-9-1T08:15:30', now)).toBe(new Date(2026, 8, 1, 8, 15, 30).toISOString());
  expect(readMoment('yesterday', now)).toBe(new Date(2026, 8, 29, 23, 59, 59, 999).toISOString());
});

test('so long ago counts back from now', () => {
  expect(readMoment('30 min ago', now)).toBe(new Date(2026, 8, 30, 13, 30).toISOString());
  expect(readMoment('2 h', now)).toBe(new Date(2026, 8, 30, 12, 0).toISOString());
});

test('anything else is no moment', () => {
  for (const text of ['', 'soon', '2026', '2026-13-01', '2026-01-45', '30.09.2026'])
    expect(readMoment(text, now)).toBeUndefined();
});
