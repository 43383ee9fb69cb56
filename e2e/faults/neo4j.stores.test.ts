import { cp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { storeOf } from '../../apps/server/src/projection/neo4j.testing.neo4j.ts';
import type { Neo4j } from '../../servers/neo4j.ts';
import type { Postgres } from '../../servers/postgres.ts';
import { ask, operate } from '../asking.ts';
import { until } from '../until.ts';
import { companyId } from './knownChain.ts';
import { longTest, some } from './length.ts';
import { openStage, type Round, type Stage } from './stage.ts';

let stage: Stage;
let neo4j: Neo4j;

beforeAll(async () => {
  stage = await openStage({ stores: ['postgres', 'neo4j'] });
  neo4j = stage.servers.neo4j as Neo4j;
});
afterAll(() => stage?.close());
afterEach(async () => {
  neo4j.thaw();
  await stage.network.neo4j.heal();
  await neo4j.start();
});

type Status = { lagChanges: number };

const WALKS = ['neighbours', 'path'] as const;

/** Neo4j itself answers. Of one that has just come up Postgres does, until it has planned what will be asked. */
async function untilItAnswers({ reads }: Round): Promise<void> {
  for (const kind of WALKS) reads.tallies[kind].servedBy.clear();
  for (const kind of WALKS)
    await until(`Neo4j answers ${kind}`, 120_000, () => reads.tallies[kind].servedBy.has('neo4j'));
}

async function begin(name: string): Promise<Round> {
  const round = await stage.begin(name);
  await untilItAnswers(round);
  return round;
}

async function end(round: Round): Promise<void> {
  await untilItAnswers(round);
  await round.end();
}

/** Questions are answered again, by whomever, within ten seconds of the store's first answer to anybody. */
async function expectBack({ answers }: Round): Promise<void> {
  const direct = storeOf(neo4j);
  try {
    await direct.ask('RETURN 1 AS there', {}, { timeoutMs: 60_000 });
  } finally {
    await direct.close();
  }
  const began = performance.now();
  await Promise.all(WALKS.map((kind) => answers(kind, 1)));
  const ms = performance.now() - began;
  console.log(`used again after ${(ms / 1000).toFixed(1)} s`);
  expect(ms).toBeLessThan(10_000);
}

/** Neo4j is missed and says so; what Postgres holds is served as ever. */
async function expectGraphDown(round: Round): Promise<void> {
  // A gateway that is kept waiting by its server names that instead, for a moment.
  await until('Neo4j is missed', 15_000, async () =>
    /^Neo4j: /.test((await stage.health('/health/ready')).body.failures?.join() ?? ''),
  );
  expect((await stage.health('/health/detailed')).body).toMatchObject({
    status: 'degraded',
    services: { neo4j: 'unhealthy', postgres: 'healthy' },
  });
  const document =
    'query($input: NeighbourhoodInput!) { neighbourhood(input: $input) { entities { id } servedBy } }';
  const input = { entityIds: [companyId(3)] };
  await until('the graph is refused', 15_000, async () => {
    const { status, retryAfter, errors } = await ask(stage.product.api, round.world.ann.token, document, {
      input,
    });
    if (errors.length === 0) return false;
    expect({ status, code: errors[0]!.extensions.code }).toEqual({ status: 503, code: 'GRAPH_UNAVAILABLE' });
    expect(retryAfter).toMatch(/^[1-9]\d*$/);
    return true;
  });
  await round.answers('page', 3);
  await round.answers('search', 2);
  await round.edits(4);
}

test('killed: the graph is refused, all else is served, and it is back by itself', async () => {
  const round = await begin('Neo4j killed');
  await neo4j.kill();
  await expectGraphDown(round);
  await neo4j.start();
  await expectBack(round);
  await end(round);
});

longTest('wiped: filled again by itself', async () => {
  const round = await begin('Neo4j wiped');
  await neo4j.wipe();
  await end(round);
});

longTest('restored to an earlier moment: read on from there', async () => {
  const data = join(neo4j.folder, 'data/data');
  const earlier = join(neo4j.folder, 'earlier');
  await neo4j.stop();
  await cp(data, earlier, { recursive: true });
  await neo4j.start();
  const round = await begin('Neo4j restored');
  await neo4j.stop();
  await rm(data, { recursive: true });
  await cp(earlier, data, { recursive: true });
  await neo4j.start();
  await expectBack(round);
  await end(round);
});

const silences = some([], ['frozen', 'half-open', 'dropped', 'slow'] as const);
test.each(silences)('%s: nobody waits for it', async (fault) => {
  const round = await begin(`Neo4j ${fault}`);
  for (const kind of WALKS) round.reads.tallies[kind].slowestMs = 0;
  if (fault === 'frozen') neo4j.freeze();
  if (fault === 'half-open') stage.network.neo4j.halfOpen();
  if (fault === 'dropped') stage.network.neo4j.drop();
  if (fault === 'slow') stage.network.neo4j.latency(5_000);
  await expectGraphDown(round);
  // 2.5 s are ours; the rest is the machine's.
  for (const kind of WALKS) expect(round.reads.tallies[kind].slowestMs).toBeLessThan(6_000);
  if (fault === 'frozen') neo4j.thaw();
  await stage.network.neo4j.heal();
  await expectBack(round);
  await end(round);
});

longTest('connections end in the middle of batches, again and again', async () => {
  const round = await begin('Neo4j torn');
  for (let n = 0; n < 10; n++) {
    stage.network.neo4j.reset();
    await round.edits(1);
  }
  await end(round);
});

longTest('a transaction that stays open holds the projection back, and nothing is skipped', async () => {
  const round = await begin('Held back');
  const holder = new pg.Client({ connectionString: (stage.servers.postgres as Postgres).ownerUrl });
  await holder.connect();
  try {
    await holder.query('begin');
    await holder.query('select pg_current_xact_id()');
    await round.edits(6);
    const { lagChanges } = await operate<Status>(stage.product.env, 'projection-status', 'neo4j');
    expect(lagChanges).toBeGreaterThan(0);
    await holder.query('commit');
  } finally {
    await holder.end();
  }
  await end(round);
});
