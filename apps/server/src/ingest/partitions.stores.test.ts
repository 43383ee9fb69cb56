import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createLoggerTo } from '@summit/process/log';
import { afterAll, afterEach, expect, test } from 'vitest';
import { startKafka } from '../../../../servers/kafka.ts';
import type { Context } from '../context.ts';
import { inTransaction } from '../database/inTransaction.ts';
import { sql } from '../database/sql.ts';
import { startTenant, testDatabase } from '../database/testing.ts';
import '../judgement/cluster.ts';
import { ingestTopic, Kafka } from '../kafka/client.kafka.ts';
import { isOfTenant } from '../kafka/ofTenant.kafka.ts';
import { IngestConsumer } from './consumer.ts';
import { replayIngest } from './grant.commands.ts';
import { boundInflating } from './inflating.kafka.ts';
import { IngestTopics } from './ingest.kafka.ts';
import { TestTopics } from './testing.kafka.ts';
import { eventText, grant, person, standingOf } from './testing.ts';

const [database, server] = await Promise.all([
  testDatabase(),
  startKafka({ settings: { 'num.partitions': '2' } }),
]);
const settings = { prefix: 'summit', brokers: [server.broker] };
const topics = new TestTopics(settings);
let stop = async () => {};
let lines: {
  message: string;
  error?: { message: string };
  partition?: number;
  from?: number;
  start?: number;
}[] = [];
afterEach(async () => {
  await stop();
  await server.start();
});
afterAll(async () => {
  await topics.close();
  await server.close();
});

/** As a worker takes events in. */
async function start(): Promise<void> {
  const kafka = new Kafka(settings, 'summit-ingest');
  const consumer = new IngestConsumer({
    ...{ db: database.db, source: new IngestTopics(kafka), isOfTenant },
    positionSecret: new Uint8Array(32).fill(7),
    log: createLoggerTo((line) => void lines.push(JSON.parse(line)), 'test'),
  });
  await consumer.run();
  stop = async () => {
    await consumer.stop();
    await kafka.close();
    stop = async () => {};
  };
}

/** A tenant with a topic. */
async function tenant(): Promise<{ ctx: Context; topic: string }> {
  lines = [];
  const ctx = await startTenant(database.db);
  await grant(database.ownerUrl, ctx);
  const topic = ingestTopic('summit', ctx.scope.tenant);
  await topics.make(topic);
  return { ctx, topic };
}

const event = (name: string) => eventText({ data: person(name, name) });
const names = async (ctx: Context) => (await standingOf(ctx)).records.map(({ caption }) => caption);
const have = (ctx: Context, ...expected: string[]) =>
  expect.poll(() => names(ctx), { timeout: 60_000 }).toEqual(expected.toSorted());
const placesOf = (ctx: Context) =>
  inTransaction(database.db, { tenant: ctx.scope.tenant, readOnly: true }, (tx) =>
    tx.query<{ partition: number; next: number }>(sql`
      select partition, next_offset as next from operations.ingest_offsets
      where tenant_id = ${ctx.scope.tenant} and next_offset > 0 order by partition`),
  );
const said = (message: string) => lines.filter((line) => line.message === message);
const folderOf = (topic: string, partition: number) =>
  join(server.folder, 'data/log', `${topic}-${partition}`);

const CUT =
  'a partition lost what was read of it, or has something else there: it is read again from its beginning';
const GONE = 'messages are gone before they were read: it goes on with the oldest that is there';

test('a batch that nobody can read any more holds up its own partition, and no other of any tenant', async () => {
  const [ill, well] = [await tenant(), await tenant()];
  await topics.sayInto(ill.topic, 0, [event('Lost on disk')]);
  await topics.sayInto(ill.topic, 1, [event('Beside it')]);
  await topics.sayInto(well.topic, 0, [event('Elsewhere')]);
  await server.stop();
  const log = join(folderOf(ill.topic, 0), '00000000000000000000.log');
  const bytes = await readFile(log);
  // Behind what the batch says of itself: what is packed in it.
  bytes.fill(0xff, 61, 75);
  await writeFile(log, bytes);
  await server.start();
  await start();
  await have(well.ctx, 'Elsewhere');
  await have(ill.ctx, 'Beside it');
  await topics.sayInto(ill.topic, 1, [event('And after it')]);
  await have(ill.ctx, 'Beside it', 'And after it');
  expect(said('a partition cannot be read; the others are')).toMatchObject([{ partition: 0 }]);
  expect(said('events are not taken in: Kafka or the database does not answer')).toEqual([]);

  // As docs/operations.md says.
  await topics.sayInto(ill.topic, 0, [event('Behind it')]);
  await topics.letGoBefore(ill.topic, 0, 1);
  await have(ill.ctx, 'Beside it', 'And after it', 'Behind it');
  expect(said('a partition is read again')).toHaveLength(1);
});

