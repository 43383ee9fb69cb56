import { expect, test } from 'vitest';
import { type Changing, runCommand } from '../change/command.ts';
import { type At, read } from '../change/read.ts';
import type { Context } from '../context.ts';
import { sql } from '../database/sql.ts';
import { startTenant, testDatabase } from '../database/testing.ts';
import { uuidv7 } from '../ids.ts';
import { as, datasetIdOf, writeWorld } from '../judgement/worlds.testing.ts';
import { defineSchema } from '../ontology/ontology.commands.ts';
import { entitiesOf } from './clusters.queries.ts';
import { loadTold, named } from './entity.queries.ts';

const { db } = await testDatabase();

const idOf = (number: number): string => `0000000${number}-0000-4000-8000-000000000000`;

/** Records that are one entity, each named by what it says. */
async function joined(ctx: Context, props: Record<string, string[]>[], schema = 'Person') {
  await writeWorld(ctx, {
    datasets: [
      { key: 'red', marking: 0 },
      { key: 'notes', marking: 0 },
    ],
    records: props.map((each, at) => ({ id: idOf(at), dataset: 'red', schema, marking: 0, props: each })),
    links: [],
    judgements: props.slice(1).map((_, at) => ({ left: idOf(0), right: idOf(at + 1), verdict: 'same' })),
  });
}

/** What it is called where all that it says is read, which is what its page shows, and by itself: now, and as of now. */
async function callings(ctx: Context): Promise<(string | undefined)[]> {
  const last = await read(ctx, undefined, (tx) =>
    tx.first<{ id: number }>(
      sql`select max(id) as id from summit.changes where tenant_id = ${tx.reader.tenant}`,
    ),
  );
  const [now, then] = [await callingsAt(ctx, undefined), await callingsAt(ctx, last!.id)];
  expect(then).toEqual(now);
  return now;
}

const callingsAt = (ctx: Context, at: At): Promise<(string | undefined)[]> =>
  read(ctx, at, async (tx) => {
    const entity = (await entitiesOf(tx, [idOf(0)])).get(idOf(0))!;
    const told = await loadTold(tx, [entity.recordIds.join()]);
    const [{ name } = entity] = await named(tx, [entity]);
    return [told.get(entity.recordIds.join())?.summary.caption, name?.caption];
  });

const doing = (ctx: Context, work: (tx: Changing) => Promise<unknown>) =>
  runCommand(ctx, { action: 'test.done' }, async (tx) => {
    await work(tx);
  });

test('the name that most say, and of a tie the first', async () => {
  const ctx = await startTenant(db);
  await joined(ctx, [{ name: ['Ann'] }, { name: ['Anna Lee'] }, { name: ['Anna Lee'] }]);
  expect(await callings(ctx)).toEqual(['Anna Lee', 'Anna Lee']);
  const tied = await startTenant(db);
  await joined(tied, [{ name: ['Ann'] }, { name: ['Anna Lee'] }]);
  expect(await callings(tied)).toEqual(['Ann', 'Ann']);
});

test('a name before what else a record says', async () => {
  const ctx = await startTenant(db);
  await joined(ctx, [
    { summary: ['Seen at the port'] },
    { summary: ['Seen at the port'] },
    { name: ['Ann'] },
  ]);
  expect(await callings(ctx)).toEqual(['Ann', 'Ann']);
});

test('what the types of the tenant call a name', async () => {
  const ctx = await startTenant(db);
  const properties = [{ name: 'callsign', type: 'name' }];
  await defineSchema(ctx, { name: 'Drone', label: 'Drone', extends: ['Vehicle'], properties });
  await joined(ctx, [{ summary: ['A drone'] }, { callsign: ['Buzz'] }], 'Drone');
  await doing(ctx, (tx) =>
    tx.execute(sql`update records set since_change = ${tx.change}, caption = 'Buzz' where id = ${idOf(1)}`),
  );
  expect(await callings(ctx)).toEqual(['Buzz', 'Buzz']);
});

test('nothing that was revoked, as long as there is another', async () => {
  const ctx = await startTenant(db);
  await joined(ctx, [{ name: ['Ann'] }, { name: ['Anna Lee'] }]);
  await doing(ctx, (tx) =>
    tx.execute(sql`update records set since_change = ${tx.change}, revoked = true where id = ${idOf(0)}`),
  );
  expect(await callings(ctx)).toEqual(['Anna Lee', 'Anna Lee']);
  await doing(ctx, (tx) =>
    tx.execute(sql`update records set since_change = ${tx.change}, revoked = true where id = ${idOf(1)}`),
  );
  expect(await callings(ctx)).toEqual(['Ann', 'Ann']);
});

test('nothing that was refuted, for those who see the notebook', async () => {
  const ctx = await startTenant(db);
  await joined(ctx, [{ name: ['Ann'] }, { name: ['Anna Lee'] }]);
  await doing(ctx, async (tx) => {
    const [tenant, investigation] = [ctx.scope.tenant, uuidv7()];
    await tx.execute(sql`
      insert into investigations (tenant_id, id, since_change, title, notebook_id, created_by)
      values (${tenant}, ${investigation}, ${tx.change}, 'Case', ${datasetIdOf('notes')}, ${ctx.actor.id})`);
    await tx.execute(sql`
      insert into refutations (tenant_id, id, since_change, investigation_id, record_id, property, value, reason, made_by)
      values (${tenant}, ${uuidv7()}, ${tx.change}, ${investigation}, ${idOf(0)}, 'name', 'Ann', 'a misprint', ${ctx.actor.id})`);
  });
  expect(await callings(ctx)).toEqual(['Anna Lee', 'Anna Lee']);
  expect(await callings(as(ctx, { datasets: ['red'], clearance: 4 }))).toEqual(['Ann', 'Ann']);
});
