import { RedisConnection } from '@summit/process/connection.redis';
import { createLoggerTo } from '@summit/process/log';
import { redisSettings } from '@summit/process/redisSettings';
import { Revocations } from '@summit/process/revocations.redis';
import { afterEach, describe, expect, test } from 'vitest';
import { type FaultProxy, proxy } from '../../../servers/proxy.ts';
import { EVICTION_POLICIES, type Redis, type RedisOptions, startRedis } from '../../../servers/redis.ts';
import { send } from './testing/callers.ts';
import { startTestGateway, type TestGateway } from './testing/testGateway.ts';
import { secrets, startUpstream } from './testing/upstream.ts';

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

/** Far more than the product has, for tests that are not about time: that this machine is busy is no reason to go on alone. */
const PATIENT_MS = 5_000;

async function connection(
  variables: Parameters<typeof redisSettings>[0],
  boxMs = PATIENT_MS,
): Promise<RedisConnection> {
  const log = createLoggerTo(() => {}, 'test');
  return new RedisConnection({ settings: redisSettings(variables)!, log, name: 'summit-test', boxMs });
}

interface World {
  server: Redis;
  line: FaultProxy;
  gateways: [TestGateway, TestGateway];
  upstream: Awaited<ReturnType<typeof startUpstream>>;
}

/** Two gateways before one server, with one Redis behind a line that can be disturbed. */
async function twoGateways(
  {
    max = 10,
    windowMs = 60_000,
    boxMs = PATIENT_MS,
  }: { max?: number; windowMs?: number; boxMs?: number } = {},
  redis?: RedisOptions,
): Promise<World> {
  const server = await startRedis(redis);
  closing.push(() => server.close());
  const line = await proxy(server);
  closing.push(() => line.close());
  const upstream = await startUpstream();
  closing.push(() => upstream.stop());
  const start = async () => {
    const gateway = await startTestGateway(
      { rate: { max, backgroundMax: max, windowMs } },
      { upstream, redis: await connection(server.variables(line.port), boxMs) },
    );
    closing.push(() => gateway.stop());
    return gateway;
  };
  return { server, line, upstream, gateways: [await start(), await start()] };
}

const newToken = ({ upstream }: World) => upstream.addToken(upstream.addUser('Ada'));
const askAt = async (gateway: TestGateway, token: string) =>
  (await send(gateway.apiPort, '/api/x', { headers: { authorization: `Bearer ${token}` } })).status;

/** Asks in turns; the statuses in their order. */
async function alternately({ gateways }: World, token: string, times: number): Promise<number[]> {
  const statuses: number[] = [];
  for (let time = 0; time < times; time++) statuses.push(await askAt(gateways[time % 2]!, token));
  return statuses;
}
const redisOf = async (gateway: TestGateway) =>
  (await send(gateway.apiPort, '/health/detailed')).json.services.redis;
const isHealthy = (gateway: TestGateway) =>
  expect.poll(() => redisOf(gateway), { timeout: 10_000 }).toBe('healthy');
const served = (statuses: number[]) => statuses.filter((status) => status === 200).length;

/** As whoever may write to Redis can. */
async function overwriteLimits({ server }: World, value: string, leftMs: number): Promise<void> {
  const admin = await connection(server.variables());
  await admin.run();
  const keys = await admin.ask((client) => client.keys('summit:limit:*'));
  expect(keys).not.toEqual([]);
  for (const key of keys)
    await admin.ask((client) => client.set(key, value, { expiration: { type: 'PX', value: leftMs } }));
  await admin.stop();
}