test('a batch that grows beyond measure when it is unpacked is told as one that cannot be read, and takes no memory', async () => {
  const [ill, well] = [await tenant(), await tenant()];
  // 150 kB for the broker.
  await topics.sayInto(ill.topic, 0, ['0'.repeat(150_000_000)]);
  await topics.sayInto(ill.topic, 1, [event('Beside it')]);
  await topics.sayInto(well.topic, 0, [event('Elsewhere')]);
  boundInflating();
  await start();
  await have(well.ctx, 'Elsewhere');
  await have(ill.ctx, 'Beside it');
  await expect
    .poll(() => said('a partition cannot be read; the others are'), { timeout: 60_000 })
    .toMatchObject([{ partition: 0, error: { message: expect.stringContaining('unpacked') } }]);
  await topics.sayInto(ill.topic, 0, [event('Behind it')]);
  await topics.letGoBefore(ill.topic, 0, 1);
  await have(ill.ctx, 'Beside it', 'Behind it');
});

/** Loses a partition's messages, as when a leader takes over that never had them. */
async function lose(topic: string, partition: number): Promise<void> {
  await server.stop();
  await rm(folderOf(topic, partition), { recursive: true });
  await server.start();
}

test('offsets that come again with other messages are read, those of parked ones too', async () => {
  const { ctx, topic } = await tenant();
  await topics.sayInto(topic, 0, [event('A'), '{', event('B'), '{ twice']);
  await start();
  await have(ctx, 'A', 'B');
  await expect.poll(async () => (await standingOf(ctx)).dead.length, { timeout: 60_000 }).toBe(2);
  await stop();
  await lose(topic, 0);
  // Longer than what was read: no offset is out of range. At 1 stood a parked message, at 3 stands the same again.
  await topics.sayInto(topic, 0, [event('C'), event('D'), '{ other', '{ twice', event('E'), event('F')]);
  await start();
  await have(ctx, 'A', 'B', 'C', 'D', 'E', 'F');
  expect(said(CUT)).toMatchObject([{ partition: 0, from: 4, start: 0 }]);
  await expect
    .poll(async () => (await standingOf(ctx)).dead.map(({ offset }) => offset), { timeout: 60_000 })
    .toEqual([1, 2, 3]);
  expect(await placesOf(ctx)).toEqual([{ partition: 0, next: 6 }]);
});

test('a position beyond the end of the log is noticed and told, and what comes then is read', async () => {
  const { ctx, topic } = await tenant();
  await topics.sayInto(topic, 0, [event('A'), event('B'), event('C')]);
  await start();
  await have(ctx, 'A', 'B', 'C');
  // While it runs.
  await lose(topic, 0);
  await topics.sayInto(topic, 0, [event('D')]);
  await have(ctx, 'A', 'B', 'C', 'D');
  expect(said(CUT)).toMatchObject([{ partition: 0, from: 3, start: 0 }]);
  expect(await placesOf(ctx)).toEqual([{ partition: 0, next: 1 }]);
});

test('what the topic let go of before it was read is told, and the oldest that is there is next; a replay begins there too', async () => {
  const { ctx, topic } = await tenant();
  await topics.sayInto(topic, 0, [event('A'), event('B')]);
  await topics.sayInto(topic, 0, [event('C')]);
  await topics.letGoBefore(topic, 0, 2);
  await start();
  await have(ctx, 'C');
  expect(said(GONE)).toMatchObject([{ partition: 0, from: 0, start: 2 }]);
  expect(await placesOf(ctx)).toEqual([{ partition: 0, next: 3 }]);

  await replayIngest(database.db, ctx.scope.tenant);
  await expect.poll(() => said(GONE).length, { timeout: 60_000 }).toBe(2);
  await topics.sayInto(topic, 0, [event('D')]);
  await have(ctx, 'C', 'D');
  expect(said(CUT)).toEqual([]);
});
