import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { createLoggerTo } from '@summit/process/log';
import { registry } from '@summit/process/metrics';
import pg from 'pg';
import { afterEach, beforeAll, expect, test } from 'vitest';
import { type Changing, runCommand } from '../change/command.ts';
import { decodePosition } from '../change/position.ts';
import type { Context } from '../context.ts';
import { rightOf } from '../database/besidePools.ts';
import { inTransaction } from '../database/inTransaction.ts';
import { sql } from '../database/sql.ts';
import { startTenant, type TestDatabase, testDatabase } from '../database/testing.ts';
import { ensureDataset } from '../dataset/dataset.commands.ts';
import { datasetId } from '../dataset/dataset.ts';
import { ontology } from '../ontology/ontology.ts';
import { writeRecords } from '../record/write.ts';
import type { ChangeEvent } from './changeEvents.ts';
import { Publisher } from './publisher.ts';

interface Told {
  id: string;
  type: string;
  subject: string;
  position: string;
  data: Record<string, unknown>;
}

let database: TestDatabase;
const running: Publisher[] = [];
const silent = createLoggerTo(() => {}, 'worker');

beforeAll(async () => {
  database = await testDatabase();
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((publisher) => publisher.stop()));
});

/** A publisher into memory; `send` may fail as a broker does. */
function publish(
  topics: Map<string, Told[]>,
  send: (tenant: string) => Promise<void> = async () => {},
): Publisher {
  const publisher = new Publisher({
    db: database.db,
    log: silent,
    positionSecret: new Uint8Array(32).fill(7),
    send: async (tenant, events: readonly ChangeEvent[]) => {
      const topic = topics.get(tenant) ?? [];
      topics.set(tenant, topic);
      const told = events.map(({ value }) => JSON.parse(value.toString()) as Told);
      // Some of them may be kept although the broker's answer is lost.
      topic.push(...told.slice(0, Math.ceil(told.length / 2)));
      await send(tenant);
      topic.push(...told.slice(Math.ceil(told.length / 2)));
    },
    isOfTenant: (error) => (error as { ofTenant?: boolean }).ofTenant === true,
  });
  running.push(publisher);
  return publisher;
}

const caughtUp = (ctxs: readonly Context[]) =>
  until(async () => {
    for (const { db, scope } of ctxs) {
      const left = await inTransaction(db, { tenant: scope.tenant, readOnly: true }, (tx) =>
        tx.first(sql`
          select from summit.changes c left join operations.published p on p.tenant_id = c.tenant_id
          where c.tenant_id = ${scope.tenant} and c.id > coalesce(p.change_id, 0) limit 1`),
      );
      if (left) return false;
    }
    return true;
  });

async function until(condition: () => Promise<boolean> | boolean): Promise<void> {
  while (!(await condition())) await delay(20);
}

const once = (told: readonly Told[]): Told[] => [...new Map(told.map((each) => [each.id, each])).values()];

const write = (ctx: Context, key: string, names: Record<string, string>) =>
  runCommand(ctx, { action: 'test.written' }, async (tx: Changing) => {
    const { id } = await ensureDataset(tx, { key });
    await writeRecords(
      tx,
      ontology,
      Object.entries(names).map(([record, name]) => ({
        id: record,
        dataset: { id, key },
        schema: 'Person',
        props: { name: [name] },
        marking: 2,
      })),
    );
  });

const remove = (ctx: Context, ids: readonly string[]) =>
  runCommand(ctx, { action: 'test.removed' }, (tx) =>
    tx.execute(sql`delete from records where tenant_id = ${tx.reader.tenant} and id = any(${ids}::uuid[])`),
  );

/** What the log says happened, worked out from the versions themselves. */
async function expected({ db, scope: { tenant } }: Context) {
  const rows = await inTransaction(db, { tenant, readOnly: true }, async (tx) => {
    const of = async (kind: string, table: string) =>
      (
        await tx.query<{ id: string; since: number; until: number | null }>(sql`
          select id, since_change as since, null::bigint as until from ${sql.raw(`summit.${table}`)} where tenant_id = ${tenant}
          union all select id, since_change, until_change from ${sql.raw(`history.${table}`)} where tenant_id = ${tenant}`)
      ).map((row) => ({ kind, ...row }));
    return [...(await of('record', 'records')), ...(await of('dataset', 'datasets'))];
  });
  const begun = new Set(rows.map(({ id, since }) => `${id} ${since}`));
  const ended = new Set(rows.map(({ id, until }) => `${id} ${until}`));
  return new Set([
    ...rows.map(
      ({ kind, id, since }) =>
        `${since} ${id} ${kind}.${ended.has(`${id} ${since}`) ? 'updated' : 'created'}`,
    ),
    ...rows.flatMap(({ kind, id, until }) =>
      until !== null && !begun.has(`${id} ${until}`) ? [`${until} ${id} ${kind}.removed`] : [],
    ),
  ]);
}

