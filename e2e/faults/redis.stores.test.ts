import { setTimeout as delay } from 'node:timers/promises';
import { createClient } from '@redis/client';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { Browser } from '../../apps/gateway/src/testing/callers.ts';
import { EVICTION_POLICIES, type Redis } from '../../servers/redis.ts';
import { operate as command } from '../asking.ts';
import { until } from '../until.ts';
import { longTest, some } from './length.ts';
import { openStage, type Stage } from './stage.ts';

let stage: Stage;
let redis: Redis;

beforeAll(async () => {
  stage = await openStage({ stores: ['postgres', 'redis'] });
  redis = stage.servers.redis as Redis;
});
afterAll(() => stage?.close());
afterEach(async () => {
  redis.thaw();
  await stage.network.redis.heal();
  await redis.start();
});

/** Does something to Redis past the proxy, as its operator could. */
async function operate(...command: string[]): Promise<void> {
  const client = createClient({ url: redis.url });
  client.on('error', () => {});
  await client.connect();
  await client.sendCommand(command);
  client.destroy();
}

async function expectMissed(): Promise<void> {
  await until('Redis is missed', 15_000, async () => (await stage.health('/health/ready')).status === 503);
  expect((await stage.health('/health/ready')).body.failures?.join()).toMatch(/^Redis: /);
  const { body } = await stage.health('/health/detailed');
  expect(body).toMatchObject({ status: 'degraded', services: { redis: 'unhealthy', postgres: 'healthy' } });
}

test('killed: everything is served, nothing is wrong, and health says so', async () => {
  const round = await stage.begin('Redis killed');
  await redis.kill();
  await expectMissed();
  await round.edits(4);
  for (const kind of ['page', 'search', 'neighbours'] as const) await round.answers(kind, 2);
  await redis.start();
  await round.end();
});

// That limits are not either: apps/gateway/src/shared.stores.test.ts. Here they are as good as none.
longTest('flushed and wiped: no session and no job was kept there alone', async () => {
  const round = await stage.begin('Redis flushed');
  const { ann } = round.world;
  const { url } = await command<{ url: string }>(
    stage.product.env,
    ...['signin-link', '--user', ann.id, '--tenant', ann.tenant],
  );
  const browser = new Browser(Number(new URL(stage.product.ui).port));
  await browser.pressSignIn(new URL(url).pathname);
  const isSignedIn = async () => {
    // What a gateway remembers of a session it asks again after 2 s.
    await delay(2_500);
    expect((await browser.script('/auth/me')).json).toMatchObject({ user: { id: ann.id } });
  };
  await isSignedIn();
  for (let n = 0; n < 3; n++) {
    await operate('FLUSHALL');
    await round.edits(2);
    await isSignedIn();
  }
  await redis.wipe();
  await round.edits(2);
  await isSignedIn();
  // The file that came in meanwhile is among what the end looks at.
  await round.end();
});

longTest('full, under each policy', async () => {
  const round = await stage.begin('Redis full');
  const isFull = async () => {
    const { failures } = (await stage.health('/health/ready')).body;
    return failures?.includes('Redis: OOM') ?? false;
  };
  try {
    for (const policy of EVICTION_POLICIES) {
      await operate('CONFIG', 'SET', 'maxmemory-policy', policy);
      await operate('CONFIG', 'SET', 'maxmemory', '1');
      // Of one byte nothing is left to evict: each policy ends in a refusal.
      await until(`that it is full is told, with ${policy}`, 15_000, isFull);
      await round.edits(2);
      for (const kind of ['page', 'search', 'neighbours'] as const) await round.answers(kind, 1);
      await operate('CONFIG', 'SET', 'maxmemory', '0');
      await until(`that it has room is told, with ${policy}`, 15_000, async () => !(await isFull()));
    }
  } finally {
    await operate('CONFIG', 'SET', 'maxmemory', '0');
    await operate('CONFIG', 'SET', 'maxmemory-policy', 'volatile-lfu');
  }
  await round.end();
});

test.each(some(['dropped'] as const, ['frozen', 'half-open', 'slow'] as const))(
  '%s: nobody waits for it',
  async (fault) => {
    const round = await stage.begin(`Redis ${fault}`);
    if (fault === 'frozen') redis.freeze();
    if (fault === 'half-open') stage.network.redis.halfOpen();
    if (fault === 'dropped') stage.network.redis.drop();
    if (fault === 'slow') stage.network.redis.latency(3_000);
    await expectMissed();
    const started = performance.now();
    await round.answers('page', 5);
    await round.edits(4);
    console.log(`5 pages and 4 edits in ${Math.round(performance.now() - started)} ms`);
    if (fault === 'frozen') redis.thaw();
    await stage.network.redis.heal();
    await round.end();
  },
);
