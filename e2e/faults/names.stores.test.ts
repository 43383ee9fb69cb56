import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { proxy } from '../../servers/proxy.ts';
import { ask } from '../asking.ts';
import { until } from '../until.ts';
import { longTest, some } from './length.ts';
import { openStage, type Round, type Stage } from './stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage({ stores: ['postgres', 'redis'], names: true });
});
afterAll(() => stage?.close());
afterEach(async () => {
  stage.names!.heal();
  for (const network of Object.values(stage.network)) await network.heal();
});

/** Connections end, so that names are looked up again: nobody finds the stores, and everybody is told so in time. */
async function expectLost({ world }: Round, code: RegExp): Promise<void> {
  for (const network of Object.values(stage.network)) network.reset();
  await until('they are missed', 20_000, async () => {
    const { failures } = (await stage.health('/health/ready')).body;
    return code.test(failures?.join() ?? '');
  });
  for (let times = 0; times < 5; times++) {
    const { status, errors } = await ask(
      ...([stage.product.api, world.ann.token, '{ datasets { edges { node { key } } } }'] as const),
    );
    expect([status, errors[0]?.extensions.code]).toEqual([503, 'DATABASE_UNAVAILABLE']);
  }
  for (const path of ['/health', '/health/ready', '/health/detailed']) {
    const times: number[] = [];
    for (let n = 0; n < 5; n++) times.push((await stage.health(path)).ms);
    expect(Math.min(...times), path).toBeLessThan(300);
  }
}

test.each(some([], ['SERVFAIL', 'NXDOMAIN'] as const))('the name server says %s', async (how) => {
  const round = await stage.begin(`Names ${how}`);
  stage.names!.fails(how);
  await expectLost(round, how === 'NXDOMAIN' ? /PostgreSQL: ENOTFOUND/ : /PostgreSQL: EAI_AGAIN/);
  stage.names!.heal();
  await round.end();
});

longTest('the name server says nothing: nobody waits for it, and nothing piles up', async () => {
  const round = await stage.begin('Names silent');
  stage.names!.silent();
  await expectLost(round, /PostgreSQL: /);
  // Longer than the C library waits for an answer.
  await delay(15_000);
  await expectLost(round, /PostgreSQL: /);
  stage.names!.heal();
  await round.end();
});

longTest('every answer of the name server comes two seconds late', async () => {
  const round = await stage.begin('Names late');
  stage.names!.late(2_000);
  for (const network of Object.values(stage.network)) network.reset();
  await round.edits(4);
  await round.answers('page', 2);
  stage.names!.heal();
  await round.end();
});

test('names lead elsewhere: it follows them, and nobody has to start it again', async () => {
  const round = await stage.begin('Names moved');
  const elsewhere = [];
  try {
    for (const store of ['postgres', 'redis'] as const) {
      const between = stage.network[store];
      elsewhere.push(await proxy(stage.servers[store], { host: '127.0.0.2', port: between.port }));
      stage.names!.points(`${store}.summit.test`, '127.0.0.2');
      await between.refuse();
    }
    await round.end();
    expect(elsewhere.map(({ connections }) => connections > 0)).toEqual([true, true]);
  } finally {
    for (const store of ['postgres', 'redis'] as const) {
      stage.names!.points(`${store}.summit.test`, '127.0.0.1');
      await stage.network[store].heal();
    }
    for (const each of elsewhere) await each.close();
  }
});
