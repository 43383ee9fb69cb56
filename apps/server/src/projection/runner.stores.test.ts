import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { createLogger } from '@summit/process/log';
import { afterAll, afterEach, beforeEach, expect, test } from 'vitest';
import { startNeo4j } from '../../../../servers/neo4j.ts';
import { proxy } from '../../../../servers/proxy.ts';
import type { Context } from '../context.ts';
import { startTenant, testDatabase } from '../database/testing.ts';
import { projectionPosition } from './cursor.neo4j.ts';
import { askRebuild, claimLease, giveBack, setPaused } from './lease.ts';
import { held, isLevelWith, LEASE_MS, projector, storeOf, until } from './neo4j.testing.neo4j.ts';
import { neo4jProjecting } from './projecting.neo4j.ts';
import { actAtRandom, randomFrom, wanted } from './projection.testing.ts';
import { verifyNow } from './report.neo4j.ts';
import type { ProjectionRunner } from './runner.ts';
import { projectionStatus } from './status.queries.ts';
import type { Neo4jStore } from './store.neo4j.ts';

const { db, appUrl } = await testDatabase(16);
const server = await startNeo4j();
const line = await proxy(server);
const store = storeOf(server, line.port);
/** Past the faults of the line. */
const looking = storeOf(server);
afterAll(async () => {
  await Promise.all([store.close(), looking.close()]);
  await line.close();
  await server.close();
});

let running: ProjectionRunner | undefined;
let standby: ProjectionRunner | undefined;
let tenants: Context[] = [];
let random = randomFrom(7);

beforeEach(async () => {
  tenants = [await startTenant(db), await startTenant(db)];
  random = randomFrom(Math.floor(Math.random() * 2 ** 31));
});
afterEach(async () => {
  await running?.stop();
  await standby?.stop();
  running = standby = undefined;
  await line.heal();
});

async function start(through = store): Promise<void> {
  running = projector(db, through);
  await running.run();
}

const act = async (times: number): Promise<void> => {
  for (let done = 0; done < times; done++) await actAtRandom(tenants[random(2)]!, random);
};

const isLevel = (): Promise<boolean> => isLevelWith(db, looking);

async function expectEqual(): Promise<void> {
  await until(isLevel);
  for (const ctx of tenants) expect(await held(ctx, looking)).toEqual(await wanted(ctx));
  expect(await verifyNow({ db, store: looking, repair: false })).toMatchObject({ equal: true, named: [] });
}

const stateIs = (state: string) => async () => (await projectionStatus(db, 'neo4j')).state === state;

test('an empty store is filled, then follows', async () => {
  await act(20);
  await start();
  await expectEqual();
  await act(40);
  await expectEqual();
  // What the worker says of itself trails what it has done by one report.
  await until(async () => (await projectionStatus(db, 'neo4j')).lagChanges === 0);
  expect(await projectionStatus(db, 'neo4j')).toMatchObject({
    state: 'following',
    lagChanges: 0,
    lagSeconds: 0,
    problem: null,
  });
});

test('a change is in the store within a moment', async () => {
  await start();
  await until(isLevel);
  const times: number[] = [];
  for (let each = 0; each < 20; each++) {
    await actAtRandom(tenants[0]!, random);
    const from = performance.now();
    await until(isLevel, 5_000);
    times.push(performance.now() - from);
  }
  times.sort((left, right) => left - right);
  expect(times[18]).toBeLessThan(1_000);
});

test('Neo4j is killed under load and comes back: nothing is lost, nothing doubled', async () => {
  await start();
  await until(isLevel);
  const acting = act(80);
  await server.kill();
  await until(stateIs('down'));
  await acting;
  await server.start();
  // It takes connections before it answers anything: it is back when it has answered first.
  await until(() =>
    projectionPosition(looking).then(
      () => true,
      () => false,
    ),
  );
  const back = performance.now();
  await until(isLevel, 30_000);
  expect(performance.now() - back).toBeLessThan(10_000);
  await expectEqual();
});

test('a worker that begins while Neo4j is away tells how far the copy was', async () => {
  await act(10);
  await start();
  await until(isLevel);
  await until(async () => (await projectionStatus(db, 'neo4j')).lagChanges === 0);
  const { generation, position } = await projectionStatus(db, 'neo4j');
  await running!.stop();
  await line.refuse();
  await actAtRandom(tenants[0]!, random);
  await start();
  await until(stateIs('down'));
  expect(await projectionStatus(db, 'neo4j')).toMatchObject({ generation, position });
  await line.heal();
  await expectEqual();
});

