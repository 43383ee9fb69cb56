import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Postgres } from '../../servers/postgres.ts';
import { ask } from '../asking.ts';
import { until } from '../until.ts';
import { longTest, some } from './length.ts';
import { openStage, type Stage } from './stage.ts';

let stage: Stage;
let postgres: Postgres;

beforeAll(async () => {
  stage = await openStage({ stores: ['postgres'], postgres: { settings: { max_connections: 60 } } });
  postgres = stage.servers.postgres as Postgres;
});
afterAll(() => stage?.close());
afterEach(async () => {
  postgres.thaw();
  await stage.network.postgres.heal();
  await postgres.start();
});

const CODE = /^(DATABASE_UNAVAILABLE|DATABASE_BUSY|QUERY_TIMEOUT)$/;

/** Somebody whom the gateway knows asks and writes: both are refused, with a code and, where it is down, when to try again. */
async function expectRefusals(token: string): Promise<void> {
  for (const document of [
    '{ datasets { edges { node { key } } } }',
    'mutation { createInvestigation(input: { title: "Never" }) { ids } }',
  ]) {
    const started = performance.now();
    const { status, retryAfter, errors } = await ask(stage.product.api, token, document);
    expect(errors[0]?.extensions.code).toMatch(CODE);
    if (status === 503) expect(retryAfter).toMatch(/^[1-9]\d*$/);
    console.log(`${errors[0]?.extensions.code} after ${Math.round(performance.now() - started)} ms`);
  }
}

/** Liveness stays, readiness names the database, and neither waits for it. */
async function expectHealthToSay(code: RegExp): Promise<void> {
  await until(
    'the database is missed',
    10_000,
    async () => (await stage.health('/health/ready')).status === 503,
  );
  const { body } = await stage.health('/health/ready');
  expect(body.status).toBe('not ready');
  expect(body.failures?.join()).toMatch(code);
  expect((await stage.health('/health/detailed')).body).toMatchObject({
    status: 'degraded',
    services: { postgres: 'unhealthy' },
  });
  expect((await stage.health('/health/ready?scope=pod')).status).toBe(200);
  // The best of some: what is promised is that nobody waits, not that this machine has nothing else to do.
  for (const path of ['/health', '/health/ready', '/health/detailed']) {
    const times: number[] = [];
    for (let n = 0; n < 5; n++) times.push((await stage.health(path)).ms);
    expect(Math.min(...times), path).toBeLessThan(300);
  }
  expect((await stage.health('/health')).status).toBe(200);
}

test('killed: typed refusals until it is back, and then everything goes on', async () => {
  const round = await stage.begin('Killed');
  await postgres.kill();
  await expectRefusals(round.world.ann.token);
  await expectHealthToSay(/^PostgreSQL: /);
  await postgres.start();
  await round.end();
});

test('frozen: it accepts connections and never answers', async () => {
  const round = await stage.begin('Frozen');
  postgres.freeze();
  await expectHealthToSay(/^PostgreSQL: /);
  await expectRefusals(round.world.ann.token);
  postgres.thaw();
  await round.end();
});

longTest('two seconds late with each packet', async () => {
  const round = await stage.begin('Slow');
  stage.network.postgres.latency(2_000);
  await expectHealthToSay(/^PostgreSQL: TIMEOUT/);
  const times: number[] = [];
  for (let n = 0; n < 3; n++) {
    const started = performance.now();
    await expectRefusals(round.world.ann.token);
    times.push(performance.now() - started);
  }
  // Two refusals each: shorter than one packet there and back. The best, of a machine that has more to do.
  expect(Math.min(...times)).toBeLessThan(2_000);
  await stage.network.postgres.heal();
  await round.end();
});

test('connections end after COMMIT was sent: the outcome is found out, and there is one effect', async () => {
  const round = await stage.begin('Unknown outcome');
  for (let n = 0; n < 8; n++) {
    await stage.network.postgres.resetAfter('commit\0');
    await round.edits(1);
  }
  await round.end();
});

