import { expect, test } from 'vitest';
import { Horizon } from './watch.ts';

test('a horizon that moves, or has nothing above it, has no age', () => {
  const horizon = new Horizon();
  expect(horizon.ageSeconds('10', '12', 0)).toBe(0);
  expect(horizon.ageSeconds('11', '13', 40_000)).toBe(0);
  expect(horizon.ageSeconds('14', '14', 50_000)).toBe(0);
  expect(horizon.ageSeconds('14', '14', 90_000)).toBe(0);
});

test('a horizon that stands still grows old until it moves', () => {
  const horizon = new Horizon();
  horizon.ageSeconds('10', '12', 0);
  expect(horizon.ageSeconds('10', '99', 31_000)).toBe(31);
  expect(horizon.ageSeconds('99', '120', 32_000)).toBe(0);
});