test('a rebuild makes again what was dropped of the schema', async () => {
  await act(10);
  await start();
  await expectEqual();
  await looking.alone('DROP CONSTRAINT entity_key');
  await askRebuild(db, 'neo4j');
  const { generation } = await projectionStatus(db, 'neo4j');
  await until(async () => (await projectionStatus(db, 'neo4j')).generation !== generation);
  expect(
    await looking.alone(`SHOW CONSTRAINTS YIELD name WHERE name = 'entity_key' RETURN name`),
  ).toHaveLength(1);
  await expectEqual();
});

test('an emptied store is filled again by itself', async () => {
  await act(30);
  await start();
  await expectEqual();
  await server.wipe();
  await act(10);
  await expectEqual();
});

/** A worker in a process of its own. */
async function startAlone(): Promise<{ child: ChildProcess; killed(): Promise<void> }> {
  const script = join(import.meta.dirname, 'projector.testing.neo4j.ts');
  const child = spawn(process.execPath, [script, appUrl, server.url, server.user, server.password], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  const killed = async () => {
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  };
  return { child, killed };
}

test.each([
  "position = 'abc'",
  'position = 1.5',
  "generation = 'x'",
  'anchor = 5',
  'fence = null',
  "upto = 'abc'",
])('a cursor in which somebody else wrote %s is none: the store is filled again', async (written) => {
  await act(10);
  await start();
  await expectEqual();
  await looking.write((tx) => tx.run(`MATCH (p:Projection {name: 'summit'}) SET p.${written}`));
  await act(10);
  await expectEqual();
});

test('a worker that is killed in a batch leaves nothing half done', async () => {
  for (let times = 0; times < 3; times++) {
    const { killed } = await startAlone();
    const acting = act(60);
    await delay(300 + random(700));
    await killed();
    await acting;
  }
  await start();
  await expectEqual();
});

/** The store, and when something was written through it. */
function watched(): { store: Neo4jStore; writes: number[] } {
  const writes: number[] = [];
  const through = new Proxy(store, {
    get(target, name) {
      const value = target[name as keyof Neo4jStore] as unknown;
      if (typeof value !== 'function') return value;
      return (...given: unknown[]) => {
        if (name === 'write' || name === 'alone') writes.push(performance.now());
        return value.apply(target, given) as unknown;
      };
    },
  });
  return { store: through, writes };
}

/** Works for so long that a lease which is not kept would be lost twice. */
async function actForLong(): Promise<void> {
  const until = performance.now() + 2.5 * LEASE_MS;
  while (performance.now() < until) {
    await act(3);
    // Pauses in which there is nothing to do are part of it.
    await delay(random(600));
  }
}

test('two workers: the one without the lease writes nothing, and goes on when the other is stopped', async () => {
  const [first, second] = [watched(), watched()];
  await start(first.store);
  await until(isLevel);
  standby = projector(db, second.store);
  await standby.run();
  await actForLong();
  await expectEqual();
  expect(second.writes).toEqual([]);
  const stopped = performance.now();
  await running!.stop();
  const written = first.writes.length;
  expect(written).toBeGreaterThan(0);
  const acting = act(20);
  await until(async () => second.writes.length > 0);
  expect(second.writes[0]! - stopped).toBeLessThan(LEASE_MS);
  await acting;
  await expectEqual();
  expect(first.writes).toHaveLength(written);
});

test('two workers: the one without the lease writes nothing, and goes on when that of the killed one is over', async () => {
  const { child, killed } = await startAlone();
  try {
    await until(isLevel);
    const second = watched();
    standby = projector(db, second.store);
    await standby.run();
    await actForLong();
    await expectEqual();
    expect(second.writes).toEqual([]);
    await killed();
    const from = performance.now();
    const acting = act(20);
    await until(async () => second.writes.length > 0);
    // The database says when it is over; the other one asks every 200 ms.
    expect(second.writes[0]! - from).toBeLessThan(LEASE_MS + 1_000);
    await acting;
    await expectEqual();
  } finally {
    child.kill('SIGKILL');
  }
});

/** The store, and which generation serves after each write to it: undefined where none does. */
function lookedAt(): { store: Neo4jStore; served: (number | undefined)[] } {
  const served: (number | undefined)[] = [];
  const serving = new Proxy(store, {
    get(target, name) {
      const value = target[name as keyof Neo4jStore] as unknown;
      if (typeof value !== 'function') return value;
      if (name !== 'write') return value.bind(target);
      return async (...given: unknown[]) => {
        const result = await value.apply(target, given);
        served.push((await projectionPosition(looking))?.generation);
        return result;
      };
    },
  });
  return { store: serving, served };
}

/** Nobody was without a generation: the one before served until the other one did. */
function expectServed(served: readonly (number | undefined)[], before: number): void {
  const turns = served.filter((generation, at) => at === 0 || generation !== served[at - 1]);
  expect(turns).toEqual([before, served.at(-1)]);
}

test('a new generation is made while the old one serves, and takes over', async () => {
  const { store, served } = lookedAt();
  await start(store);
  await act(30);
  await expectEqual();
  const before = (await projectionPosition(looking))!;
  served.length = 0;
  await askRebuild(db, 'neo4j');
  await act(20);
  await until(async () => (served.at(-1) ?? 0) > before.generation);
  expectServed(served, before.generation);
  await expectEqual();
});

/** A store that takes so many writes, as whoever is killed then leaves it. */
function lostAfter(writes: number): Neo4jStore {
  let left = writes;
  return new Proxy(looking, {
    get(target, name) {
      const value = target[name as keyof Neo4jStore] as unknown;
      if (typeof value !== 'function') return value;
      if (name !== 'write') return value.bind(target);
      return async (...given: unknown[]) => {
        if (left-- <= 0) throw new Error('killed');
        return value.apply(target, given);
      };
    },
  });
}

test.each([0, 1, 2])(
  'a rebuild that was asked for is made by the next worker, where one is killed after %i writes of it',
  async (writes) => {
    await act(10);
    await start();
    await expectEqual();
    await running!.stop();
    const before = (await projectionPosition(looking))!;
    await askRebuild(db, 'neo4j');
    const standing = (await claimLease(db, 'neo4j', 'killed:1:x', 60_000))!;
    const log = createLogger('test', 'fatal');
    const killed = neo4jProjecting({ db, store: lostAfter(writes), log, patrolMs: 3_600_000 });
    for (let steps = 0; steps < 3; steps++)
      await killed.step(standing, 'killed:1:x', async () => {}).catch(() => {});
    await killed.stop();
    await giveBack(db, 'neo4j', 'killed:1:x');
    expect((await projectionPosition(looking))?.generation).toBe(before.generation);
    await start();
    await until(async () => ((await projectionPosition(looking))?.generation ?? 0) > before.generation);
    await expectEqual();
  },
);

test('paused, the copy stands; resumed, it goes on', async () => {
  await start();
  await until(isLevel);
  await setPaused(db, 'neo4j', true);
  await until(stateIs('paused'));
  const stands = (await projectionPosition(looking))!.position;
  await act(10);
  await delay(1_500);
  expect((await projectionPosition(looking))!.position).toBe(stands);
  expect((await projectionStatus(db, 'neo4j')).lagChanges).toBeGreaterThan(0);
  await setPaused(db, 'neo4j', false);
  await expectEqual();
});

test('a new epoch of the log: made anew, while what stands serves on', async () => {
  await start();
  await act(20);
  await expectEqual();
  await running!.stop();
  const before = (await projectionPosition(looking))!;
  await looking.write((tx) => tx.run(`MATCH (p:Projection {name: 'summit'}) SET p.epoch = 'before/1'`));
  const { store, served } = lookedAt();
  await start(store);
  await until(async () => (served.at(-1) ?? 0) > before.generation);
  expectServed(served, before.generation);
  await expectEqual();
});

test('a silent line: calls are given up, and all is well within seconds of its return', async () => {
  await start();
  await until(isLevel);
  line.drop();
  await act(10);
  await expect(store.ping()).rejects.toMatchObject({ code: expect.any(String) });
  await line.heal();
  const healed = performance.now();
  await until(
    () =>
      store.ping().then(
        () => true,
        () => false,
      ),
    15_000,
  );
  expect(performance.now() - healed).toBeLessThan(10_000);
  await expectEqual();
});
