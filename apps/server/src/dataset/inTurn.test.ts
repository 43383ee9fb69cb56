import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { InTurn } from './inTurn.ts';

/** Works that last until they are told to end, and which of them go on. */
function works() {
  const going: string[] = [];
  const ends = new Map<string, () => void>();
  const work = (name: string) => async () => {
    going.push(name);
    await new Promise<void>((done) => ends.set(name, done));
    going.splice(going.indexOf(name), 1);
  };
  const end = async (name: string) => {
    ends.get(name)!();
    await nextTurn();
  };
  return { going, work, end };
}

test('one goes on at a time, and each begins when the one before has ended', async () => {
  const turn = new InTurn();
  const { going, work, end } = works();
  expect(['a', 'b', 'c'].map((name) => turn.take(name, work(name)))).toEqual([true, true, true]);
  await nextTurn();
  expect(going).toEqual(['a']);
  await end('a');
  expect(going).toEqual(['b']);
  await end('b');
  expect(going).toEqual(['c']);
  await end('c');
  expect(going).toEqual([]);
});

test('what waits or goes on is not begun again; what has ended may be', async () => {
  const turn = new InTurn();
  const { work, end } = works();
  turn.take('a', work('a'));
  turn.take('b', work('b'));
  await nextTurn();
  expect([turn.take('a', work('a')), turn.take('b', work('b'))]).toEqual([false, false]);
  await end('a');
  expect(turn.take('a', work('a'))).toBe(true);
});

test('only so many wait', async () => {
  const turn = new InTurn(2);
  const { work, end } = works();
  expect(['a', 'b', 'c'].map((name) => turn.take(name, work(name)))).toEqual([true, true, false]);
  await nextTurn();
  await end('a');
  expect(turn.take('c', work('c'))).toBe(true);
});
