import { readConfig } from '@summit/process/config';
import { metrics } from '@summit/process/metrics';
import pg from 'pg';
import { afterEach, expect, test } from 'vitest';
import { resolveMoment } from '../change/read.ts';
import { createInvestigation } from '../investigation/investigation.commands.ts';
import { storesHealth } from '../stores.ts';
import { inTransaction } from './inTransaction.ts';
import { BACK, LOST } from './pulse.ts';
import { sql } from './sql.ts';
import { Load, standing, storesDatabase } from './testing.stores.ts';
import { startTenant } from './testing.ts';
import { HELD_BACK, watchDatabase } from './watch.ts';

const { server, network, db, pulse, direct, lines, log } = await storesDatabase(
  { settings: { max_connections: 40, reserved_connections: 3 } },
  { writeSize: 4, readSize: 4 },
);
const { scope, ...person } = await startTenant(direct);
const ctx = { ...person, scope, db };
const health = storesHealth(readConfig({ NODE_ENV: 'test' }), [
  { name: 'postgres', check: () => pulse.beat(), needed: true },
]);
afterEach(() => network.heal());

async function timed<T>(work: () => Promise<T>): Promise<{ result: T; ms: number }> {
  const started = performance.now();
  const result = await work();
  return { result, ms: performance.now() - started };
}

const read = () =>
  inTransaction(db, { tenant: scope.tenant, readOnly: true }, (tx) => tx.first(sql`select 1 as one`));
const retries = async (reason: string) =>
  (await metrics.databaseRetries.get()).values.find(({ labels }) => labels.reason === reason)?.value ?? 0;

/** Health says so within 300 ms however often it is asked; the process itself stays alive. */
async function healthSays(status: number): Promise<void> {
  // The best of some: what is promised is that nobody waits, not that this machine has nothing else to do.
  const times: number[] = [];
  for (let asked = 0; asked < 5; asked++) {
    const { result, ms } = await timed(() => Promise.all([health.ready(null, false), health.detailed(null)]));
    times.push(ms);
    expect(result.map((answer) => answer.status)).toEqual([status, status]);
  }
  expect(Math.min(...times)).toBeLessThan(300);
}

const faults: readonly (readonly [string, () => unknown, () => unknown, number])[] = [
  ['kill -9', () => server.kill(), () => server.start(), 3_000],
  ['a server that accepts connections and never answers', () => server.freeze(), () => server.thaw(), 6_000],
  ['a network that swallows everything', () => network.drop(), () => network.heal(), 6_000],
  ['two seconds of latency for each packet', () => network.latency(2_000), () => network.heal(), 6_000],
  ['connections whose other end has forgotten them', () => network.halfOpen(), () => network.heal(), 6_000],
];

test.each(faults)(
  '%s: refused in time, nothing lost, nothing doubled, back by itself',
  async (_, begin, end, givenUpMs) => {
    const load = new Load(ctx);
    await load.goesOn();
    await begin();
    await expect
      .poll(() => db.breaker.state().state, { timeout: givenUpMs, interval: 10 })
      .not.toBe('closed');

    const refusedMs: number[] = [];
    for (let asked = 0; asked < 3; asked++) {
      const refused = await timed(() => read().catch((error: unknown) => error));
      expect(refused.result).toMatchObject({
        code: 'DATABASE_UNAVAILABLE',
        status: 503,
        details: { retryAfter: 1 },
      });
      refusedMs.push(refused.ms);
    }
    expect(Math.min(...refusedMs)).toBeLessThan(100);
    await healthSays(503);
    expect((await health.ready('pod', false)).status).toBe(503);

    await end();
    // Of the load: the longest wait before it asks again is part of it.
    const back = await load.goesOn(10);
    expect(back).toBeLessThan(3_000);
    await expect.poll(() => health.ready(null, false)).toMatchObject({ status: 200 });
    await load.stop();
    expect([...load.refused.keys()].filter((code) => code !== 'DATABASE_UNAVAILABLE')).toEqual([]);
    // Nobody waited longer than it took to find out.
    expect(Math.max(...load.refusedMs)).toBeLessThan(givenUpMs);
    const { titles, changes } = await standing(direct, ctx);
    expect(load.acknowledged.filter((title) => !titles.includes(title))).toEqual([]);
    expect(new Set(titles).size).toBe(titles.length);
    expect(changes).toBe(titles.length);
    for (const line of [LOST, BACK]) expect(lines.some((each) => each.includes(line))).toBe(true);
    expect([db.writes.waitingCount, db.reads.waitingCount]).toEqual([0, 0]);
    lines.splice(0);
  },
);

test('a connection reset after COMMIT was sent: with a key the outcome is found, and there is one effect', async () => {
  const before = await retries('lost');
  const sprung = network.resetAfter('commit\0');
  const { result, change } = await createInvestigation(
    { ...ctx, idempotencyKey: 'one-key' },
    { title: 'With a key' },
  );
  await sprung;
  expect(await retries('lost')).toBe(before + 1);
  const again = await createInvestigation({ ...ctx, idempotencyKey: 'one-key' }, { title: 'With a key' });
  expect(again).toEqual({ result, change });
  expect((await standing(direct, ctx)).titles.filter((title) => title === 'With a key')).toHaveLength(1);
});

