import { graphql } from 'graphql';
import { expect, test } from 'vitest';
import type { Context } from '../context.ts';
import { sql } from '../database/sql.ts';
import { joinTenant, startTenant, testDatabase } from '../database/testing.ts';
import { factCounts } from '../dataset/counts.ts';
import { recompute } from '../digest/recompute.ts';
import { postgresGraph } from '../graph/graphQueries.postgres.ts';
import { nouns } from '../graphql/nouns.ts';
import { requestContext } from '../graphql/request.ts';
import { executableSchema } from '../graphql/schema.ts';
import { uuidv7 } from '../ids.ts';
import { datasetIdOf, writeWorld } from '../judgement/worlds.testing.ts';
import { searchEntities } from '../search/search.queries.ts';
import { positionOf } from './change.graphql.ts';
import { runCommand } from './command.ts';
import { type At, read } from './read.ts';

const { db } = await testDatabase();
const schema = executableSchema(nouns);
const graph = postgresGraph(db);

const [avery, bo, cem, dee] = Array.from({ length: 4 }, uuidv7).sort() as [string, string, string, string];
const [toBo, toCem] = [uuidv7(), uuidv7()];
const person = (id: string, name: string) => ({
  id,
  dataset: 'red',
  schema: 'Person',
  marking: 0,
  props: { name: [name] },
});
const link = (id: string, source: string, target: string) => ({
  id,
  dataset: 'red',
  type: 'knows',
  marking: 0,
  source,
  target,
  directed: true,
  reference: false,
});

/** avery – bo – cem, and bo the same as dee; everything is clear. Every tenant of this file holds the same ids. */
const world = {
  datasets: [{ key: 'red', marking: 0 }],
  records: [person(avery, 'Avery'), person(bo, 'Bo Barge'), person(cem, 'Cem'), person(dee, 'Dee')],
  links: [link(toBo, avery, bo), link(toCem, bo, cem)],
  judgements: [{ left: bo, right: dee, verdict: 'same' as const }],
};

async function worldOf() {
  const other = await startTenant(db);
  await writeWorld(other, world);
  await mark(other, 'records', avery, 4);
  const ctx = await startTenant(db);
  const then = await writeWorld(ctx, world);
  return { ctx, low: await joinTenant(ctx, { clearance: 1 }), then };
}

async function mark(
  ctx: Context,
  table: 'records' | 'relationships' | 'datasets',
  id: string,
  marking: number,
) {
  const { change } = await runCommand(ctx, { action: 'test.marked' }, async (tx) => {
    await tx.execute(sql`
      update ${sql.identifier(table)} set marking = ${marking}, since_change = ${tx.change}
      where tenant_id = ${ctx.scope.tenant} and id = ${id}`);
  });
  return change!;
}

const remove = (ctx: Context, id: string) =>
  runCommand(ctx, { action: 'test.removed' }, (tx) =>
    tx.execute(sql`delete from records where tenant_id = ${ctx.scope.tenant} and id = ${id}`),
  );

/** Everything that one reader gets to see at a moment. */
async function seen(ctx: Context, at: At) {
  const names: Record<string, string> = { [avery]: 'avery', [bo]: 'bo', [cem]: 'cem', [dee]: 'dee' };
  return read(ctx, at, async (tx) => {
    const hop = await graph.neighbourhood(tx, { ids: [avery], depth: 1, limit: 10 });
    const walk = await graph.paths(tx, { from: avery, to: cem, maxHops: 4, k: 1 });
    const degrees = await graph.degrees(tx, { ids: [avery] });
    const found = await searchEntities(tx, 'bo barge', {}, { first: 10, skip: 0 });
    return {
      hop: hop.entities.map(({ id }) => names[id]).sort(),
      paths: walk.paths.length,
      degree: [...degrees.counts.values()].flat().reduce((sum, { count }) => sum + count, 0),
      found: found.hits.length,
    };
  });
}

const ALL = { hop: ['avery', 'bo'], paths: 1, degree: 1, found: 1 };

test('a marking that was raised since hides the old version of a record, in walks and search too', async () => {
  const { ctx, low, then } = await worldOf();
  expect(await seen(low, then)).toEqual(ALL);
  await mark(ctx, 'records', bo, 3);
  expect(await seen(ctx, then)).toEqual(ALL);
  // dee is another record of the same entity, but no link of it is left.
  const hidden = { hop: ['avery'], paths: 0, degree: 0, found: 0 };
  expect(await seen(low, then)).toEqual(hidden);
  expect(await seen(low, undefined)).toEqual(hidden);
});