describe('a limit that gateways share', () => {
  test('holds for all of them together, to the request', async () => {
    const world = await twoGateways();
    const [token, other] = [newToken(world), newToken(world)];
    expect(await alternately(world, token, 14)).toEqual([...Array(10).fill(200), ...Array(4).fill(429)]);
    const together = await Promise.all(
      Array.from({ length: 40 }, (_, time) => askAt(world.gateways[time % 2]!, other)),
    );
    expect(served(together)).toBe(10);
  });

  test('ends with its window', async () => {
    const world = await twoGateways({ max: 3, windowMs: 3_000 });
    const token = newToken(world);
    expect(served(await alternately(world, token, 8))).toBe(3);
    await expect.poll(() => askAt(world.gateways[1], token), { timeout: 9_000 }).toBe(200);
  });

  test('goes on from where it was after FLUSHALL and after the loss of all data', async () => {
    const world = await twoGateways();
    const token = newToken(world);
    expect(served(await alternately(world, token, 6))).toBe(6);
    const admin = await connection(world.server.variables());
    await admin.run();
    await admin.ask((client) => client.flushAll());
    await admin.stop();
    expect(served(await alternately(world, token, 3))).toBe(3);
    await world.server.wipe();
    for (const gateway of world.gateways) await isHealthy(gateway);
    // With what the asking gateway does not know, the other's last request, each loss forgives one at most.
    const statuses = await alternately(world, token, 8);
    expect(served(statuses)).toBeGreaterThanOrEqual(1);
    expect(served(statuses)).toBeLessThanOrEqual(3);
    expect(statuses.at(-1)).toBe(429);
  });

  test.each(['nan', 'inf', '1e300', '-5', 'no number'])(
    'holds where somebody else wrote %s there',
    async (written) => {
      const world = await twoGateways();
      const token = newToken(world);
      expect(served(await alternately(world, token, 4))).toBe(4);
      await overwriteLimits(world, written, 60_000);
      // Each gateway knew of all but the other's last.
      const statuses = await alternately(world, token, 20);
      expect(served(statuses)).toBeGreaterThanOrEqual(6);
      expect(served(statuses)).toBeLessThanOrEqual(7);
    },
  );

  test('shuts nobody out for longer than its window, whatever somebody else wrote there', async () => {
    const world = await twoGateways({ max: 3, windowMs: 2_000 });
    const token = newToken(world);
    expect(served(await alternately(world, token, 1))).toBe(1);
    await overwriteLimits(world, '1000', 1e12);
    expect(served(await alternately(world, token, 2))).toBe(0);
    for (const gateway of world.gateways)
      await expect.poll(() => askAt(gateway, token), { timeout: 9_000 }).toBe(200);
  });

  test('holds in each gateway while Redis is dead, from what was counted before', async () => {
    const world = await twoGateways();
    const [token, fresh] = [newToken(world), newToken(world)];
    expect(served(await alternately(world, token, 8))).toBe(8);
    await world.server.kill();
    // Each knew of 7 or 8.
    expect(served(await alternately(world, token, 20))).toBeLessThanOrEqual(5);
    expect(served(await alternately(world, fresh, 40))).toBe(20);
    await world.server.start();
    const other = newToken(world);
    for (const gateway of world.gateways) await isHealthy(gateway);
    // The breakers close with the next call that works.
    await expect
      .poll(async () => served(await alternately(world, newToken(world), 24)), { timeout: 10_000 })
      .toBe(10);
    expect(served(await alternately(world, other, 24))).toBe(10);
  });

  test('holds while Redis stands still or is slow, and nobody waits for it', async () => {
    const world = await twoGateways({ boxMs: 50 });
    await askAt(world.gateways[0], newToken(world));
    for (const disturb of [() => world.server.freeze(), () => world.line.latency(500)]) {
      disturb();
      const token = newToken(world);
      const from = performance.now();
      expect(served(await alternately(world, token, 40))).toBe(20);
      // Three waits of 50 ms in each gateway, and what is asked to see whether it is back.
      expect(performance.now() - from).toBeLessThan(2_500);
      world.server.thaw();
      await world.line.heal();
    }
  });

  test.each(EVICTION_POLICIES)('holds on a full Redis under %s', async (policy) => {
    const settings = { maxmemory: '3mb', 'maxmemory-policy': policy, appendonly: 'no' };
    const world = await twoGateways({}, { settings });
    const token = newToken(world);
    expect(served(await alternately(world, token, 6))).toBe(6);
    const admin = await connection(world.server.variables());
    await admin.run();
    const fill = async () => {
      for (let key = 0; key < 150; key++)
        await admin
          .ask((client) =>
            client.set(`full:${Math.random()}`, 'x'.repeat(50_000), {
              expiration: { type: 'EX', value: 600 },
            }),
          )
          .catch(() => {});
    };
    await fill();
    expect(served(await alternately(world, token, 2))).toBe(2);
    await fill();
    const statuses = await alternately(world, token, 30);
    // Where Redis forgot, or refuses to count, each gateway goes on from what it knows.
    expect(served(statuses)).toBeLessThanOrEqual(4);
    expect(statuses.at(-1)).toBe(429);
    await admin.stop();
  });

  test('names nobody in Redis', async () => {
    const world = await twoGateways();
    const token = newToken(world);
    await askAt(world.gateways[0], token);
    const { tokenId, user } = world.upstream.tokens.get(token)!;
    const admin = await connection(world.server.variables());
    await admin.run();
    const keys = await admin.ask((client) => client.keys('*'));
    await admin.stop();
    expect(keys.some((key) => key.startsWith('summit:limit:requests:'))).toBe(true);
    for (const told of [tokenId, user.id, user.tenant, '127.0.0.1']) expect(keys.join()).not.toContain(told);
  });
});

