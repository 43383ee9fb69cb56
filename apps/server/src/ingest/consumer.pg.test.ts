import { randomUUID } from 'node:crypto';
import { createLoggerTo } from '@summit/process/log';
import { afterEach, beforeAll, expect, test } from 'vitest';
import type { Context } from '../context.ts';
import { startTenant, type TestDatabase, testDatabase } from '../database/testing.ts';
import '../judgement/cluster.ts';
import { isOfTenant } from '../projection/ofTenant.kafka.ts';
import { IngestConsumer } from './consumer.ts';
import type { Message } from './message.ts';
import type { Source } from './source.ts';
import { eventText, grant, messagesFrom, person, standingOf } from './testing.ts';

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
  lines = [];
  const source: Source = {
    topicOf: async (tenant) => ({ tenant, id: tenant, ...ofTwoPartitions }),
    forget: () => {},
    park: async () => {},
    fetch: async (wanted) => {
      await new Promise((done) => setTimeout(done, 5));
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
    },
  };
  consumer = new IngestConsumer({
    ...{ db: database.db, source, isOfTenant },
    log: createLoggerTo((line) => void lines.push(JSON.parse(line)), 'test'),
    positionSecret: new Uint8Array(32).fill(7),
  });
  await consumer.run();
  return rounds;
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
