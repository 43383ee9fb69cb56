import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, expect, test } from 'vitest';
import { freePort } from '../../../../checks/testPostgres.ts';
import { startKafka } from '../../../../servers/kafka.ts';
import { runCommand } from '../change/command.ts';
import { decodePosition } from '../change/position.ts';
import type { Context } from '../context.ts';
import { inTransaction } from '../database/inTransaction.ts';
import { sql } from '../database/sql.ts';
import { startTenant, testDatabase } from '../database/testing.ts';
import { ensureDataset } from '../dataset/dataset.commands.ts';
import { changesTopic, deadTopic, ingestTopic } from '../kafka/client.kafka.ts';
import { ontology } from '../ontology/ontology.ts';
import { writeRecords } from '../record/write.ts';
import { TestTopics } from './testing.kafka.ts';
import { eventText, grant, person, standingOf } from './testing.ts';

const [database, server] = await Promise.all([
  testDatabase(),
  startKafka({ settings: { 'num.partitions': '3' } }),
]);
const home = await mkdtemp(join(tmpdir(), 'summit-kafka-'));
const topics = new TestTopics({ prefix: 'summit', brokers: [server.broker] });
const workers = new Set<ChildProcess>();
afterEach(async () => {
  await Promise.all([...workers].map((worker) => end(worker, 'SIGKILL')));
  await server.start();
});
afterAll(async () => {
  await topics.close();
  await server.close();
  await rm(home, { recursive: true, force: true });
});

async function startWorker(): Promise<ChildProcess> {
  const worker = spawn(process.execPath, [join(import.meta.dirname, '../main.ts'), 'worker'], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      PATH: process.env.PATH,
      DATABASE_URL: database.appUrl,
      // As the contexts of tests have it.
      ENCRYPTION_KEY: SECRET,
      SUMMIT_HOME: home,
      WORKER_METRICS_PORT: String(await freePort()),
      LOG_LEVEL: 'info',
      ...server.variables(),
    },
  });
  workers.add(worker);
  worker.once('exit', () => workers.delete(worker));
  await new Promise<void>((done, failed) => {
    worker.stdout!.on('data', (chunk: Buffer) => {
      if (chunk.includes('worker ready')) done();
    });
    worker.once('exit', (code) => failed(new Error(`the worker ended with ${code}`)));
  });
  return worker;
}
const SECRET = '0123456789abcdef'.repeat(4);

function end(worker: ChildProcess, signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
  if (worker.exitCode !== null || worker.signalCode !== null) return Promise.resolve();
  return new Promise((done) => {
    worker.once('exit', () => done());
    worker.kill(signal);
  });
}

/** Waits without a limit of its own: the test has one. */
async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await delay(50);
}

const tenant = async (): Promise<Context> => ({
  ...(await startTenant(database.db)),
  positionSecret: Buffer.from(SECRET, 'hex'),
});

const write = (ctx: Context, id: string, name: string) =>
  runCommand(ctx, { action: 'test.written' }, async (tx) => {
    const dataset = await ensureDataset(tx, { key: 'crm' });
    const content = {
      id,
      dataset: { id: dataset.id, key: 'crm' },
      schema: 'Person',
      props: { name: [name] },
      marking: 1,
    };
    await writeRecords(tx, ontology, [content]);
  });
const remove = (ctx: Context, id: string) =>
  runCommand(ctx, { action: 'test.removed' }, (tx) =>
    tx.execute(sql`delete from records where tenant_id = ${tx.reader.tenant} and id = ${id}`),
  );

const inTenant = <T>({ db, scope }: Context, statement: ReturnType<typeof sql>) =>
  inTransaction(db, { tenant: scope.tenant, readOnly: true }, (tx) => tx.query<T>(statement));

