import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeEach, expect, test } from 'vitest';
import { startNeo4j } from '../../../../servers/neo4j.ts';
import type { Context } from '../context.ts';
import { startTenant, testDatabase } from '../database/testing.ts';
import { projectionPosition } from './cursor.neo4j.ts';
import { held, isLevelWith, projector, storeOf, until } from './neo4j.testing.neo4j.ts';
import { actAtRandom, randomFrom, wanted } from './projection.testing.ts';
import { verifyNow } from './report.neo4j.ts';
import type { ProjectionRunner } from './runner.ts';
import { projectionStatus } from './status.queries.ts';

const { db } = await testDatabase();
const server = await startNeo4j();
const store = storeOf(server);
const random = randomFrom(Math.floor(Math.random() * 2 ** 31));
let ctx: Context;
const started: ProjectionRunner[] = [];
beforeEach(async () => {
  ctx = await startTenant(db);
});
afterEach(async () => {
  for (const each of started.splice(0)) await each.stop();
});
afterAll(async () => {
  await store.close();
  await server.close();
});

async function start(): Promise<ProjectionRunner> {
  const worker = projector(db, store);
  started.push(worker);
  await worker.run();
  return worker;
}

const act = async (times: number): Promise<void> => {
  for (let done = 0; done < times; done++) await actAtRandom(ctx, random);
};

async function expectEqual(): Promise<void> {
  await until(() => isLevelWith(db, store));
  expect(await held(ctx, store)).toEqual(await wanted(ctx));
  expect(await verifyNow({ db, store, repair: false })).toMatchObject({ equal: true, named: [] });
}

const stateIs = (state: string) => async () => (await projectionStatus(db, 'neo4j')).state === state;

test('a log that does not hold the change at the cursor is another history: the store is made anew', async () => {
  let worker = await start();
  await act(20);
  await expectEqual();
  await worker.stop();
  const before = (await projectionPosition(store))!;
  // As if Postgres had been restored to an earlier moment and other changes had been given the same ids since.
  await store.write((tx) => tx.run(`MATCH (p:Projection {name: 'summit'}) SET p.anchor = 'another'`));
  worker = await start();
  await until(async () => ((await projectionPosition(store))?.generation ?? 0) > before.generation);
  await expectEqual();
});

test('a store that is ahead of the log is made anew', async () => {
  let worker = await start();
  await act(5);
  await expectEqual();
  await worker.stop();
  const before = (await projectionPosition(store))!;
  await store.write((tx) =>
    tx.run(`MATCH (p:Projection {name: 'summit'}) SET p.position = p.position + 1000000`),
  );
  worker = await start();
  await until(async () => ((await projectionPosition(store))?.generation ?? 0) > before.generation);
  await expectEqual();
});

/** As if the store had been written under a later right, in a log of this epoch. */
const outranked = (epoch: string) =>
  store.write((tx) =>
    tx.run(`MATCH (p:Projection {name: 'summit'}) SET p.fence = p.fence + 50, p.epoch = $epoch`, { epoch }),
  );

test('after Postgres was restored, which takes fences back, the worker writes on', async () => {
  let worker = await start();
  await act(20);
  await expectEqual();
  await worker.stop();
  const { epoch } = (await projectionPosition(store))!;
  await outranked(epoch);
  worker = await start();
  await act(10);
  await expectEqual();
  await worker.stop();
  // The copy of what was lost is made anew, too.
  const before = (await projectionPosition(store))!;
  await outranked(epoch);
  await store.write((tx) => tx.run(`MATCH (p:Projection {name: 'summit'}) SET p.anchor = 'lost'`));
  worker = await start();
  await until(async () => ((await projectionPosition(store))?.generation ?? 0) > before.generation);
  await expectEqual();
});

test('a worker of a database that another one has taken over from writes nothing', async () => {
  let worker = await start();
  await act(10);
  await expectEqual();
  await worker.stop();
  const { epoch, position } = (await projectionPosition(store))!;
  const [system, timeline, offset] = epoch.split('/');
  await outranked(`${system}/${Number(timeline) + 1}/${offset}`);
  worker = await start();
  await until(stateIs('failing'));
  expect(await projectionStatus(db, 'neo4j')).toMatchObject({ problem: 'FENCED' });
  await act(10);
  await delay(1_000);
  expect((await projectionPosition(store))!.position).toBe(position);
  await worker.stop();
  await outranked(epoch);
  worker = await start();
  await expectEqual();
});
