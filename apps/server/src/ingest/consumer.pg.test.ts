import { randomUUID } from 'node:crypto';
import { createLoggerTo } from '@summit/process/log';
import { registry } from '@summit/process/metrics';
import { afterEach, beforeAll, expect, test } from 'vitest';
import { runCommand } from '../change/command.ts';
import type { Context } from '../context.ts';
import { inTransaction } from '../database/inTransaction.ts';
import { sql } from '../database/sql.ts';
import { startTenant, type TestDatabase, testDatabase } from '../database/testing.ts';
import '../judgement/cluster.ts';
import { isOfTenant } from '../kafka/ofTenant.kafka.ts';
import { IngestConsumer } from './consumer.ts';
import type { Message } from './message.ts';
import type { Source, Wanted } from './source.ts';
import { eventText, grant, makeSlow, messagesFrom, person, standingOf } from './testing.ts';

let database: TestDatabase;
let consumer: IngestConsumer | undefined;
beforeAll(async () => {
  database = await testDatabase();
});
afterEach(() => consumer?.stop());

const ofTwoPartitions = { leaders: [1, 1] };
let lines: { message: string; tenant?: string; partition?: number }[] = [];

/** Takes in what lies in the first partition of each tenant; tells who was asked for in each round. */
async function take(
  lying: Map<string, Message[]>,
  isUnread: (partition: number) => boolean = () => false,
): Promise<string[][]> {
  const rounds: string[][] = [];
  await consume(async (wanted) => {
    rounds.push(wanted.map(({ topic, partition }) => `${topic.tenant} ${partition}`));
    return wanted.map((each) => {
      const all = each.partition === 0 ? (lying.get(each.topic.tenant) ?? []) : [];
      const found = { ...each, messages: all.slice(each.offset), next: all.length, lastEpoch: undefined };
      return isUnread(each.partition)
        ? {
            ...found,
            messages: [],
            next: each.offset,
            end: undefined,
            unread: new Error('its disk is ill'),
          }
        : { ...found, end: all.length };
    });
  });
  return rounds;
}

async function consume(fetch: Source['fetch']): Promise<void> {
  lines = [];
  const source: Source = {
    topicOf: async (tenant) => ({ tenant, id: tenant, ...ofTwoPartitions }),
    forget: () => {},
    park: async () => {},
    fetch: async (...asked) => {
      await new Promise((done) => setTimeout(done, 5));
      return fetch(...asked);
    },
  };
  consumer = new IngestConsumer({
    ...{ db: database.db, source, isOfTenant },
    log: createLoggerTo((line) => void lines.push(JSON.parse(line)), 'test'),
    positionSecret: new Uint8Array(32).fill(7),
  });
  await consumer.run();
}

async function tenants(count: number): Promise<Context[]> {
  const all: Context[] = [];
  for (let n = 0; n < count; n++) {
    const ctx = await startTenant(database.db);
    await grant(database.ownerUrl, ctx);
    all.push(ctx);
  }
  return all;
}

test('what fails in one tenant, whatever it is, keeps no other waiting, and each is asked for first in its turn', async () => {
  const all = await tenants(3);
  const lying = new Map(
    all.map(({ scope }, n) => [
      scope.tenant,
      messagesFrom([eventText({ data: person(`p${n}`, `Person ${n}`) })]),
    ]),
  );
  // Whichever of them comes first.
  const ill = all[0]!;
  const [message] = lying.get(ill.scope.tenant)!;
  const value = message!.value;
  let isIll = true;
  Object.defineProperty(message, 'value', {
    get: () => {
      if (isIll) throw new TypeError(`a mistake of ours ${randomUUID()}`);
      return value;
    },
  });
  const rounds = await take(lying);
  const names = async (ctx: Context) => (await standingOf(ctx)).records.map(({ caption }) => caption);
  for (const n of [1, 2])
    await expect.poll(() => names(all[n]!), { timeout: 20_000 }).toEqual([`Person ${n}`]);
  expect(await names(ill)).toEqual([]);
  isIll = false;
  await expect.poll(() => names(ill), { timeout: 20_000 }).toEqual(['Person 0']);
  const places = all.flatMap(({ scope }) => [`${scope.tenant} 0`, `${scope.tenant} 1`]);
  await expect
    .poll(() => [...new Set(rounds.map(([first]) => first))].sort(), { timeout: 20_000 })
    .toEqual(places.sort());
});

