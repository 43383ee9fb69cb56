import { expect, test } from 'vitest';
import { distanceToLine, isInside } from './lasso.ts';

const square = [
  { x: 0, y: 0 },
  { x: 10, y: 0 },
  { x: 10, y: 10 },
  { x: 0, y: 10 },
];

test('a lasso takes what lies inside it', () => {
  expect(isInside({ x: 5, y: 5 }, square)).toBe(true);
  expect(isInside({ x: 15, y: 5 }, square)).toBe(false);
});

test('a click near a line is measured to the line, not beyond its ends', () => {
  expect(distanceToLine({ x: 5, y: 3 }, { x: 0, y: 0 }, { x: 10, y: 0 })).toBe(3);
  expect(distanceToLine({ x: 13, y: 4 }, { x: 0, y: 0 }, { x: 10, y: 0 })).toBe(5);
});
