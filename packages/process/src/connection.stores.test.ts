import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { makeCertificates } from '../../../servers/certificates.ts';
import { type FaultProxy, proxy } from '../../../servers/proxy.ts';
import { type Redis, type RedisOptions, startRedis } from '../../../servers/redis.ts';
import { AWAY, BACK, RedisConnection } from './connection.redis.ts';
import { createLoggerTo } from './log.ts';
import { redisSettings } from './redisSettings.ts';

type Closing = { stop(): Promise<void> } | { close(): Promise<void> };
const opened: Closing[] = [];
const closeAll = async () => {
  for (const each of opened.splice(0).toReversed())
    await ('stop' in each && !('close' in each) ? each.stop() : (each as { close(): Promise<void> }).close());
};
afterEach(closeAll);
afterAll(closeAll);

async function redisServer(options?: RedisOptions): Promise<Redis> {
  const server = await startRedis(options);
  opened.push(server);
  return server;
}

async function before(server: Redis): Promise<FaultProxy> {
  const line = await proxy(server);
  opened.push(line);
  return line;
}

type Places = Parameters<typeof redisSettings>[0];

async function connect(variables: Places) {
  const lines: string[] = [];
  const log = createLoggerTo((line) => lines.push(line), 'test');
  const redis = new RedisConnection({ settings: redisSettings(variables)!, log, name: 'summit-test' });
  opened.push(redis);
  await redis.run();
  return { redis, said: (text: string) => lines.filter((line) => line.includes(text)).length, lines };
}

const codeOf = (redis: RedisConnection): Promise<string> =>
  redis.check().then(
    () => 'healthy',
    (error: { code: string }) => error.code,
  );
const get = (redis: RedisConnection) => redis.ask((client) => client.get('key'));
const isBack = (redis: RedisConnection) =>
  expect
    .poll(
      () =>
        get(redis).then(
          () => 'answers',
          () => 'away',
        ),
      { timeout: 10_000, interval: 50 },
    )
    .toBe('answers');
/** What is promised is that nobody waits, not that this machine has nothing else to do: of some times the best one counts. */
const best = (times: readonly { ms: number }[]) => Math.min(...times.map(({ ms }) => ms));
async function timed(work: () => Promise<unknown>): Promise<{ ms: number; code: unknown }> {
  const from = performance.now();
  const code = await work().then(
    () => 'answered',
    (error: { code?: unknown }) => error.code,
  );
  return { ms: performance.now() - from, code };
}

test('a process starts without its Redis, and has it as soon as it is there', async () => {
  const server = await redisServer();
  await server.stop();
  const { redis, said } = await connect(server.variables());
  expect(await codeOf(redis)).toBe('ECONNREFUSED');
  await expect(get(redis)).rejects.toThrow();
  await server.start();
  await isBack(redis);
  expect(await codeOf(redis)).toBe('healthy');
  expect([said(AWAY), said(BACK)]).toEqual([1, 1]);
});

test('killed while it is asked: callers learn it at once, it is back by itself, and each is said once', async () => {
  const server = await redisServer();
  const { redis, said } = await connect(server.variables());
  const asked = Promise.allSettled(Array.from({ length: 200 }, () => get(redis)));
  await server.kill();
  await asked;
  const refused = [];
  for (let time = 0; time < 3; time++)
    refused.push(await timed(() => Promise.allSettled(Array.from({ length: 200 }, () => get(redis)))));
  expect(best(refused)).toBeLessThan(250);
  await expect.poll(() => codeOf(redis)).toBe('ECONNREFUSED');
  await server.start();
  // Also where nobody asks.
  await expect.poll(() => [said(AWAY), said(BACK)], { timeout: 10_000 }).toEqual([1, 1]);
  expect(await get(redis)).toBeNull();
});

test('a Redis that stands still keeps nobody for longer than 50 ms, and after three nobody at all', async () => {
  const server = await redisServer();
  const { redis, said } = await connect(server.variables());
  server.freeze();
  const waited = [];
  const refused = [];
  for (let time = 0; time < 3; time++) waited.push(await timed(() => get(redis)));
  expect(waited.map(({ code }) => code)).toEqual(Array(3).fill('TIMEOUT'));
  expect(best(waited)).toBeLessThan(150);
  for (let time = 0; time < 3; time++) refused.push(await timed(() => get(redis)));
  // One of them may have been let through to see whether it is back.
  expect(refused.map(({ code }) => code)).toContain('BREAKER_OPEN');
  expect(best(refused.filter(({ code }) => code === 'BREAKER_OPEN'))).toBeLessThan(20);
  server.thaw();
  await isBack(redis);
  expect([said(AWAY), said(BACK)]).toEqual([1, 1]);
});

test('a Redis that was slow for a moment is used again though nobody asks, over the same connection', async () => {
  const server = await redisServer();
  const line = await before(server);
  const { redis, said } = await connect(server.variables(line.port));
  const made = async () =>
    /total_connections_received:(\d+)/.exec(await redis.ask((client) => client.info('stats')))?.[1];
  const first = await made();
  line.latency(200);
  for (let time = 0; time < 3; time++) expect((await timed(() => get(redis))).code).toBe('TIMEOUT');
  expect(said(AWAY)).toBe(1);
  // Long enough for a probe that fails too.
  await new Promise((done) => setTimeout(done, 1_500));
  expect(said(BACK)).toBe(0);
  line.latency(0);
  await expect.poll(() => said(BACK), { timeout: 5_000 }).toBe(1);
  expect(await made()).toBe(first);
});

