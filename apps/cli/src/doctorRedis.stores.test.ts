import { readConfig } from '@summit/process/config';
import { createLoggerTo } from '@summit/process/log';
import { openRedis } from '@summit/process/openRedis';
import { afterEach, expect, test } from 'vitest';
import { makeCertificates } from '../../../servers/certificates.ts';
import { type RedisOptions, startRedis } from '../../../servers/redis.ts';
import { redisFindings } from './doctorRedis.ts';

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});
async function start(options: RedisOptions = {}) {
  const server = await startRedis(options);
  closing.push(() => server.close());
  return server;
}
const findings = (variables: NodeJS.ProcessEnv) => redisFindings(readConfig(variables));

test('nothing is asked where Redis is not configured', async () => {
  expect(await findings({})).toEqual([]);
});

test('a cache with a limit that evicts by use is fine', async () => {
  const server = await start({ settings: { maxmemory: '64mb', 'maxmemory-policy': 'volatile-lfu' } });
  expect(await findings(server.variables())).toEqual([]);
  const lru = await start({ settings: { maxmemory: '64mb', 'maxmemory-policy': 'allkeys-lru' } });
  expect(await findings(lru.variables())).toEqual([]);
});

test('memory without a limit is told', async () => {
  const server = await start();
  expect(await findings(server.variables())).toMatchObject([
    { about: 'Redis', problem: expect.stringContaining('no limit'), warning: true },
  ]);
});

test('noeviction is warned of, and is wrong once the cache is full', async () => {
  const server = await start({
    settings: { maxmemory: '4mb', 'maxmemory-policy': 'noeviction', appendonly: 'no' },
  });
  expect(await findings(server.variables())).toMatchObject([
    {
      problem: expect.stringContaining('noeviction'),
      mend: expect.stringContaining('volatile-lfu'),
      warning: true,
    },
  ]);
  const redis = (await openRedis(
    readConfig(server.variables()),
    createLoggerTo(() => {}, 'test'),
    'filler',
  ))!;
  await redis.run();
  for (let key = 0; key < 400; key++)
    await redis.ask((client) => client.set(`full:${key}`, 'x'.repeat(20_000))).catch(() => {});
  await redis.stop();
  expect(await findings(server.variables())).toMatchObject([
    { problem: expect.stringMatching(/It is full \(\d+ %\) and evicts nothing/), warning: false },
  ]);
});

test('a wrong password, none, nobody there, and a stranger’s certificate are told apart', async () => {
  const [server, theirs] = [await start(), await makeCertificates()];
  const at = { REDIS_HOST: '127.0.0.1', REDIS_PORT: String(server.port) };
  const problemOf = async (variables: NodeJS.ProcessEnv) => (await findings(variables))[0]?.problem;
  expect(await problemOf({ ...at, REDIS_PASSWORD: 'not this one' })).toBe('The password is wrong.');
  expect(await problemOf(at)).toBe('It wants a password, and none is set.');
  await server.stop();
  expect(await problemOf(server.variables())).toBe('It does not answer (ECONNREFUSED).');
  const secured = await start({ tls: theirs });
  const { STORE_CA_PATH: _, ...unknown } = secured.variables();
  expect(await problemOf(unknown)).toMatch(/^Its certificate is not trusted/);
  await theirs.remove();
});
