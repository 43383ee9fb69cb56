import { expect, test } from 'vitest';
import { neighbourTowards } from './neighbours.ts';

const from = { id: 'a', x: 0, y: 0 };
const around = [
  { id: 'east', x: 100, y: 10 },
  { id: 'far east', x: 300, y: 0 },
  { id: 'north', x: 5, y: 80 },
  { id: 'south west', x: -60, y: -60 },
];

test('an arrow walks to the nearest neighbour in its direction', () => {
  expect(neighbourTowards(from, around, 'ArrowRight')).toBe('east');
  expect(neighbourTowards(from, around, 'ArrowUp')).toBe('north');
});

test('every neighbour can be reached: without one in its direction the closest direction wins', () => {
  expect(neighbourTowards(from, around, 'ArrowLeft')).toBe('south west');
  expect(neighbourTowards(from, [around[2]!], 'ArrowDown')).toBe('north');
  expect(neighbourTowards(from, [from], 'ArrowUp')).toBeUndefined();
});
