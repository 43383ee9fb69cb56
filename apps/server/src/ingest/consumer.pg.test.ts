import { randomUUID } from 'node:crypto';
import { createLogger } from '@summit/process/log';
import { afterEach, beforeAll, expect, test } from 'vitest';
import type { Context } from '../context.ts';
import { startTenant, type TestDatabase, testDatabase } from '../database/testing.ts';
import '../judgement/cluster.ts';
import { isOfTenant } from '../projection/ofTenant.kafka.ts';
import { IngestConsumer, type Source } from './consumer.ts';
import type { Message } from './message.ts';
import { eventText, grant, messagesFrom, person, standingOf } from './testing.ts';

let database: TestDatabase;
let consumer: IngestConsumer | undefined;
beforeAll(async () => {
  database = await testDatabase();
});
afterEach(() => consumer?.stop());

const ofTwoPartitions = { leaders: [1, 1] };

/** Takes in what lies in the first partition of each tenant; tells who was asked for in each round. */
async function take(lying: Map<string, Message[]>): Promise<string[][]> {
  const rounds: string[][] = [];
  const source: Source = {
    topicOf: async (tenant) => ({ tenant, id: tenant, ...ofTwoPartitions }),
    forget: () => {},
    park: async () => {},
    fetch: async (wanted) => {
      await new Promise((done) => setTimeout(done, 5));
      rounds.push(wanted.map(({ topic, partition }) => `${topic.tenant} ${partition}`));
      return wanted.map((each) => {
        const all = each.partition === 0 ? (lying.get(each.topic.tenant) ?? []) : [];
        const messages = all.slice(each.offset);
        return { ...each, messages, next: all.length, end: all.length, start: 0 };
      });
    },
  };
  consumer = new IngestConsumer({
    ...{ db: database.db, log: createLogger('test', 'fatal'), source, isOfTenant },
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