const heard = ({ scope, positionSecret }: Context, told: readonly Told[]) =>
  told.map(
    ({ position, subject, type }) =>
      `${decodePosition(positionSecret, scope.tenant, position)} ${subject} ${type.replace('summit.', '')}`,
  );

test('what is told is the log: each row of each change once, in the order of changes, tenants apart', async () => {
  const [ctx, other] = [await startTenant(database.db), await startTenant(database.db)];
  const topics = new Map<string, Told[]>();
  await publish(topics).run();
  const [ada, ben, gone] = [randomUUID(), randomUUID(), randomUUID()];
  await write(ctx, 'crm', { [ada]: 'Ada', [ben]: 'Ben' });
  // The same id in another tenant is another record.
  await write(other, 'crm', { [ada]: 'Somebody else' });
  await write(ctx, 'crm', { [ada]: 'Ada L.' });
  await remove(ctx, [ben]);
  await runCommand(ctx, { action: 'test.fleeting' }, async (tx) => {
    const dataset = { id: datasetId('crm'), key: 'crm' };
    await writeRecords(tx, ontology, [
      { id: gone, dataset, schema: 'Person', props: { name: ['x'] }, marking: 0 },
    ]);
    await tx.execute(sql`delete from records where tenant_id = ${tx.reader.tenant} and id = ${gone}`);
  });
  await caughtUp([ctx, other]);

  const told = topics.get(ctx.scope.tenant)!;
  expect(new Set(heard(ctx, told))).toEqual(await expected(ctx));
  expect(told).toHaveLength(once(told).length);
  expect(told.map(({ type, subject }) => [type, subject])).toEqual([
    ...[
      ['summit.dataset.created', datasetId('crm')],
      ['summit.record.created', ada],
      ['summit.record.created', ben],
    ].sort(([, left], [, right]) => (left! < right! ? -1 : 1)),
    ['summit.record.updated', ada],
    ['summit.record.removed', ben],
  ]);
  expect(told.find(({ type }) => type === 'summit.record.updated')!.data).toEqual({
    id: ada,
    dataset: 'crm',
    schema: 'Person',
    caption: 'Ada L.',
    properties: { name: ['Ada L.'] },
    marking: 'TLP:AMBER',
    revoked: false,
    position: expect.any(String),
  });
  expect(new Set(heard(other, topics.get(other.scope.tenant)!))).toEqual(await expected(other));
  // No number of a change leaves the server.
  const numbers = new Set([...(await expected(ctx))].map((change) => change.split(' ')[0]));
  const values = JSON.stringify(told).match(/[\w-]+/g)!;
  expect(values.filter((value) => numbers.has(value))).toEqual([]);
});

test('a change of more rows than one page is told whole, and what is told again is the same', async () => {
  const ctx = await startTenant(database.db);
  const ids = Array.from({ length: 2_500 }, () => randomUUID());
  await write(ctx, 'crm', Object.fromEntries(ids.map((id, place) => [id, `Person ${place}`])));
  await write(ctx, 'crm', { [ids[0]!]: 'Changed' });
  const topics = new Map<string, Told[]>();
  await publish(topics).run();
  await caughtUp([ctx]);
  const told = topics.get(ctx.scope.tenant)!;
  expect(told).toHaveLength(2_502);
  expect(new Set(heard(ctx, told))).toEqual(await expected(ctx));

  await inTransaction(ctx.db, { tenant: ctx.scope.tenant }, (tx) =>
    tx.execute(sql`delete from operations.published where tenant_id = ${ctx.scope.tenant}`),
  );
  await until(() => told.length >= 2 * 2_502);
  await caughtUp([ctx]);
  expect(told.slice(2_502)).toEqual(told.slice(0, 2_502));
});

