import { afterEach, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { createSealer } from './loginState.ts';

afterEach(() => {
  vi.useRealTimers();
});

const shape = z.object({ token: z.string() });
const sealer = (purpose = 'one thing', secret = 'a session secret') =>
  createSealer({ secret, purpose, shape, maxAgeSeconds: 60 });

test('what was sealed comes back, and cannot be read on its way', async () => {
  const sealed = await sealer().seal({ token: 'visible?' });
  expect(Buffer.from(sealed, 'base64url').toString()).not.toContain('visible?');
  expect(await sealer().open(sealed)).toEqual({ token: 'visible?' });
});

test('anything else opens nothing', async () => {
  const sealed = await sealer().seal({ token: 't' });
  const [header, ...rest] = sealed.split('.');
  const altered = [header, ...rest.slice(0, -1), `${rest.at(-1)!.slice(0, -2)}AA`].join('.');
  const unsigned = [Buffer.from('{"alg":"none"}').toString('base64url'), ...rest].join('.');
  for (const given of [undefined, '', 'nonsense', altered, unsigned, sealed.slice(1)]) {
    expect(await sealer().open(given)).toBeUndefined();
  }
  expect(await sealer('another thing').open(sealed)).toBeUndefined();
  expect(await sealer('one thing', 'another secret').open(sealed)).toBeUndefined();
});

test('after its time it opens nothing', async () => {
  const sealed = await sealer().seal({ token: 't' });
  vi.useFakeTimers({ now: Date.now() + 61_000, toFake: ['Date'] });
  expect(await sealer().open(sealed)).toBeUndefined();
});