test('… and without one the caller is told that the outcome is unknown, and it is not done twice', async () => {
  const sprung = network.resetAfter('commit\0');
  await expect(createInvestigation(ctx, { title: 'Without a key' })).rejects.toMatchObject({
    code: 'DATABASE_UNAVAILABLE',
    details: { outcome: 'unknown' },
  });
  await sprung;
  await expect
    .poll(async () => (await standing(direct, ctx)).titles.filter((title) => title === 'Without a key'))
    .toHaveLength(1);
});

test('a connection reset before COMMIT is nobody’s affair', async () => {
  const sprung = network.resetAfter('begin isolation level');
  await createInvestigation(ctx, { title: 'Reset before' });
  await sprung;
  const { titles, changes } = await standing(direct, ctx);
  expect(titles.filter((title) => title === 'Reset before')).toHaveLength(1);
  expect(changes).toBe(titles.length);
});

test('all connections taken by somebody else: a clear error, health and those that stand go on', async () => {
  await read();
  const others: pg.Client[] = [];
  for (;;) {
    const client = new pg.Client({ connectionString: server.appUrl });
    client.on('error', () => {});
    const taken = await client.connect().then(
      () => true,
      (error: { code?: string }) => {
        expect(error.code).toBe('53300');
        return false;
      },
    );
    if (!taken) break;
    others.push(client);
  }
  try {
    await healthSays(200);
    expect(await read()).toEqual({ one: 1 });
    // Of the operator.
    const operator = new pg.Client({ connectionString: server.ownerUrl });
    await operator.connect();
    await operator.end();
    // More than stand by now: what is over is told.
    const answers = await Promise.all(
      Array.from({ length: 8 }, () =>
        inTransaction(db, { tenant: scope.tenant, readOnly: true }, (tx) =>
          tx.first(sql`select pg_sleep(0.3), 1 as one`),
        ).then(
          () => 'served',
          (error: { code: string }) => error.code,
        ),
      ),
    );
    expect(new Set(answers)).toEqual(new Set(['served', 'DATABASE_BUSY']));
    expect(db.breaker.state().state).toBe('closed');
  } finally {
    await Promise.all(others.map((client) => client.end()));
  }
  expect(await read()).toEqual({ one: 1 });
});

test('a storm of conflicts: each acknowledged command happened once', async () => {
  const before = await retries('conflict');
  const outcomes = await Promise.all(
    Array.from({ length: 24 }, () =>
      inTransaction(db, { tenant: scope.tenant }, async (tx) => {
        // The snapshot is older than what the others write.
        await tx.query(sql`select from operations.seen where tenant_id = ${scope.tenant}`);
        await tx.execute(sql`
          insert into operations.seen (tenant_id, user_id, scope_id, change_id)
          values (${scope.tenant}, ${ctx.actor.id}, ${scope.tenant}, 1)
          on conflict (tenant_id, user_id, scope_id) do update set change_id = seen.change_id + 1`);
      }).then(
        () => 'done',
        (error: { code: string }) => error.code,
      ),
    ),
  );
  const done = outcomes.filter((outcome) => outcome === 'done').length;
  expect(outcomes.filter((outcome) => outcome !== 'done' && outcome !== '40001')).toEqual([]);
  const counted = await inTransaction(direct, { tenant: scope.tenant, readOnly: true }, (tx) =>
    tx.first<{ count: number }>(
      sql`select change_id as count from operations.seen where tenant_id = ${scope.tenant} and scope_id = ${scope.tenant}`,
    ),
  );
  expect(counted!.count).toBe(done);
  expect(await retries('conflict')).toBeGreaterThan(before);
});

test('a session that sits in a transaction: told with its pid, the log goes on when it ends, nothing skipped', async () => {
  const watch = watchDatabase(db, log, { everyMs: 100, longSeconds: 1 });
  await watch.run();
  const sitting = new pg.Client({ connectionString: server.ownerUrl, application_name: 'somebody' });
  sitting.on('error', () => {});
  await sitting.connect();
  try {
    await sitting.query('begin; select pg_current_xact_id()');
    const { pid } = (await sitting.query<{ pid: number }>('select pg_backend_pid() as pid')).rows[0]!;
    const { change } = await createInvestigation(ctx, { title: 'Above the horizon' });
    await expect
      .poll(() => lines.find((line) => line.includes(HELD_BACK)), { timeout: 10_000 })
      .toContain(`"pid":${pid},"login":"summit_owner","application":"somebody"`);
    expect((await metrics.horizonSeconds.get()).values[0]!.value).toBeGreaterThan(1);
    await expect(resolveMoment(ctx, { change: change! })).rejects.toMatchObject({
      code: 'POSITION_NOT_READY',
    });
    await sitting.end();
    // Its server process ends a moment after its connection.
    await expect
      .poll(() => resolveMoment(ctx, { change: change! }).catch(() => undefined))
      .toMatchObject({ change });
    await expect.poll(async () => (await metrics.horizonSeconds.get()).values[0]!.value).toBe(0);
  } finally {
    await sitting.end().catch(() => {});
    await watch.stop();
  }
});