longTest('somebody else takes all connections', async () => {
  const round = await stage.begin('Exhausted');
  const greedy: pg.Client[] = [];
  const takeAll = async () => {
    for (let refused = 0; refused < 3; ) {
      const client = new pg.Client({ connectionString: postgres.ownerUrl });
      client.on('error', () => {});
      await client.connect().then(
        () => greedy.push(client),
        () => refused++,
      );
    }
  };
  const ofSummit = async () => {
    const { rows } = await greedy[0]!.query(
      'select count(*)::int as connections from pg_stat_activity where usename = $1',
      [new URL(postgres.appUrl).username],
    );
    return rows[0].connections as number;
  };
  try {
    await takeAll();
    // Those that are open serve on; the doors say what is the matter and wait for nobody.
    for (const path of ['/health', '/health/ready', '/health/detailed'])
      expect((await stage.health(path)).ms, path).toBeLessThan(2_000);
    await round.answers('page', 3);
    expect(await ofSummit()).toBeGreaterThan(0);
    // Summit loses its own, and before it comes back they are taken too.
    await stage.network.postgres.refuse();
    await until('its connections are gone', 30_000, async () => (await ofSummit()) === 0);
    await takeAll();
    await stage.network.postgres.heal();
    for (let n = 0; n < 3; n++) await expectRefusals(round.world.ann.token);
    expect(await ofSummit()).toBe(0);
    expect((await stage.health('/health')).status).toBe(200);
  } finally {
    await Promise.all(greedy.map((client) => client.end()));
  }
  await round.end();
});

longTest(
  'many want the same rows at once: each is served or told so, and nothing happens twice',
  async () => {
    const round = await stage.begin('Storm');
    const { world } = round;
    // All of one title in one case: they touch the same rows, so that most fail to serialize at first.
    const storm = Array.from({ length: 40 }, (_, n) =>
      ask<{ updateInvestigation: { change: { id: string } | null } }>(
        stage.product.api,
        world.ann.token,
        'mutation($input: UpdateInvestigationInput!) { updateInvestigation(input: $input) { change { id } } }',
        { input: { id: world.case, title: `Storm ${n}` } },
        { key: `storm-${n}` },
      ),
    );
    const answers = await Promise.all(storm);
    const refused = answers.flatMap(({ errors }) => errors.map(({ extensions }) => extensions.code));
    console.log(
      `${answers.length - refused.length} served, ${refused.length} refused: ${[...new Set(refused)]}`,
    );
    for (const code of refused) expect(code).toMatch(/^(CONFLICT|DATABASE_BUSY)$/);
    const changes = answers.flatMap(({ data }) => data?.updateInvestigation.change?.id ?? []);
    expect(new Set(changes).size).toBe(changes.length);
    await round.end();
  },
);

describe('on the way', () => {
  longTest('half-open: the database’s side of each connection is gone, and nobody is told', async () => {
    const round = await stage.begin('Half-open');
    stage.network.postgres.halfOpen();
    await expectHealthToSay(/^PostgreSQL: /);
    await stage.network.postgres.heal();
    await round.end();
  });

  test.each(some(['toClient'] as const, ['toServer'] as const))('one way is cut: %s', async (way) => {
    const round = await stage.begin(`Cut ${way}`);
    stage.network.postgres.drop(way);
    await expectHealthToSay(/^PostgreSQL: /);
    await stage.network.postgres.heal();
    await round.end();
  });

  longTest('three in ten packets are lost', async () => {
    const round = await stage.begin('Lossy');
    stage.network.postgres.loss(0.3, 11);
    await round.edits(2);
    await stage.network.postgres.heal();
    await round.end();
  });

  longTest('a thin line, and answers in small pieces', async () => {
    const round = await stage.begin('Thin');
    stage.network.postgres.bandwidth(60_000);
    stage.network.postgres.slice(48);
    await round.edits(2);
    await round.answers('page', 2);
    await stage.network.postgres.heal();
    await round.end();
  });
});