test('a partition that cannot be read keeps none beside it waiting, and is named once', async () => {
  const [ctx] = await tenants(1);
  const lying = new Map([[ctx!.scope.tenant, messagesFrom([eventText({ data: person('1', 'Beside it') })])]]);
  let isIll = true;
  const rounds = await take(lying, (partition) => isIll && partition === 1);
  const names = async () => (await standingOf(ctx!)).records.map(({ caption }) => caption);
  await expect.poll(names, { timeout: 20_000 }).toEqual(['Beside it']);
  const tries = () => rounds.filter((round) => round.includes(`${ctx!.scope.tenant} 1`)).length;
  await expect.poll(tries, { timeout: 20_000 }).toBeGreaterThan(2);
  // It is left alone in between; the one beside it is not.
  expect(rounds.length).toBeGreaterThan(2 * tries());
  isIll = false;
  const told = () =>
    lines
      .filter(({ tenant, partition }) => tenant === ctx!.scope.tenant && partition === 1)
      .map(({ message }) => message);
  await expect
    .poll(told, { timeout: 20_000 })
    .toEqual(['a partition cannot be read; the others are', 'a partition is read again']);
});

test('an event that always takes too long does not hold its partition for ever', async () => {
  const [ctx] = await tenants(1);
  await makeSlow(database.ownerUrl, ctx!);
  const events = ['Slow', 'After'].map((name) => eventText({ data: person(name, name) }));
  await take(new Map([[ctx!.scope.tenant, messagesFrom(events)]]));
  const names = async () => (await standingOf(ctx!)).records.map(({ caption }) => caption);
  await expect.poll(names, { timeout: 40_000 }).toEqual(['After']);
  expect((await standingOf(ctx!)).dead).toMatchObject([{ offset: 0, code: 'NOT_STORABLE' }]);
});

/** As Prometheus is told; undefined where nothing is. */
const lag = async () => {
  const [, messages] = /^summit_kafka_ingest_lag_messages (\d+)$/m.exec(await registry.metrics()) ?? [];
  return messages === undefined ? undefined : Number(messages);
};
const isLag = (messages: number | undefined) => expect.poll(lag, { timeout: 20_000 }).toBe(messages);
const nothingOf = (each: Wanted) => ({ ...each, messages: [], next: each.offset, lastEpoch: undefined });
const placesOf = ({ scope: { tenant } }: Context) =>
  inTransaction(database.db, { tenant, readOnly: true }, (tx) =>
    tx.query(sql`
      select partition, next_offset as next, end_offset as "end" from operations.ingest_offsets
      where tenant_id = ${tenant} order by partition`),
  );

test('what waits is counted also where nothing is said of it: a partition whose turn it is not, one that cannot be read', async () => {
  const [ctx] = await tenants(1);
  const holds = (each: Wanted, messages: number) => (each.topic.tenant === ctx!.scope.tenant ? messages : 0);
  let rounds = 0;
  await consume(async (wanted) => {
    rounds++;
    // The first answer names all, with as much as goes into it; the others only what brings something.
    return wanted
      .filter(({ partition }) => partition === 0 || rounds === 1)
      .map((each) => ({ ...nothingOf(each), end: each.partition === 0 ? 0 : holds(each, 7) }));
  });
  await expect.poll(() => rounds, { timeout: 20_000 }).toBeGreaterThan(5);
  expect(await lag()).toBe(7);
  await consumer!.stop();
  expect(await lag()).toBeUndefined();

  // Known from before, though it cannot be asked by now.
  await consume(async (wanted) =>
    wanted.map((each) => ({
      ...nothingOf(each),
      ...(each.partition === 0
        ? { end: holds(each, 2) }
        : { end: undefined, unread: new Error('its disk is ill') }),
    })),
  );
  await isLag(9);
  expect(await placesOf(ctx!)).toEqual([
    { partition: 0, next: 0, end: 2 },
    { partition: 1, next: 0, end: 7 },
  ]);
});

test('events of a tenant that may not bring any wait, and are counted and told as waiting', async () => {
  const [ctx, well] = await tenants(2);
  const { tenant } = ctx!.scope;
  const disable = (disabled: boolean) =>
    runCommand(ctx!, { action: 'test.disabled' }, (tx) =>
      tx.execute(sql`
        update users set since_change = ${tx.change}, disabled_at = ${disabled ? new Date() : null}
        where tenant_id = ${tenant} and name = 'Kafka ingest'`),
    );
  await disable(true);
  const three = messagesFrom(['A', 'B', 'C'].map((name) => eventText({ data: person(name, name) })));
  const [one] = three;
  const rounds = await take(
    new Map([
      [tenant, three],
      [well!.scope.tenant, [one!]],
    ]),
  );
  await isLag(3);
  // Rounds in which it was left alone, and others that it failed in.
  const [tries, all] = [rounds.filter((round) => round.includes(`${tenant} 0`)).length, rounds.length];
  await expect.poll(() => rounds.length, { timeout: 20_000 }).toBeGreaterThan(all + 20);
  expect(tries).toBeGreaterThan(0);
  expect(await lag()).toBe(3);
  expect(await placesOf(ctx!)).toMatchObject([{ partition: 0, next: 0, end: 3 }, { partition: 1 }]);
  await disable(false);
  await isLag(0);
  expect((await standingOf(ctx!)).records).toHaveLength(3);
});