/** Rows of records by the change that wrote or ended them, as the log has them. */
async function logOf(ctx: Context): Promise<string[]> {
  const rows = await inTenant<{ id: string; since: number; until: number | null }>(
    ctx,
    sql`select id, since_change as since, null::bigint as until from summit.records where tenant_id = ${ctx.scope.tenant}
        union all select id, since_change, until_change from history.records where tenant_id = ${ctx.scope.tenant}`,
  );
  const all = rows.flatMap(({ id, since, until }) => [
    `${since} ${id}`,
    ...(until === null ? [] : [`${until} ${id}`]),
  ]);
  return [...new Set(all)].sort();
}

const isPublished = async (ctx: Context) =>
  (
    await inTenant(
      ctx,
      sql`select from summit.changes c left join operations.published p on p.tenant_id = c.tenant_id
          where c.tenant_id = ${ctx.scope.tenant} and c.id > coalesce(p.change_id, 0) limit 1`,
    )
  ).length === 0;

interface Told {
  id: string;
  type: string;
  subject: string;
  position: string;
  data: { dataset?: string };
}

/** What stands in the topic, as who forgets what came before under its id reads it. */
async function toldOf(ctx: Context): Promise<Told[]> {
  const messages = await topics.all(changesTopic('summit', ctx.scope.tenant));
  const told = new Map<string, Told>();
  for (const { key, value } of messages) {
    const event = JSON.parse(value!.toString()) as Told;
    expect(key!.toString()).toBe(event.subject);
    // Told twice it says the same.
    expect(told.get(event.id) ?? event).toEqual(event);
    if (!told.has(event.id)) told.set(event.id, event);
  }
  return [...told.values()];
}

test('the stream is the log, while writers write, the worker and the broker are killed again and again', async () => {
  const ctxs = [await tenant(), await tenant()];
  const ids = Array.from({ length: 8 }, () => randomUUID());
  // Made beforehand: of two who make a dataset at once one is refused.
  for (const ctx of ctxs) await write(ctx, randomUUID(), 'the first');
  let worker = await startWorker();
  let isWriting = true;
  const acknowledged = { changes: 0 };
  const writers = ctxs.flatMap((ctx) =>
    [0, 1].map(async (writer) => {
      for (let round = 0; isWriting; round++) {
        const id = ids[Math.floor(Math.random() * ids.length)]!;
        await (Math.random() < 0.2 ? remove(ctx, id) : write(ctx, id, `${writer} ${round}`));
        acknowledged.changes++;
        await delay(2);
      }
    }),
  );
  const more = (changes: number) => {
    const before = acknowledged.changes;
    return until(async () => acknowledged.changes >= before + changes);
  };
  for (let fault = 0; fault < 2; fault++) {
    await more(100);
    await end(worker, 'SIGKILL');
    worker = await startWorker();
    await more(100);
    await server.kill();
    // Nobody who writes notices.
    await more(50);
    await server.start();
  }
  isWriting = false;
  await Promise.all(writers);
  for (const ctx of ctxs) await until(() => isPublished(ctx));

  for (const ctx of ctxs) {
    const told = await toldOf(ctx);
    const records = told.filter(({ type }) => type.startsWith('summit.record.'));
    const heard = records.map(
      ({ position, subject }) =>
        `${decodePosition(ctx.positionSecret, ctx.scope.tenant, position)} ${subject}`,
    );
    expect(heard.toSorted()).toEqual(await logOf(ctx));
    for (const id of ids) {
      const changes = heard.filter((each) => each.endsWith(id)).map((each) => Number(each.split(' ')[0]));
      expect(changes).toEqual(changes.toSorted((left, right) => left - right));
    }
  }
});

