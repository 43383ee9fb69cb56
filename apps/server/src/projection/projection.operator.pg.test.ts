import { expect, test } from 'vitest';
import { read } from '../change/read.ts';
import { sql } from '../database/sql.ts';
import { joinTenant, startTenant, testDatabase } from '../database/testing.ts';
import { requestContext } from '../graphql/request.ts';
import { createInvestigation } from '../investigation/investigation.commands.ts';
import { askRebuild, claimLease, setPaused, standingOf, tell } from './lease.ts';
import { resolvers } from './projection.graphql.ts';
import { projectionCommands, untilRebuilt } from './projection.operator.ts';
import { projectionStatus } from './status.queries.ts';

const { db } = await testDatabase();
const parts = { db, publicUrl: 'http://localhost', positionSecret: new Uint8Array(32).fill(7) };

test('without a store configured, and for another one, the commands say so', async () => {
  for (const [name, words] of [
    ['projection-status', ['neo4j']],
    ['projection-verify', ['neo4j']],
    ['projection-holds', ['neo4j', '0199c0de-0000-7000-8000-000000000001']],
    ['projection-holds', ['neo4j', 'something']],
    ['projection-pause', ['kafka']],
    ['projection-resume', []],
  ] as const)
    await expect(projectionCommands[name]!.run([...words], parts)).rejects.toMatchObject({
      code: 'INPUT_INVALID',
    });
});

test('a rebuild that no worker begins is said to wait', async () => {
  const number = await askRebuild(db, 'nobody');
  await expect(untilRebuilt(db, number, null, 0)).rejects.toMatchObject({ code: 'PROJECTION_NOT_RUNNING' });
});

test('a rebuild beside a copy that fails is waited for as long as it comes further, and then given up', async () => {
  const number = await askRebuild(db, 'neo4j');
  await claimLease(db, 'neo4j', 'a:1:x', 60_000);
  const problem = 'Neo.TransientError.General.MemoryPoolOutOfMemoryError';
  const fill = (done: number) =>
    tell(db, 'neo4j', 'a:1:x', {
      ...{ state: 'failing', generation: 1, position: 0, problem },
      progress: { done, of: 2 },
    });
  await fill(1);
  const waiting = untilRebuilt(db, number, 1, 1);
  const given = waiting.catch((error: unknown) => error);
  setTimeout(() => void fill(2), 1_500);
  const isOver = await Promise.race([
    given.then(() => true),
    new Promise((done) => setTimeout(() => done(false), 2_500)),
  ]);
  expect(isOver).toBe(false);
  expect(await given).toMatchObject({ code: 'PROJECTION_FAILING', details: { problem } });
});

test('one worker holds the lease; the next one gets a higher fence', async () => {
  const first = await claimLease(db, 'leased', 'a:1:x', 60_000);
  expect(await claimLease(db, 'leased', 'b:2:y', 60_000)).toBeUndefined();
  expect((await claimLease(db, 'leased', 'a:1:x', 1))?.fence).toBe(first!.fence);
  await new Promise((done) => setTimeout(done, 20));
  expect((await claimLease(db, 'leased', 'b:2:y', 60_000))?.fence).toBe(first!.fence + 1);
  const told = { state: 'following', generation: 1, position: 5, progress: null, problem: null };
  expect(await tell(db, 'leased', 'a:1:x', told)).toBe(0);
  expect(await tell(db, 'leased', 'b:2:y', told)).toBe(1);
  await setPaused(db, 'leased', true);
  expect(await standingOf(db, 'leased')).toMatchObject({ state: 'following', position: 5, paused: true });
});

test('how far the copy is behind is told by the changes of the own tenant that the asker may know of', async () => {
  const owner = await startTenant(db);
  await startTenant(db);
  const ask = (ctx: typeof owner) =>
    resolvers.Query.projections(null, null, requestContext({ ...ctx, projections: ['neo4j'] }));
  const last = await read(owner, undefined, (tx) =>
    tx.first<{ id: number }>(
      sql`select max(id) as id from summit.changes where tenant_id = ${owner.scope.tenant}`,
    ),
  );
  await claimLease(db, 'neo4j', 'a:1:x', 60_000);
  const said = { state: 'following', generation: 1, progress: null, problem: null };
  await tell(db, 'neo4j', 'a:1:x', { ...said, position: last!.id - 1 });
  expect(await ask(owner)).toMatchObject([
    { name: 'neo4j', state: 'following', position: expect.stringMatching(/^[\w-]{22}$/), lagChanges: 1 },
  ]);
  // Changes of both tenants.
  expect((await projectionStatus(db, 'neo4j')).lagChanges).toBe(2);
  await tell(db, 'neo4j', 'a:1:x', { ...said, position: last!.id });
  expect(await ask(owner)).toMatchObject([{ lagChanges: 0, lagSeconds: 0 }]);

  // Others are told of what they see: not that somebody wrote what is marked above them.
  const low = await joinTenant(owner, { roles: ['analyst'], clearance: 1 });
  const { change: hidden } = await createInvestigation(owner, { title: 'Harbour', marking: 'TLP:RED' });
  await tell(db, 'neo4j', 'a:1:x', { ...said, position: hidden! - 1 });
  expect(await ask(owner)).toMatchObject([{ lagChanges: 1 }]);
  expect(await ask(low)).toMatchObject([{ state: 'following', lagChanges: 0, lagSeconds: 0 }]);
  await createInvestigation(owner, { title: 'Quay' });
  expect(await ask(low)).toMatchObject([{ lagChanges: 1, lagSeconds: expect.closeTo(0, -2) }]);
});
