import { cp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { Neo4j } from '../../servers/neo4j.ts';
import type { Postgres } from '../../servers/postgres.ts';
import { ask, operate } from '../asking.ts';
import { until } from '../until.ts';
import { companyId } from './knownChain.ts';
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

/** Neo4j is missed and says so; what Postgres holds is served as ever. */
async function expectGraphDown(round: Round): Promise<void> {
  await until('Neo4j is missed', 15_000, async () => (await stage.health('/health/ready')).status === 503);
  expect((await stage.health('/health/ready')).body.failures?.join()).toMatch(/^Neo4j: /);
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
  const round = await stage.begin('Neo4j killed');
  await neo4j.kill();
  await expectGraphDown(round);
  await neo4j.start();
  await round.end();
  for (const kind of ['neighbours', 'path'] as const)
    expect(round.reads.tallies[kind].servedBy).toContain('neo4j');
});

test('wiped: filled again by itself', async () => {
  const round = await stage.begin('Neo4j wiped');
  await neo4j.wipe();
  await round.end();
});

test('restored to an earlier moment: read on from there', async () => {
  const data = join(neo4j.folder, 'data/data');
  const earlier = join(neo4j.folder, 'earlier');
  await neo4j.stop();
  await cp(data, earlier, { recursive: true });
  await neo4j.start();
  const round = await stage.begin('Neo4j restored');
  await neo4j.stop();
  await rm(data, { recursive: true });
  await cp(earlier, data, { recursive: true });
  await neo4j.start();
  await round.end();
});

test.each(['frozen', 'half-open', 'dropped', 'slow'] as const)('%s: nobody waits for it', async (fault) => {
  const round = await stage.begin(`Neo4j ${fault}`);
  if (fault === 'frozen') neo4j.freeze();
  if (fault === 'half-open') stage.network.neo4j.halfOpen();
  if (fault === 'dropped') stage.network.neo4j.drop();
  if (fault === 'slow') stage.network.neo4j.latency(5_000);
  await expectGraphDown(round);
  if (fault === 'frozen') neo4j.thaw();
  await stage.network.neo4j.heal();
  await round.end();
});

test('connections end in the middle of batches, again and again', async () => {
  const round = await stage.begin('Neo4j torn');
  for (let n = 0; n < 10; n++) {
    stage.network.neo4j.reset();
    await round.edits(1);
  }
  await round.end();
});

test('a transaction that stays open holds the projection back, and nothing is skipped', async () => {
  const round = await stage.begin('Held back');
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
  await round.end();
});
