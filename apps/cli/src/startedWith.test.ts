import { expect, test } from 'vitest';
import { changedSince, seal } from './startedWith.ts';

const started = { REDIS_URL: 'redis://:one@127.0.0.1', UI_PORT: '3000', PATH: '/bin' };

test('what was set, emptied or set otherwise since is named; what is no setting, or equal, is not', () => {
  const sealed = seal(started);
  expect(changedSince(sealed, { ...started, PATH: '/usr/bin', NEO4J_URI: '' })).toEqual([]);
  expect(
    changedSince(sealed, { REDIS_URL: 'redis://:two@127.0.0.1', NEO4J_URI: 'bolt://127.0.0.1:7687' }).sort(),
  ).toEqual(['NEO4J_URI', 'REDIS_URL', 'UI_PORT']);
});

test('nothing is read from it', () => {
  const text = JSON.stringify(seal(started));
  for (const value of ['one', '3000', 'redis:']) expect(text).not.toContain(value);
});

test('of what an older Summit started nothing is known', () => {
  expect(changedSince(undefined, started)).toEqual([]);
});
