import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { askInTime } from './askInTime.ts';

const never = () => new Promise<never>(() => {});
const refused = () => Promise.reject(Object.assign(new Error('refused'), { code: 'ECONNREFUSED' }));

test('what is answered in time is the answer, whatever the database says then', async () => {
  expect(await askInTime(delay(10, 'an answer'), 1_000, refused)).toBe('an answer');
  await expect(askInTime(refused(), 1_000, never)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
});

test.each([
  ['is there', async () => {}, 'DATABASE_BUSY'],
  ['says nothing', never, 'DATABASE_UNAVAILABLE'],
  ['refuses', refused, 'DATABASE_UNAVAILABLE'],
])('what takes longer is refused by the reason: the database %s', async (_, isAlive, code) => {
  await expect(askInTime(never(), 10, isAlive)).rejects.toMatchObject({ code, details: { retryAfter: 1 } });
});