describe('an end of rights is told to all gateways', () => {
  const known = async (gateway: TestGateway, session: string) => {
    const headers = { cookie: `${gateway.settings.cookies.session}=${session}`, 'x-summit-request': '1' };
    return (await send(gateway.uiPort, '/auth/me', { headers })).status;
  };

  test('a sign-out at one is known at the other at once', async () => {
    const world = await twoGateways({ max: 10_000 });
    const [here, there] = world.gateways;
    const session = world.upstream.addSession(world.upstream.addUser('Ada'));
    for (let time = 0; time < 5; time++) {
      const one = world.upstream.addSession(world.upstream.addUser('Ben'));
      expect([await known(here, one), await known(there, one), await known(there, session)]).toEqual([
        200, 200, 200,
      ]);
      const headers = { cookie: `${here.settings.cookies.session}=${one}`, 'x-summit-request': '1' };
      const out = await send(here.uiPort, '/auth/logout', {
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/json', origin: here.settings.publicUrl.origin },
        body: '{}',
      });
      expect(out.status).toBe(200);
      const from = performance.now();
      await expect.poll(() => known(there, one), { interval: 5 }).toBe(401);
      expect(performance.now() - from).toBeLessThan(500);
    }
  });

  test('what an operator ends is known at once, tokens too', async () => {
    const world = await twoGateways({ max: 10_000 });
    const token = newToken(world);
    expect(await alternately(world, token, 2)).toEqual([200, 200]);
    world.upstream.tokens.delete(token);
    const operator = await connection(world.server.variables());
    await operator.run();
    await new Revocations(operator, secrets.session).announce();
    await operator.stop();
    for (const gateway of world.gateways) {
      const from = performance.now();
      await expect.poll(() => askAt(gateway, token), { interval: 5 }).toBe(401);
      expect(performance.now() - from).toBeLessThan(500);
    }
  });

  test('without Redis it is known within 5 seconds', async () => {
    const world = await twoGateways({ max: 10_000 });
    await world.server.kill();
    const token = newToken(world);
    expect(await alternately(world, token, 2)).toEqual([200, 200]);
    world.upstream.tokens.delete(token);
    for (const gateway of world.gateways)
      await expect.poll(() => askAt(gateway, token), { timeout: 5_000, interval: 50 }).toBe(401);
  });

  test('a gateway that missed what was said asks about everybody again', async () => {
    const world = await twoGateways({ max: 10_000 });
    const token = newToken(world);
    await alternately(world, token, 2);
    const asked = world.upstream.asked.length;
    world.line.reset();
    await expect
      .poll(
        async () => {
          await alternately(world, token, 2);
          return world.upstream.asked.length - asked;
        },
        { timeout: 1_900, interval: 20 },
      )
      .toBeGreaterThanOrEqual(2);
  });
});

test('health: named while it is away, within 300 ms, and healthy again by itself', async () => {
  const world = await twoGateways({ boxMs: 50 });
  const [gateway] = world.gateways;
  const ready = () => send(gateway.apiPort, '/health/ready');
  const detailed = () => send(gateway.apiPort, '/health/detailed');
  expect([(await ready()).json, (await detailed()).json.services.redis]).toEqual([
    { status: 'ready' },
    'healthy',
  ]);
  await world.server.kill();
  await expect
    .poll(async () => (await ready()).json.failures)
    .toEqual([expect.stringMatching(/^Redis: (ECONNRESET|DISCONNECTED)$/)]);
  await world.server.start();
  await expect.poll(async () => (await ready()).status, { timeout: 10_000 }).toBe(200);
  world.server.freeze();
  let answer = await detailed();
  // The best of some: what is promised is that nobody waits, not that this machine has nothing else to do.
  const times: number[] = [];
  for (let time = 0; time < 5; time++) {
    const from = performance.now();
    answer = await detailed();
    times.push(performance.now() - from);
  }
  expect(Math.min(...times)).toBeLessThan(300);
  expect(answer).toMatchObject({
    status: 503,
    json: { status: 'degraded', services: { redis: 'unhealthy' } },
  });
  expect((await send(gateway.apiPort, '/health/ready?scope=pod')).status).toBe(200);
  world.server.thaw();
  await expect.poll(async () => (await detailed()).json.services.redis, { timeout: 10_000 }).toBe('healthy');
});
