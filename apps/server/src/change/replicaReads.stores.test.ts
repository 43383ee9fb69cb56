import { metrics } from '@summit/process/metrics';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { proxy } from '../../../../servers/proxy.ts';
import { startReplica } from '../../../../servers/replica.ts';
import type { Context } from '../context.ts';
import { Database } from '../database/database.ts';
import { inTransaction } from '../database/inTransaction.ts';
import { REPLICA_IN, REPLICA_OUT, Replicas } from '../database/replicas.ts';
import { sql } from '../database/sql.ts';
import { Load, storesDatabase } from '../database/testing.stores.ts';
import { startTenant } from '../database/testing.ts';
import { createDataset, updateDataset } from '../dataset/dataset.commands.ts';
import { createInvestigation } from '../investigation/investigation.commands.ts';
import { type At, read } from './read.ts';
import { SharedReads } from './sharedReads.ts';

const { server, db, lines, log } = await storesDatabase();
const replica = await startReplica(server);
afterAll(() => replica.close());
const way = await proxy(replica);
afterAll(() => way.close());
const replicas = new Replicas(db, [replica.variables(way.port).DATABASE_READ_REPLICAS], log, { everyMs: 50 });
await replicas.run();
afterAll(() => replicas.stop());
const person = await startTenant(db);
const other = await startTenant(db);

const question = (ctx: Context): Context => ({ ...ctx, sharedReads: new SharedReads() });
const refusal = () => replicas.states()[0]!.refusal;
const isUsed = () => expect.poll(refusal, { timeout: 15_000 }).toBeUndefined();

/** Where the reading took place, and what it saw. */
const seen = (ctx: Context, at?: At) =>
  read(ctx, at, async (tx) => ({
    follows: (await tx.first<{ follows: boolean }>(sql`select pg_is_in_recovery() as follows`))!.follows,
    titles: (
      await tx.query<{ title: string }>(
        sql`select title from investigations where tenant_id = ${ctx.scope.tenant} order by title`,
      )
    ).map(({ title }) => title),
  }));
const count = async (name: 'replica' | 'primary') =>
  (await metrics.databaseReads.get()).values.find(({ labels }) => labels.server === name)?.value ?? 0;
const lag = async () => (await metrics.replicaLag.get()).values[0]!.value;

beforeEach(async () => {
  await way.heal();
  await replica.start();
  await replica.resume();
  await replica.caughtUp();
  await isUsed();
});

test('a question is answered on the replica, as the primary would answer it; nothing else is', async () => {
  await createInvestigation(person, { title: 'One' });
  await createInvestigation(other, { title: 'Of others' });
  await replica.caughtUp();
  const before = await count('replica');
  expect(await seen(question(person))).toEqual({ follows: true, titles: ['One'] });
  expect(await seen(question(other))).toEqual({ follows: true, titles: ['Of others'] });
  expect(await count('replica')).toBe(before + 2);
  // Without a question around it: of a command, a job, an export.
  expect(await seen(person)).toEqual({ follows: false, titles: ['One'] });
  const plain = await inTransaction(db, { tenant: person.scope.tenant, readOnly: true }, (tx) =>
    tx.first(sql`select pg_is_in_recovery() as follows`),
  );
  expect(plain).toEqual({ follows: false });
});

test('what is not there yet is read from the primary: one’s own write and what others wrote', async () => {
  await replica.pause();
  await createInvestigation(person, { title: 'Just now' });
  const { follows, titles } = await seen(question(person));
  expect({ follows, has: titles.includes('Just now') }).toEqual({ follows: false, has: true });
  // The other tenant has written nothing: what the replica has of it is all there is. Asked before it counts as too far behind.
  expect((await seen(question(other))).follows).toBe(true);
  // Of another process of ours: nothing is remembered here of who wrote.
  const elsewhere = new Database({ url: server.appUrl });
  await createInvestigation({ ...person, db: elsewhere }, { title: 'Through another process' });
  await elsewhere.close();
  expect((await seen(question(person))).titles).toContain('Through another process');
  await replica.resume();
  await expect.poll(async () => (await seen(question(person))).follows).toBe(true);
  expect((await seen(question(person))).titles).toContain('Through another process');
});

test('a settled moment is read there by whoever has it', async () => {
  const { change } = await createInvestigation(person, { title: 'Settled' });
  await createInvestigation(person, { title: 'Later' });
  await replica.caughtUp();
  await expect.poll(async () => (await seen(question(person))).follows).toBe(true);
  const then = await seen(question(person), change!);
  expect(then.follows).toBe(true);
  expect(then.titles).toContain('Settled');
  expect(then.titles).not.toContain('Later');
  expect(then).toEqual({ ...(await seen(person, change!)), follows: true });
});

test('what a reader may see is asked of the primary, however far behind the replica is', async () => {
  const { result: id } = await createDataset(person, { key: 'guarded', marking: 'TLP:GREEN' });
  const low = { ...person, scope: { ...person.scope, clearance: 1 } };
  const datasets = () => read(question(low), undefined, async (tx) => tx.reader.datasets);
  expect(await datasets()).toContain(id);
  await replica.caughtUp();
  await replica.pause();
  await updateDataset(person, { key: 'guarded', marking: 'TLP:RED' });
  expect(await datasets()).not.toContain(id);
});

