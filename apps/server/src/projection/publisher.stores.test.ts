import { setTimeout as delay } from 'node:timers/promises';
import { createLoggerTo } from '@summit/process/log';
import { afterAll, afterEach, expect, test } from 'vitest';
import { startKafka } from '../../../../servers/kafka.ts';
import { runCommand } from '../change/command.ts';
import type { Context } from '../context.ts';
import { inTransaction } from '../database/inTransaction.ts';
import { sql } from '../database/sql.ts';
import { startTenant, testDatabase } from '../database/testing.ts';
import { ensureDataset } from '../dataset/dataset.commands.ts';
import { TestTopics } from '../ingest/testing.kafka.ts';
import { changesTopic, Kafka, refusals } from '../kafka/client.kafka.ts';
import { isOfTenant } from '../kafka/ofTenant.kafka.ts';
import { ChangesTopic } from './projection.kafka.ts';
import { Publisher } from './publisher.ts';

const [database, first] = await Promise.all([
  testDatabase(),
  // Soon sure that the other one is away.
  startKafka({ settings: { 'broker.session.timeout.ms': '3000', 'broker.heartbeat.interval.ms': '500' } }),
]);
const second = await startKafka({ beside: first, settings: { 'broker.heartbeat.interval.ms': '500' } });
const settings = { prefix: 'summit', brokers: [first.broker] };
const topics = new TestTopics(settings);

let stop = async () => {};
afterEach(async () => {
  first.thaw();
  await stop();
  await first.start();
  await second.start();
});
afterAll(async () => {
  await topics.close();
  await second.close();
  await first.close();
});

const REFUSED = "a tenant's changes are not published";
const AWAY = 'changes are not published: Kafka or the database does not answer';

/** A publisher as a worker runs it, with what it says, and when it tried which tenant. */
async function publish() {
  const lines: { message: string; tenant?: string }[] = [];
  const refused = new Map<string, string[]>();
  const tries: string[] = [];
  const kafka = new Kafka(settings, 'summit-publisher');
  const changes = new ChangesTopic(kafka);
  const publisher = new Publisher({
    db: database.db,
    log: createLoggerTo((line) => void lines.push(JSON.parse(line)), 'worker'),
    positionSecret: new Uint8Array(32).fill(7),
    isOfTenant,
    send: async (tenant, events) => {
      tries.push(tenant);
      await changes.send(tenant, events).catch((error: unknown) => {
        refused.set(tenant, [...new Set(refusals(error))]);
        throw error;
      });
    },
  });
  await publisher.run();
  stop = async () => {
    stop = async () => {};
    await publisher.stop();
    await kafka.close();
  };
  const said = (message: string) => lines.filter((line) => line.message === message);
  return { kafka, refused, tries, said };
}

/** A tenant whose topic of one partition has its replicas on these brokers. */
async function tenant(brokers: number[], leastInSync = 1): Promise<Context> {
  const ctx = await startTenant(database.db);
  await topics.kafka.administer((admin) =>
    admin.createTopics({
      topics: [changesTopic('summit', ctx.scope.tenant)],
      assignments: [{ partition: 0, brokers }],
      configs: [{ name: 'min.insync.replicas', value: String(leastInSync) }],
    }),
  );
  return ctx;
}

const write = (ctx: Context, key = 'crm') =>
  runCommand(ctx, { action: 'test.written' }, (tx) => ensureDataset(tx, { key }));

const isTold = ({ db, scope: { tenant } }: Context) =>
  inTransaction(
    db,
    { tenant, readOnly: true },
    async (tx) =>
      (await tx.first(sql`
        select from summit.changes c left join operations.published p on p.tenant_id = c.tenant_id
        where c.tenant_id = ${tenant} and c.id > coalesce(p.change_id, 0) limit 1`)) === undefined,
  );
const become = (told: boolean, ctxs: readonly Context[], ms: number) =>
  expect
    .poll(async () => (await Promise.all(ctxs.map(isTold))).every((each) => each === told), { timeout: ms })
    .toBe(true);
/** The keys of the datasets that stand in the topic. */
const keysIn = async (ctx: Context) => [
  ...new Set(
    (await topics.all(changesTopic('summit', ctx.scope.tenant))).map(
      ({ value }) => (JSON.parse(value!.toString()) as { data: { key: string } }).data.key,
    ),
  ),
];

test('topics whose brokers are away keep their tenants waiting and no other, and are told when these are back', async () => {
  const [well, few, leaderless] = [await tenant([1]), await tenant([1, 2], 2), await tenant([2])];
  await second.stop();
  const { refused, said } = await publish();
  for (const ctx of [few, leaderless, well]) await write(ctx);
  await expect.poll(() => refused.size, { timeout: 30_000 }).toBe(2);
  for (let round = 0; round < 5; round++) {
    const began = performance.now();
    await write(well, `later${round}`);
    await become(true, [well], 10_000);
    expect(performance.now() - began).toBeLessThan(4_000);
  }
  expect(Object.fromEntries(refused)).toEqual({
    [few.scope.tenant]: ['NOT_ENOUGH_REPLICAS'],
    [leaderless.scope.tenant]: ['LEADER_NOT_AVAILABLE'],
  });
  expect(
    said(REFUSED)
      .map((line) => line.tenant)
      .sort(),
  ).toEqual([few, leaderless].map(({ scope }) => scope.tenant).sort());
  expect(said(AWAY)).toEqual([]);
  expect(await Promise.all([few, leaderless].map(isTold))).toEqual([false, false]);

  await second.start();
  await become(true, [few, leaderless], 30_000);
  expect(await keysIn(few)).toEqual(['crm']);
  expect(await keysIn(leaderless)).toEqual(['crm']);
  expect(said("a tenant's changes are published again")).toHaveLength(2);
});

test('a topic that is deleted is made anew, by a client that never saw it too; nobody else waits', async () => {
  const [ctx, other] = [await tenant([1]), await tenant([1])];
  const { kafka, said } = await publish();
  await Promise.all([write(ctx), write(other)]);
  await become(true, [ctx, other], 30_000);
  await topics.kafka.administer((admin) =>
    admin.deleteTopics({ topics: [changesTopic('summit', ctx.scope.tenant)] }),
  );
  // As after any failure: the next client knows nothing yet.
  await kafka.close();
  await write(ctx, 'after');
  await write(other, 'after');
  await become(true, [ctx, other], 20_000);
  expect(await keysIn(ctx)).toEqual(['after']);
  expect(said(AWAY)).toEqual([]);
});

test('where a broker is lost nobody is tried in a row: all wait for the first, and go on soon after it is back', async () => {
  const ctxs = await Promise.all(Array.from({ length: 6 }, () => tenant([1])));
  const { tries, said } = await publish();
  for (const ctx of ctxs) await write(ctx);
  await become(true, ctxs, 30_000);
  first.freeze();
  const before = tries.length;
  for (const ctx of ctxs) await write(ctx, 'lost');
  await delay(20_000);
  // Each try waits 8 s for its answer.
  expect(tries.length - before).toBeLessThanOrEqual(3);
  expect(said(AWAY)).toHaveLength(1);
  expect(said(REFUSED)).toEqual([]);
  first.thaw();
  await become(true, ctxs, 30_000);
});
