import { expect, test } from 'vitest';
import { withoutTakenBack } from './takenBack.ts';

const change = (id: string, actor: string, undoOf: string | null = null, undoneBy: string | null = null) => ({
  id,
  actor: { id: actor },
  undoOf,
  undoneBy,
});
const left = (...changes: ReturnType<typeof change>[]) => withoutTakenBack(changes).map(({ id }) => id);

test('what somebody did and took back is no news, neither of the two', () => {
  expect(
    left(
      change('4', 'robot', '1'),
      change('3', 'robot', '2'),
      change('2', 'robot', null, '3'),
      change('1', 'robot', null, '4'),
      change('0', 'ann'),
    ),
  ).toEqual(['0']);
});

test('what another person undid stays, and so does an act done again or older than the list', () => {
  expect(left(change('2', 'bob', '1'), change('1', 'ann', null, '2'))).toEqual(['2', '1']);
  expect(
    left(change('3', 'ann', '2'), change('2', 'ann', '1', '3'), change('1', 'ann', null, '2')),
  ).toContain('1');
  expect(left(change('2', 'ann', '1'))).toEqual(['2']);
});
