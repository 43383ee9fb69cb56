import { RedisConnection } from '@summit/process/connection.redis';
import { createLoggerTo } from '@summit/process/log';
import { metrics } from '@summit/process/metrics';
import { redisSettings } from '@summit/process/redisSettings';
import { afterAll, expect } from 'vitest';
import { type Redis, type RedisOptions, startRedis } from '../../../../servers/redis.ts';
import { redisAnswers } from '../change/answers.redis.ts';
import { Answers } from '../change/answers.ts';
import { type At, type Reading, read } from '../change/read.ts';
import type { Context } from '../context.ts';
import { inTransaction } from '../database/inTransaction.ts';
import { sql } from '../database/sql.ts';
import { startTenant, testDatabase } from '../database/testing.ts';
import { keptGraph } from '../graph/graphQueries.kept.ts';
import { postgresGraph } from '../graph/graphQueries.postgres.ts';
import type { GraphQueries } from '../graph/graphQueries.ts';
import { uuidv5 } from '../ids.ts';
import { type World, writeWorld } from '../judgement/worlds.testing.ts';

// A real Postgres, a real Redis, and answers kept in it.
export const { db, ownerUrl } = await testDatabase(20);
const secret = new Uint8Array(32).fill(9);
const closing: (() => Promise<void>)[] = [];
afterAll(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

export async function redisServer(settings: RedisOptions['settings'] = {}): Promise<Redis> {
  const server = await startRedis({ settings: { appendonly: 'no', ...settings } });
  closing.push(() => server.close());
  return server;
}

/** Patient, unless it is about time: that this machine is busy is no reason to go on without Redis. */
export async function connect(to: Redis, boxMs = 5_000): Promise<RedisConnection> {
  const log = createLoggerTo(() => {}, 'test');
  const settings = redisSettings(to.variables())!;
  const redis = new RedisConnection({ settings, log, name: 'summit-test', boxMs });
  closing.push(() => redis.stop());
  await redis.run();
  return redis;
}

/** Those of one process. */
export const answersOf = (redis: RedisConnection, build = 'this'): Answers =>
  new Answers({ store: redisAnswers(redis), secret, build });

/** How often lookups came to each outcome from now on. */
export async function watch(): Promise<(outcome: string) => Promise<number>> {
  const count = async (outcome: string) =>
    (await metrics.answers.get()).values
      .filter(({ labels }) => labels.outcome === outcome)
      .reduce((sum, { value }) => sum + value, 0);
  const before = new Map<string, number>();
  for (const outcome of ['hit', 'miss', 'unsettled', 'broken', 'large'])
    before.set(outcome, await count(outcome));
  return async (outcome) => (await count(outcome)) - before.get(outcome)!;
}

export const names = ['kalda', 'marine', 'patel', 'avery', 'smith'];
export const record = (index: number) => uuidv5(`test record ${index}`);
export const world: World = {
  datasets: [
    { key: 'red', marking: 0 },
    { key: 'green', marking: 0 },
    { key: 'blue', marking: 2 },
  ],
  records: Array.from({ length: 10 }, (_, index) => ({
    id: record(index),
    dataset: ['red', 'green', 'blue'][index % 3]!,
    schema: 'Person',
    marking: index === 7 ? 4 : 0,
    props: { name: [`${names[index % 5]} ${names[(index + 2) % 5]}`] },
  })),
  links: Array.from({ length: 16 }, (_, index) => ({
    id: uuidv5(`test link ${index}`),
    dataset: ['red', 'green', 'blue'][index % 3]!,
    type: index % 4 === 0 ? 'owns' : 'knows',
    marking: index === 5 ? 4 : 0,
    source: record(index % 10),
    target: record((index * 3 + 1) % 10),
    directed: index % 2 === 0,
    reference: false,
  })),
  judgements: [],
};

export const standing = async ({ scope }: Context): Promise<{ origin: string; latest: string | null }> =>
  (await inTransaction(db, { ...scope, readOnly: true }, (tx) =>
    tx.first<{ origin: string; latest: string | null }>(
      sql`select origin, latest from summit.standing(${scope.tenant})`,
    ),
  ))!;

/** A tenant that holds it, when all of it is settled. */
export async function tenant(given: World = world): Promise<Context> {
  const ctx = await startTenant(db);
  await writeWorld(ctx, given);
  await expect.poll(async () => (await standing(ctx)).latest, { interval: 5 }).not.toBeNull();
  return ctx;
}

/** A question, with what is kept or without. */
export type Ask = (answers: Answers | undefined) => (tx: Reading) => Promise<unknown>;
const graph = postgresGraph(db);
export const port = (answers: Answers | undefined): GraphQueries =>
  answers ? keptGraph(graph, answers) : graph;
/** As it leaves the server: without what is undefined. */
const plain = (value: unknown) => JSON.parse(JSON.stringify(value)) as unknown;

/** Asks with and without what is kept, on one snapshot: the answers must be equal. */
export async function same(ctx: Context, at: At, ask: Ask, answers: Answers): Promise<void> {
  await read(ctx, at, async (tx) => {
    const kept = await ask(answers)(tx);
    expect(plain(kept)).toEqual(plain(await ask(undefined)(tx)));
  });
}