test('a transaction that holds the horizon of the primary holds nothing up', async () => {
  const client = await db.connect();
  try {
    await client.query('begin isolation level repeatable read; select pg_current_xact_id()');
    await createInvestigation(person, { title: 'Beside a long one' });
    await replica.caughtUp();
    await expect.poll(async () => (await seen(question(person))).follows).toBe(true);
    expect((await seen(question(person))).titles).toContain('Beside a long one');
  } finally {
    await client.query('rollback');
    client.release();
  }
});

test('the horizon of a replica never lies above what it has', async () => {
  const standby = new Database({ url: replica.appUrl, follows: true });
  const below = () =>
    inTransaction(standby, { tenant: person.scope.tenant, readOnly: true }, async (tx) => {
      const row = await tx.first<{ horizon: number; ids: string[] | null }>(sql`
        select h.horizon, (select array_agg(id::text order by id) from changes
                           where tenant_id = ${person.scope.tenant} and id < h.horizon) as ids
        from (select summit.horizon() as horizon) h`);
      return { horizon: row!.horizon, ids: (row!.ids ?? []).map(Number) };
    });
  const load = new Load(person, 6);
  await load.goesOn();
  for (let looked = 0; looked < 100; looked++) {
    const [now, later] = [await below(), await below()];
    // What lay below it in one snapshot is all that will ever lie there.
    expect(later.ids.filter((id) => id < now.horizon)).toEqual(now.ids);
  }
  await load.stop();
  await standby.close();
});

test('under a load of writes nobody reads less than what was acknowledged before they asked', async () => {
  const load = new Load(person, 4);
  const before = await count('replica');
  for (let asked = 0; asked < 100; asked++) {
    const acknowledged = [...load.acknowledged];
    const { titles } = await seen(question(person));
    const known = new Set(titles);
    expect(acknowledged.filter((title) => !known.has(title))).toEqual([]);
  }
  await load.stop();
  expect(await count('replica')).toBeGreaterThan(before);
});

test('one that falls behind is passed over, told of once, measured, and taken back by itself', async () => {
  lines.splice(0);
  await replica.pause();
  const load = new Load(other, 1);
  await expect.poll(refusal, { timeout: 15_000 }).toBe('it is behind');
  await expect.poll(lag).toBeGreaterThan(2);
  expect((await seen(question(person))).follows).toBe(false);
  await load.stop();
  await replica.resume();
  await isUsed();
  expect(await lag()).toBeLessThan(2);
  expect((await seen(question(person))).follows).toBe(true);
  const told = lines.map((line) => JSON.parse(line).message);
  expect(told.filter((message) => [REPLICA_OUT, REPLICA_IN].includes(message))).toEqual([
    REPLICA_OUT,
    REPLICA_IN,
  ]);
});

test.each<[string, () => unknown, () => unknown]>([
  ['killed', () => replica.kill(), () => replica.start()],
  ['silent', () => way.drop(), () => way.heal()],
  ['frozen', () => replica.freeze(), () => replica.thaw()],
])('one that is %s costs nobody an answer, and is back within 10 s', async (_, begin, end) => {
  const asking = { on: true, slowest: 0, failed: 0 };
  const reading = (async () => {
    while (asking.on) {
      const started = performance.now();
      await seen(question(person)).catch(() => asking.failed++);
      asking.slowest = Math.max(asking.slowest, performance.now() - started);
    }
  })();
  try {
    await begin();
    await expect.poll(refusal, { timeout: 15_000 }).toBeDefined();
    expect((await seen(question(person))).follows).toBe(false);
    await end();
    const started = performance.now();
    await isUsed();
    expect(performance.now() - started).toBeLessThan(10_000);
  } finally {
    asking.on = false;
    await reading;
  }
  expect(asking.failed).toBe(0);
  expect(asking.slowest).toBeLessThan(6_000);
});

test('one that follows nobody any more is not read from', async () => {
  const promoted = await startReplica(server);
  const others = new Replicas(db, [promoted.appUrl], log, { everyMs: 50 });
  try {
    await others.run();
    await expect.poll(() => others.states()[0]!.refusal).toBeUndefined();
    await promoted.promote();
    await expect.poll(() => others.states()[0]!.refusal).toBe('it follows nobody');
  } finally {
    await others.stop();
    await promoted.close();
    // The tests before go on with theirs.
    db.replicas = replicas;
  }
});

test('a standby that took over gives no id again that its primary could have given', async () => {
  const link = await proxy(server);
  const standby = await startReplica(server, { through: link.port });
  try {
    await standby.caughtUp();
    await link.refuse();
    // Acknowledged, and lost with the primary.
    const lost = await createInvestigation(person, { title: 'Lost' });
    await standby.promote();
    const survivor = new Database({ url: standby.appUrl });
    try {
      const { change } = await createInvestigation(
        { ...person, db: survivor },
        { title: 'After the takeover' },
      );
      expect(change!).toBeGreaterThan(lost.change! + 500_000_000);
      const again = await createInvestigation({ ...person, db: survivor }, { title: 'And another' });
      expect(again.change!).toBeGreaterThan(change!);
      expect(again.change! - change!).toBeLessThan(1_000);
    } finally {
      await survivor.close();
    }
  } finally {
    await standby.close();
    await link.close();
  }
});
