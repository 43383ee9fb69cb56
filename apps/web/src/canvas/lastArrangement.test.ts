import { expect, test } from 'vitest';
import { LastArrangement } from './lastArrangement.ts';

const [before, after] = [
  { x: 0.5, y: 0.5, ratio: 1 },
  { x: 0.6, y: 0.5, ratio: 1.3 },
];
const from = [{ id: 'a', x: 0, y: 0 }];
const to = [{ id: 'a', x: 90, y: 0 }];
const at = (places: typeof from) => () => places;

test('an arrangement taken back gives the view back from which it was made, once', () => {
  const last = new LastArrangement();
  last.remember({ from, to }, before, after);
  expect(last.viewBack(at(to), after)).toBeUndefined();
  expect(last.viewBack(at(from), after)).toEqual(before);
  expect(last.viewBack(at(from), after)).toBeUndefined();
});

test('a view that somebody moved since, or that was chosen for nothing, stays', () => {
  const last = new LastArrangement();
  last.remember({ from, to }, before, after);
  expect(last.viewBack(at(from), { ...after, x: 0.7 })).toBeUndefined();
  last.remember({ from, to: from }, before, after);
  expect(last.viewBack(at(from), after)).toBeUndefined();
});