test('one that was lowered since does not open the old version, and one of the past is no longer in the way now', async () => {
  const { ctx, low } = await worldOf();
  const raised = await mark(ctx, 'records', bo, 3);
  await mark(ctx, 'records', bo, 0);
  expect(await seen(low, raised)).toMatchObject({ hop: ['avery'], degree: 0 });
  expect(await seen(low, undefined)).toEqual(ALL);
});

test('a raised link is not walked over at a time when it was clear', async () => {
  const { ctx, low, then } = await worldOf();
  await mark(ctx, 'relationships', toBo, 3);
  expect(await seen(ctx, then)).toEqual(ALL);
  expect(await seen(low, then)).toEqual({ hop: ['avery'], paths: 0, degree: 0, found: 1 });
});

test('what was raised and then removed keeps its last marking', async () => {
  const { ctx, low, then } = await worldOf();
  await mark(ctx, 'records', bo, 3);
  await remove(ctx, bo);
  expect(await seen(low, then)).toMatchObject({ hop: ['avery'], paths: 0, degree: 0 });
  const record = async (who: Context) =>
    read(who, then, (tx) =>
      tx.query(sql`select id from records where id = ${bo} and marking <= ${tx.reader.clearance}`),
    );
  expect([await record(low), await record(ctx)]).toEqual([[], [{ id: bo }]]);
});

test('what was removed without ever being raised is seen at the time when it stood', async () => {
  const { ctx, low, then } = await worldOf();
  await remove(ctx, bo);
  expect((await seen(low, then)).hop).toEqual(['avery', 'bo']);
});

test('counts of the past that are remembered do not outlive a raise', async () => {
  const { ctx, low, then } = await worldOf();
  const red = datasetIdOf('red');
  const counted = async (who: Context) => (await read(who, then, (tx) => factCounts(tx, [red]))).get(red);
  const all = { records: 4, relationships: 2, references: 0 };
  expect([await counted(low), await counted(ctx)]).toEqual([all, all]);
  await mark(ctx, 'records', bo, 3);
  await mark(ctx, 'relationships', toCem, 3);
  expect([await counted(low), await counted(ctx)]).toEqual([
    { records: 3, relationships: 1, references: 0 },
    all,
  ]);
});

test('the rights to a dataset are those of today, and its marking the stricter one', async () => {
  const { ctx, low, then } = await worldOf();
  const without: Context = { ...low, scope: { ...low.scope, datasets: [] } };
  expect((await seen(without, then)).hop).toEqual([]);
  const withIt: Context = { ...low, scope: { ...low.scope, datasets: [datasetIdOf('red')] } };
  expect(await seen(withIt, then)).toEqual(ALL);
  await mark(ctx, 'datasets', datasetIdOf('red'), 3);
  expect((await seen(withIt, then)).hop).toEqual([]);
  await runCommand(ctx, { action: 'test.removed' }, (tx) =>
    tx.execute(sql`delete from datasets where tenant_id = ${ctx.scope.tenant}`),
  );
  expect((await seen(withIt, then)).hop).toEqual([]);
  expect((await seen(ctx, then)).hop).toEqual(['avery', 'bo']);
});

test('the difference between two moments before the raise tells nothing of it either', async () => {
  const { ctx, low, then } = await worldOf();
  const clear = await mark(ctx, 'records', bo, 1);
  const told = async (who: Context) => {
    const contextValue = requestContext(who);
    const [from, to] = [positionOf(ctx, then), positionOf(ctx, clear)];
    const answer = await graphql({
      schema,
      source: `{ diff(from: "${from}", to: "${to}") { rows { id kind } } }`,
      contextValue,
    });
    const { diff } = answer.data as { diff: { rows: { id: string; kind: string }[] } };
    return diff.rows.flatMap(({ id, kind }) => (kind === 'record' ? id : []));
  };
  expect(await told(low)).toEqual([bo]);
  await mark(ctx, 'records', bo, 3);
  expect(await told(ctx)).toEqual([bo]);
  expect(await told(low)).toEqual([]);
});

test('digests of the past are those of what was said then', async () => {
  const { ctx, low, then } = await worldOf();
  await mark(ctx, 'records', bo, 3);
  for (const who of [ctx, low]) {
    expect(await recompute(who, then)).toMatchObject({ checked: 6, wrong: 0 });
  }
});
