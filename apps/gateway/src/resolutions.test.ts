import { SummitError } from '@summit/process/errors';
import { expect, test, vi } from 'vitest';
import { nameOfCredential, rememberResolutions } from './resolutions.ts';

test('an answer is good for 2 s and shared by who asks meanwhile', async () => {
  let now = 0;
  const resolutions = rememberResolutions<string>(() => now);
  const ask = vi.fn(async () => `answer ${ask.mock.calls.length}`);
  const both = [resolutions.resolve('a', ask), resolutions.resolve('a', ask)];
  expect(await Promise.all(both)).toEqual(['answer 1', 'answer 1']);
  now = 1999;
  expect(resolutions.holds('a')).toBe(true);
  expect(await resolutions.resolve('a', ask)).toBe('answer 1');
  now = 2000;
  expect(resolutions.holds('a')).toBe(false);
  expect(await resolutions.resolve('a', ask)).toBe('answer 2');
  resolutions.forget(nameOfCredential('b'));
  expect(await resolutions.resolve('a', ask)).toBe('answer 2');
  resolutions.forget(nameOfCredential('a'));
  expect(await resolutions.resolve('a', ask)).toBe('answer 3');
  resolutions.forget();
  expect(await resolutions.resolve('a', ask)).toBe('answer 4');
});

test('what is forgotten while it is asked about is not remembered after all', async () => {
  const resolutions = rememberResolutions<string>(() => 0);
  const { promise, resolve } = Promise.withResolvers<string>();
  const first = resolutions.resolve('a', () => promise);
  resolutions.forget();
  resolve('from before');
  expect(await first).toBe('from before');
  expect(resolutions.holds('a')).toBe(false);
});

test('a refusal is asked about again', async () => {
  const resolutions = rememberResolutions<string>(() => 0);
  await expect(resolutions.resolve('a', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(resolutions.holds('a')).toBe(false);
  expect(await resolutions.resolve('a', async () => 'yes')).toBe('yes');
});

test('a flood of credentials is forgotten from its oldest end', async () => {
  const resolutions = rememberResolutions<string>(() => 0);
  for (let index = 0; index < 30_000; index++) await resolutions.resolve(`${index}`, async () => 'yes');
  expect(resolutions.holds('0')).toBe(false);
  expect(resolutions.holds('29999')).toBe(true);
});

test('what was good is trusted for ten minutes from the last time, until it is refused', async () => {
  let now = 0;
  const resolutions = rememberResolutions<string>(() => now);
  const fail = (error: Error) => () => Promise.reject(error);
  await resolutions.resolve('a', async () => 'yes');
  resolutions.trust('b');
  expect([resolutions.trusts('a'), resolutions.trusts('b'), resolutions.trusts('c')]).toEqual([
    true,
    true,
    false,
  ]);
  now = 300_000;
  await resolutions.resolve('a', async () => 'yes');
  now = 600_000;
  expect([resolutions.trusts('a'), resolutions.trusts('b')]).toEqual([true, false]);
  resolutions.forget();
  const away = resolutions.resolve('a', fail(new SummitError('SERVER_UNAVAILABLE')));
  await expect(away).rejects.toMatchObject({ code: 'SERVER_UNAVAILABLE' });
  expect(resolutions.trusts('a')).toBe(true);
  const refused = resolutions.resolve('a', fail(new SummitError('UNAUTHENTICATED')));
  await expect(refused).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  expect(resolutions.trusts('a')).toBe(false);
});

test('who was good last is trusted longest where there are too many', async () => {
  const resolutions = rememberResolutions<string>(() => 0);
  for (let index = 0; index < 30_000; index++) {
    resolutions.trust(`${index}`);
    if (index % 1_000 === 0) resolutions.trust('comes often');
  }
  expect(['0', '29999', 'comes often'].map(resolutions.trusts)).toEqual([false, true, true]);
});
