import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { signInternal } from '@summit/process/internalIdentity';
import { internalKeys } from '@summit/process/keys';
import { createLoggerTo } from '@summit/process/log';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { freePort } from '../../../checks/testPostgres.ts';
import type { Database } from './database/database.ts';
import { httpServer, type Route } from './http.ts';

const keys = internalKeys('a secret for tests, long enough to pass');
const lines: string[] = [];
let left = 0;
let address: string;

async function* forever() {
  for (;;) {
    yield Buffer.alloc(64 * 1024, 'x');
    await delay(1);
  }
}

async function* broken() {
  yield 'half';
  throw new Error('the disk is gone');
}

const download = (path: string, content: () => AsyncIterable<unknown>): Route => ({
  method: 'GET',
  path,
  scope: 'user',
  handle: ({ response }) => pipeline(Readable.from(content()), response).finally(() => left++),
});

const server = await (async () => {
  const port = await freePort();
  address = `http://127.0.0.1:${port}`;
  return httpServer({
    port,
    publicKey: keys.publicKey,
    // No route here asks it anything.
    db: {} as Database,
    positionSecret: new Uint8Array(32),
    files: { home: '/nowhere', most: 1, quota: 1 },
    log: createLoggerTo((line) => lines.push(line), 'test', 'debug'),
    routes: [download('/api/forever', forever), download('/api/broken', broken)],
    health: () => undefined,
  });
})();
beforeAll(() => server.run());
afterAll(() => server.stop());

const get = (path: string, signal?: AbortSignal) => {
  const nobody = '00000000-0000-4000-8000-000000000000';
  const token = signInternal(
    {
      sub: nobody,
      tenant: nobody,
      name: 'Ada',
      roles: ['owner'],
      clearance: 'TLP:RED',
      scope: 'user',
    },
    keys.privateKey,
  );
  const headers = { authorization: `Bearer ${token}`, 'x-request-id': 'asked-once' };
  return fetch(address + path, { headers, ...(signal && { signal }) });
};

test('who leaves in the middle of a download is no failure of ours', async () => {
  const leaving = new AbortController();
  const answer = await get('/api/forever', leaving.signal);
  await answer.body!.getReader().read();
  leaving.abort();
  await vi.waitFor(() => expect(lines.join('')).toContain('the caller left'));
  expect(left).toBe(1);
  expect(lines.join('')).not.toContain('"level":"error"');
});

test('a source that breaks in the middle of a download is, and the download does not look whole', async () => {
  await expect(get('/api/broken').then((answer) => answer.text())).rejects.toThrow();
  const failure = lines.find((line) => line.includes('a request failed unexpectedly'));
  expect(failure).toContain('the disk is gone');
  expect(failure).toContain('"requestId":"asked-once"');
});
