import { expect, test } from 'vitest';
import { NoTurn, Turns } from './turns.ts';

const soon = () => new Promise((done) => setTimeout(done, 5));

test('no more than there are places, in the order of coming', async () => {
  const turns = new Turns({ most: 2, waitMs: 1_000 });
  const [first, second] = [await turns.take(), await turns.take()];
  const began: string[] = [];
  const waiting = ['a', 'b'].map(async (name) => {
    const end = await turns.take();
    began.push(name);
    return end;
  });
  await soon();
  expect(began).toEqual([]);
  first();
  // Given back twice it is free once.
  first();
  await soon();
  expect(began).toEqual(['a']);
  second();
  for (const end of await Promise.all(waiting)) end();
  expect(began).toEqual(['a', 'b']);
  expect(turns.taken).toBe(0);
});

test('one asker never has them all, and a place goes to whoever holds the fewest', async () => {
  const turns = new Turns({ most: 3, mostEach: 2, waitMs: 1_000 });
  const ends = [await turns.take('ann'), await turns.take('ann')];
  const began: string[] = [];
  const ask = (who: string) =>
    turns.take(who).then((end) => {
      began.push(who);
      ends.push(end);
    });
  const waiting = [ask('ann'), ask('ann')];
  await soon();
  expect(began).toEqual([]);
  await ask('ben');
  waiting.push(ask('cleo'));
  ends.shift()!();
  await soon();
  expect(began).toEqual(['ben', 'cleo']);
  while (ends.length > 0) {
    ends.shift()!();
    await soon();
  }
  await Promise.all(waiting);
  expect(began).toEqual(['ben', 'cleo', 'ann', 'ann']);
});

test('who waited long enough, came to too many, left, or waits for nothing, has no turn', async () => {
  const turns = new Turns({ most: 1, waitMs: 30, waitingMost: 1 });
  const end = await turns.take();
  const late = turns.take();
  await expect(turns.take()).rejects.toBeInstanceOf(NoTurn);
  await expect(late).rejects.toBeInstanceOf(NoTurn);
  const leaving = new AbortController();
  const gone = turns.take('', leaving.signal);
  leaving.abort(new Error('gone'));
  await expect(gone).rejects.toThrow('gone');
  const vain = turns.take();
  turns.refuse(new Error('in vain'));
  await expect(vain).rejects.toThrow('in vain');
  end();
  (await turns.take())();
  expect(turns.taken).toBe(0);
});

test('who waits in numbers keeps nobody from a place that is free, and fills the room for nobody else', async () => {
  const turns = new Turns({ most: 3, mostEach: 2, waitMs: 5_000, waitingMost: 4, waitingMostEach: 3 });
  const held = await Promise.all([turns.take('greedy'), turns.take('greedy')]);
  const waiting = [1, 2, 3].map(() => turns.take('greedy'));
  await expect(turns.take('greedy')).rejects.toBeInstanceOf(NoTurn);
  held.push(await turns.take('other'));
  const third = turns.take('third');
  await expect(turns.take('fourth')).rejects.toBeInstanceOf(NoTurn);
  for (const give of held) give();
  for (const give of await Promise.all([third, ...waiting.slice(0, 2)])) give();
  (await waiting[2]!)();
  expect(turns.taken).toBe(0);
});