test('events: duplicates, disorder, poison, a killed worker and broker, and a replay have exactly one effect', async () => {
  const [ctx, other] = [await tenant(), await tenant()];
  await grant(database.ownerUrl, ctx, { datasets: ['crm'] });
  const topic = ingestTopic('summit', ctx.scope.tenant);
  await topics.make(topic);
  await topics.make(ingestTopic('summit', other.scope.tenant));

  const KEYS = 300;
  const events = Array.from({ length: 3_000 }, (_, at) => {
    const key = `${at % KEYS}`;
    const isRemoval = at >= 2_900 && at % 3 === 0;
    return {
      key,
      text: eventText({
        at,
        data: isRemoval ? { key, deleted: true } : person(key, `Person ${key} at ${at}`),
      }),
      name: isRemoval ? undefined : `Person ${key} at ${at}`,
    };
  });
  const expected = new Map(events.map(({ key, name }) => [key, name]));
  const names = [...expected.values()].filter((name) => name !== undefined).sort();
  const poison = ['{', '{"specversion":"1.0"}', eventText({ data: person('x', 'X', { dataset: 'hr' }) })];
  const sent = [...events, ...events.slice(0, 1_000)].map(({ text }) => text).sort(() => Math.random() - 0.5);
  for (const [place, text] of poison.entries()) sent.splice(place * 1_000 + 500, 0, text);

  await topics.say(ingestTopic('summit', other.scope.tenant), [eventText({ data: person('1', 'Nobody') })]);
  let worker = await startWorker();
  await topics.say(topic, sent.slice(0, 1_500));
  const written = async () =>
    Number(
      (
        await inTenant<{ n: number }>(
          ctx,
          sql`select count(*)::int as n from operations.ingest_events where tenant_id = ${ctx.scope.tenant}`,
        )
      )[0]!.n,
    );
  await until(async () => (await written()) > 0);
  await end(worker, 'SIGKILL');
  worker = await startWorker();
  await topics.say(topic, sent.slice(1_500, 3_000));
  await server.kill();
  await server.start();
  await topics.say(topic, sent.slice(3_000));
  await until(async () => (await written()) === events.length);
  await until(async () => (await standingOf(ctx)).dead.length === poison.length);
  const standing = await standingOf(ctx);
  expect(standing.records.map(({ caption }) => caption).sort()).toEqual(names);
  expect((await standingOf(other)).records).toEqual([]);

  // All of it once more, from the beginning.
  await inTransaction(database.db, { tenant: ctx.scope.tenant }, (tx) =>
    tx.execute(
      sql`update operations.ingest_offsets set next_offset = 0 where tenant_id = ${ctx.scope.tenant}`,
    ),
  );
  const total = async () =>
    Number(
      (
        await inTenant<{ n: number }>(
          ctx,
          sql`select coalesce(sum(next_offset), 0)::int as n from operations.ingest_offsets where tenant_id = ${ctx.scope.tenant}`,
        )
      )[0]!.n,
    );
  await until(async () => (await total()) === sent.length);
  expect(await standingOf(ctx)).toEqual(standing);

  const dead = deadTopic('summit', ctx.scope.tenant);
  await until(async () => (await topics.all(dead).catch(() => [])).length >= poison.length);
  const parked = await topics.all(dead);
  expect(parked.map(({ value }) => value!.toString()).sort()).toEqual([...poison].sort());
  const header = (message: (typeof parked)[number], name: string) =>
    message.headers.find(([key]) => key?.toString() === name)?.[1]?.toString();
  expect(parked.map((message) => header(message, 'summit-dead-code')).sort()).toEqual([
    'DATASET_NOT_GRANTED',
    'NOT_AN_EVENT',
    'NOT_AN_EVENT',
  ]);
  await end(worker, 'SIGTERM');
});

test('what a producer took back is not read, what it stood by is', async () => {
  const ctx = await tenant();
  await grant(database.ownerUrl, ctx);
  const topic = ingestTopic('summit', ctx.scope.tenant);
  await topics.make(topic);
  await topics.sayInTransaction(topic, [eventText({ data: person('1', 'Taken back') })], 'abort');
  await topics.sayInTransaction(topic, [eventText({ data: person('2', 'Stood by') })], 'commit');
  await topics.say(topic, [eventText({ data: person('3', 'Plain') })]);
  await startWorker();
  await until(async () => (await standingOf(ctx)).records.length >= 2);
  expect((await standingOf(ctx)).records.map(({ caption }) => caption)).toEqual(['Plain', 'Stood by']);
});