test('under writers, with a sink that fails now and then and two publishers, nothing is lost and order holds per row', async () => {
  const ctxs = await Promise.all([startTenant(database.db), startTenant(database.db)]);
  const topics = new Map<string, Told[]>();
  const flaky = async () => {
    await delay(Math.random() * 3);
    if (Math.random() < 0.2) throw new Error('the broker is away');
  };
  await publish(topics, flaky).run();
  const second = publish(topics, flaky);
  await second.run();
  const ids = Array.from({ length: 6 }, () => randomUUID());
  for (const ctx of ctxs) await write(ctx, 'crm', {});
  await Promise.all(
    ctxs.flatMap((ctx) =>
      Array.from({ length: 3 }, async (_, writer) => {
        for (let round = 0; round < 15; round++) {
          const id = ids[Math.floor(Math.random() * ids.length)]!;
          if (Math.random() < 0.25) await remove(ctx, [id]);
          else await write(ctx, 'crm', { [id]: `${writer} ${round}` });
        }
      }),
    ),
  );
  // One that goes is followed by the other.
  await second.stop();
  await running[0]!.stop();
  await publish(topics).run();
  await caughtUp(ctxs);
  for (const ctx of ctxs) {
    const told = heard(ctx, once(topics.get(ctx.scope.tenant)!));
    expect(new Set(told)).toEqual(await expected(ctx));
    expect(told).toHaveLength((await expected(ctx)).size);
    for (const id of ids) {
      const changes = told.filter((each) => each.includes(id)).map((each) => Number(each.split(' ')[0]));
      expect(changes).toEqual([...changes].sort((left, right) => left - right));
    }
  }
});

test('a tenant whose topic is refused keeps no other waiting, and is told later', async () => {
  const [ctx, other] = [await startTenant(database.db), await startTenant(database.db)];
  const topics = new Map<string, Told[]>();
  let isRefused = true;
  await publish(topics, async (tenant) => {
    if (tenant === ctx.scope.tenant && isRefused)
      throw Object.assign(new Error('refused'), { ofTenant: true });
  }).run();
  await write(ctx, 'crm', { [randomUUID()]: 'Ada' });
  await write(other, 'crm', { [randomUUID()]: 'Ben' });
  await caughtUp([other]);
  isRefused = false;
  await caughtUp([ctx]);
  expect(new Set(heard(ctx, topics.get(ctx.scope.tenant)!))).toEqual(await expected(ctx));
});

test('tenants that are refused, each after a while, leave the others their turns', async () => {
  const refused = await Promise.all(Array.from({ length: 12 }, () => startTenant(database.db)));
  const other = await startTenant(database.db);
  const slow = new Set(refused.map(({ scope }) => scope.tenant));
  const tried = new Set<string>();
  await publish(new Map(), async (tenant) => {
    if (!slow.has(tenant)) return;
    tried.add(tenant);
    await delay(600);
    throw Object.assign(new Error('refused'), { ofTenant: true });
  }).run();
  for (const ctx of refused) await write(ctx, 'crm', { [randomUUID()]: 'Ada' });
  await until(() => tried.size === refused.length);
  for (let round = 0; round < 3; round++) {
    const began = performance.now();
    await write(other, 'crm', { [randomUUID()]: 'Ben' });
    await caughtUp([other]);
    expect(performance.now() - began).toBeLessThan(4_000);
  }
});

test('whoever loses the right to publish tells no more how much waits: another one does', async () => {
  await startTenant(database.db);
  const isTold = async () => /^summit_kafka_publishing_lag\{/m.test(await registry.metrics());
  await publish(new Map()).run();
  await expect.poll(isTold, { timeout: 10_000 }).toBe(true);
  const other = new pg.Client({ connectionString: database.ownerUrl });
  await other.connect();
  try {
    const taken = other.query('select pg_advisory_lock(727278, hashtext($1))', [rightOf('publisher')]);
    const ending = new pg.Client({ connectionString: database.ownerUrl });
    await ending.connect();
    await ending.query(`
      select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and application_name = 'summit-publisher'`);
    await ending.end();
    await taken;
    await expect.poll(isTold, { timeout: 20_000 }).toBe(false);
  } finally {
    await other.end();
  }
});