test('of a hundred processes that find Redis slow none stays away for good', async () => {
  const server = await redisServer();
  const line = await before(server);
  const all = await Promise.all(Array.from({ length: 100 }, () => connect(server.variables(line.port))));
  line.latency(200);
  for (let time = 0; time < 3; time++) await Promise.all(all.map(({ redis }) => timed(() => get(redis))));
  expect(all.filter(({ said }) => said(AWAY) === 0)).toEqual([]);
  // Some probes each.
  await new Promise((done) => setTimeout(done, 3_000));
  line.latency(0);
  await expect.poll(() => all.filter(({ said }) => said(BACK) === 0).length, { timeout: 10_000 }).toBe(0);
});

test('a slow line, a line that nobody answers any more, one in pieces: the same, and back within 10 s', async () => {
  const server = await redisServer();
  const line = await before(server);
  const { redis } = await connect(server.variables(line.port));
  line.latency(200);
  const slow = [];
  for (let time = 0; time < 5; time++) slow.push(await timed(() => get(redis)));
  expect(slow.map(({ code }) => code)).not.toContain('answered');
  expect(best(slow)).toBeLessThan(150);
  await line.heal();
  await isBack(redis);

  line.halfOpen();
  await expect.poll(() => codeOf(redis), { timeout: 6_000 }).not.toBe('healthy');
  await line.heal();
  await isBack(redis);

  line.slice(3);
  expect(await get(redis)).toBeNull();
  await line.heal();
  line.drop('toClient');
  await expect.poll(() => timed(() => get(redis)).then(({ code }) => code)).toBe('BREAKER_OPEN');
  await line.heal();
  await isBack(redis);
});

describe('health tells why', () => {
  test('a wrong password, and that it was put right', async () => {
    const server = await redisServer();
    const { redis, lines } = await connect({
      REDIS_HOST: '127.0.0.1',
      REDIS_PORT: server.port,
      REDIS_PASSWORD: 'a wrong one',
    });
    expect(await codeOf(redis)).toBe('WRONGPASS');
    expect(lines.join()).not.toContain('a wrong one');
    const none = await connect({ REDIS_HOST: '127.0.0.1', REDIS_PORT: server.port });
    expect(await codeOf(none.redis)).toBe('NOAUTH');
    const right = await connect({
      REDIS_HOST: '127.0.0.1',
      REDIS_PORT: server.port,
      REDIS_PASSWORD: server.password,
    });
    expect(await codeOf(right.redis)).toBe('healthy');
  });

  test('full and evicting nothing', async () => {
    const server = await redisServer({ settings: { 'maxmemory-policy': 'noeviction', appendonly: 'no' } });
    const { redis } = await connect(server.variables());
    expect(await codeOf(redis)).toBe('healthy');
    for (let key = 0; key < 40; key++)
      await redis.ask((client) => client.set(`full:${key}`, 'x'.repeat(50_000)));
    await redis.ask((client) => client.configSet('maxmemory', '2mb'));
    expect(await codeOf(redis)).toBe('OOM');
    // It refuses, and that is an answer: what can be read is read.
    expect(await get(redis)).toBeNull();
    await redis.ask((client) => client.flushAll());
    expect(await codeOf(redis)).toBe('healthy');
  });
});

test('TLS under a private authority; another authority’s server is not spoken to', async () => {
  const [ours, theirs] = [await makeCertificates(), await makeCertificates()];
  const server = await redisServer({ tls: ours });
  const { redis } = await connect(server.variables());
  expect(await codeOf(redis)).toBe('healthy');
  const byHost = await connect({
    REDIS_HOST: 'localhost',
    REDIS_PORT: server.port,
    REDIS_PASSWORD: server.password,
    REDIS_TLS: true,
    STORE_CA_PATH: ours.authorityPath,
  });
  expect(await codeOf(byHost.redis)).toBe('healthy');
  const fooled = await connect({ ...server.variables(), STORE_CA_PATH: theirs.authorityPath });
  expect(await codeOf(fooled.redis)).toMatch(/CERT|SIGNATURE|ISSUER/);
  await closeAll();
  await Promise.all([ours.remove(), theirs.remove()]);
});

test('what is said on a channel is heard over the loss of the connection, and that something may have been missed', async () => {
  const server = await redisServer();
  const line = await before(server);
  const speaker = await connect(server.variables());
  const listener = await connect(server.variables(line.port));
  const heard: string[] = [];
  listener.redis.subscribe(
    'news',
    (message) => heard.push(message),
    () => heard.push('connected'),
  );
  await expect.poll(() => heard).toEqual(['connected']);
  const say = (text: string) => speaker.redis.ask((client) => client.publish('news', text));
  await say('first');
  await expect.poll(() => heard).toEqual(['connected', 'first']);
  line.reset();
  await expect.poll(() => heard, { timeout: 5_000 }).toEqual(['connected', 'first', 'connected']);
  await say('second');
  await expect.poll(() => heard).toEqual(['connected', 'first', 'connected', 'second']);
});
