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
