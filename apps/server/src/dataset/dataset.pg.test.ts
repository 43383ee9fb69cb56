import { createLoggerTo } from '@summit/process/log';
import { metrics } from '@summit/process/metrics';
import pg from 'pg';
import { expect, test, vi } from 'vitest';
import { runCommand } from '../change/command.ts';
import { read } from '../change/read.ts';
import { undoChange } from '../change/undo.ts';
import type { Context } from '../context.ts';
import { sql } from '../database/sql.ts';
import { joinTenant, startTenant, testDatabase } from '../database/testing.ts';
import { uuidv7 } from '../ids.ts';
import { writeWorld } from '../judgement/worlds.testing.ts';
import { countUnresolved } from './counts.queries.ts';
import { factCounts, unresolvedEnds } from './counts.ts';
import {
  clearRemoved,
  createDataset,
  ensureDataset,
  removeDataset,
  updateDataset,
} from './dataset.commands.ts';
import { datasetByKey, listDatasets } from './dataset.queries.ts';
import { datasetId } from './dataset.ts';

const { db, ownerUrl } = await testDatabase();

async function withSource(ctx: Context, key: string, records = 3): Promise<string[]> {
  const ids = Array.from({ length: records }, () => uuidv7()).sort();
  await writeWorld(ctx, {
    datasets: [{ key, marking: 0 }],
    records: ids.map((id, n) => ({
      id,
      dataset: key,
      schema: 'Person',
      marking: n === 1 ? 4 : 0,
      props: { name: [`Person ${n}`] },
    })),
    links: [
      link(key, ids[0]!, ids[1]!),
      link(key, ids[0]!, uuidv7()),
      { ...link(key, ids[0]!, ids.at(-1)!), reference: true },
    ],
    judgements: [{ left: ids[0]!, right: ids.at(-1)!, verdict: 'same' }],
  });
  return ids;
}
const link = (dataset: string, source: string, target: string) => ({
  id: uuidv7(),
  dataset,
  source,
  target,
  type: 'knows',
  marking: 0,
  directed: true,
  reference: false,
});

const rowsLeft = (ctx: Context, key: string) =>
  read(ctx, undefined, (tx) =>
    tx.first(sql`
      select (select count(*)::int from records where tenant_id = ${ctx.scope.tenant} and dataset_id = ${datasetId(key)}) as records,
             (select count(*)::int from relationships where tenant_id = ${ctx.scope.tenant} and dataset_id = ${datasetId(key)}) as links,
             (select count(*)::int from cluster_members where tenant_id = ${ctx.scope.tenant}) as clustered`),
  );

test('a dataset is made, renamed and listed by key; the key never changes', async () => {
  const [ctx, other] = [await startTenant(db), await startTenant(db)];
  await createDataset(other, { key: 'sanctions', title: 'Theirs' });
  const { result: id } = await createDataset(ctx, { key: 'sanctions', title: 'Sanctions', reliability: 'B' });
  expect(id).toBe(datasetId('sanctions'));
  await createDataset(ctx, { key: 'leak-1', marking: 'TLP:RED' });
  await updateDataset(ctx, { key: 'sanctions', title: 'EU sanctions', licence: 'CC-BY' });
  const seen = await read(ctx, undefined, (tx) => datasetByKey(tx, 'sanctions'));
  expect(seen).toMatchObject({ title: 'EU sanctions', licence: 'CC-BY', reliability: 'B', marking: 1 });
  const page = (reader: Context, after?: string) =>
    read(reader, undefined, (tx) => listDatasets(tx, { first: 1, after, includeNotebooks: true }));
  expect(await page(ctx)).toMatchObject({ rows: [{ key: 'leak-1' }], hasMore: true, total: 2 });
  expect(await page(ctx, 'leak-1')).toMatchObject({ rows: [{ key: 'sanctions' }], hasMore: false });
  const guest = await joinTenant(ctx, { roles: ['reader'], clearance: 2 });
  expect(await page(guest)).toMatchObject({ rows: [{ key: 'sanctions' }], total: 1 });
});

test('an update that says nothing new leaves no change', async () => {
  const ctx = await startTenant(db);
  await createDataset(ctx, { key: 'one', title: 'One' });
  expect((await updateDataset(ctx, { key: 'one', title: 'One' })).change).toBeNull();
});

test('counts are the reader’s, and an end that it does not see is unresolved', async () => {
  const ctx = await startTenant(db);
  const ids = await withSource(ctx, 'one');
  const id = datasetId('one');
  const counted = async (reader: Context) => {
    const counts = (await read(reader, undefined, (tx) => factCounts(tx, [id]))).get(id)!;
    return { ...counts, unresolved: await unresolvedEnds(reader, { at: undefined, id }, counts) };
  };
  expect(await counted(ctx)).toEqual({ records: 3, relationships: 2, references: 1, unresolved: 1 });
  const guest = await joinTenant(ctx, { clearance: 0 });
  expect(await counted(guest)).toEqual({ records: 2, relationships: 2, references: 1, unresolved: 2 });
  // Remembered, and forgotten with the next change of the dataset.
  expect(await counted(ctx)).toEqual({ records: 3, relationships: 2, references: 1, unresolved: 1 });
  await runCommand(ctx, { action: 'test' }, (tx) =>
    tx.execute(sql`delete from records where tenant_id = ${ctx.scope.tenant} and id = ${ids[0]}`),
  );
  expect(await counted(ctx)).toEqual({ records: 2, relationships: 2, references: 1, unresolved: 4 });
});

test('unresolved ends are counted alike however their links are read, now and in the past', async () => {
  const ctx = await startTenant(db);
  const ids = await withSource(ctx, 'one', 9);
  const then = await read(ctx, undefined, (tx) =>
    tx.first<{ id: number }>(
      sql`select max(id) as id from summit.changes where tenant_id = ${ctx.scope.tenant}`,
    ),
  );
  await runCommand(ctx, { action: 'test' }, (tx) =>
    tx.execute(
      sql`delete from records where tenant_id = ${ctx.scope.tenant} and id = any(${ids.slice(0, 4)}::uuid[])`,
    ),
  );
  const counted = (at: number | undefined, bounds?: Parameters<typeof countUnresolved>[2]) =>
    read(ctx, at, (tx) => countUnresolved(tx, datasetId('one'), bounds));
  const [before, now] = [await counted(then!.id), await counted(undefined)];
  expect(now).toBeGreaterThan(before);
  for (const bounds of [
    { few: 0, recordsALink: 4, pages: 1, slice: 1 },
    { few: 0, recordsALink: 4, pages: 1_000, slice: 3 },
    { few: 1_000, recordsALink: 0, pages: 1, slice: 1 },
    { few: 1_000, recordsALink: 1_000, pages: 1, slice: 1 },
  ]) {
    expect(await counted(undefined, bounds)).toBe(now);
    expect(await counted(then!.id, bounds)).toBe(before);
  }
});

test('a dataset that no statistics know of yet is counted within the time limit', async () => {
  const ctx = await startTenant(db);
  const { tenant } = ctx.scope;
  const owner = new pg.Client(ownerUrl);
  await owner.connect();
  try {
    await withSource(ctx, 'known', 500);
    // Only that one is known, whenever the database looks again by itself.
    for (const table of ['records', 'relationships'])
      await owner.query(`alter table summit.${table} set (autovacuum_enabled = off)`);
    await owner.query('analyze summit.records, summit.relationships');
    await runCommand(ctx, { action: 'test', timeoutMs: 60_000 }, async (tx) => {
      const { id } = await ensureDataset(tx, { key: 'new' });
      await tx.execute(sql`
        insert into records (tenant_id, id, dataset_id, since_change, schema, caption, props, marking, digest, tokens, countries)
        select ${tenant}, md5(n::text)::uuid, ${id}, ${tx.change}, 'Person', 'P', '{}', 1, '\\x00', '{}', '{}'
        from generate_series(1, 20000) n`);
      await tx.execute(sql`
        insert into relationships (tenant_id, id, dataset_id, since_change, type, source_record, target_record, props, marking, digest)
        select ${tenant}, md5('link' || n)::uuid, ${id}, ${tx.change}, 'knows', md5((n % 20000 + 1)::text)::uuid,
               md5((n % 20010 + 1)::text)::uuid, '{}', 1, '\\x00'
        from generate_series(1, 40000) n`);
    });
    expect(await read(ctx, undefined, (tx) => countUnresolved(tx, datasetId('new')))).toBe(10);
  } finally {
    for (const table of ['records', 'relationships'])
      await owner.query(`alter table summit.${table} reset (autovacuum_enabled)`);
    await owner.end();
  }
});

test('removal takes records, links and clusters along, and undo brings all back', async () => {
  const ctx = await startTenant(db);
  await withSource(ctx, 'one');
  const before = await rowsLeft(ctx, 'one');
  expect(before).toEqual({ records: 3, links: 3, clustered: 2 });
  const { preview } = await removeDataset(ctx, { key: 'one' }, { preview: true });
  expect(preview?.total).toBe(7);
  const { change } = await removeDataset(ctx, { key: 'one' });
  expect(await rowsLeft(ctx, 'one')).toEqual({ records: 0, links: 0, clustered: 0 });
  await undoChange(ctx, change!);
  expect(await rowsLeft(ctx, 'one')).toEqual(before);
});

test('a large dataset goes by its own row, comes back by one undo, and is cleared before its key is used again', async () => {
  const ctx = await startTenant(db);
  await withSource(ctx, 'large', 9);
  const before = await rowsLeft(ctx, 'large');
  const remove = async () => (await removeDataset(ctx, { key: 'large' }, { rowsInOneChange: 5 })).change;
  const isSeen = () => read(ctx, undefined, async (tx) => tx.reader.datasets.includes(datasetId('large')));
  const change = await remove();
  expect(await isSeen()).toBe(false);
  expect(await rowsLeft(ctx, 'large')).toEqual(before);
  await undoChange(ctx, change!);
  expect(await isSeen()).toBe(true);
  await remove();
  const tooEarly = runCommand(ctx, { action: 'test' }, (tx) => ensureDataset(tx, { key: 'large' }));
  await expect(tooEarly).rejects.toMatchObject({ code: 'CONFLICT' });
  await clearRemoved(ctx, 'large', 5);
  expect(await rowsLeft(ctx, 'large')).toEqual({ records: 0, links: 0, clustered: 0 });
  await createDataset(ctx, { key: 'large' });
  await clearRemoved(ctx, 'large');
  expect(await isSeen()).toBe(true);
});

test('a repeated key makes a dataset once, also where a removed one had to be cleared first', async () => {
  const ctx = await startTenant(db);
  await withSource(ctx, 'large', 9);
  await removeDataset(ctx, { key: 'large' }, { rowsInOneChange: 5 });
  const create = () => createDataset({ ...ctx, idempotencyKey: 'k' }, { key: 'large' });
  const first = await create();
  expect(await create()).toEqual(first);
});

test('refusals', async () => {
  const ctx = await startTenant(db);
  await createDataset(ctx, { key: 'one' });
  await createDataset(ctx, { key: 'secret', marking: 'TLP:RED' });
  await expect(createDataset(ctx, { key: 'one' })).rejects.toMatchObject({ code: 'DATASET_KEY_TAKEN' });
  for (const bad of [{ key: 'No Key' }, { key: 'two', reliability: 'G' }, { key: 'two', marking: 'PINK' }])
    await expect(createDataset(ctx, bad)).rejects.toMatchObject({ code: 'INPUT_INVALID' });
  await expect(removeDataset(ctx, { key: 'none' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  const low = await joinTenant(ctx, { roles: ['owner'], clearance: 1 });
  await expect(updateDataset(low, { key: 'secret', title: 'x' })).rejects.toMatchObject({
    code: 'NOT_FOUND',
  });
  await expect(updateDataset(low, { key: 'one', marking: 'TLP:RED' })).rejects.toMatchObject({
    code: 'FORBIDDEN',
  });
  const analyst = await joinTenant(ctx, { roles: ['analyst'] });
  await expect(removeDataset(analyst, { key: 'one' })).rejects.toMatchObject({ code: 'FORBIDDEN' });
});

test('texts about a dataset, and reasons, are of a length and can be stored', async () => {
  const ctx = await startTenant(db);
  await createDataset(ctx, { key: 'plain' });
  const refused = { code: 'INPUT_INVALID' };
  for (const name of ['title', 'publisher', 'url', 'licence'] as const) {
    for (const text of ['a\0b', 'x'.repeat(2_001)]) {
      await expect(createDataset(ctx, { key: 'other', [name]: text })).rejects.toMatchObject(refused);
      await expect(updateDataset(ctx, { key: 'plain', [name]: text })).rejects.toMatchObject(refused);
    }
  }
  for (const reason of ['a\0b', 'x'.repeat(2_001)])
    await expect(createDataset(ctx, { key: 'other' }, { reason })).rejects.toMatchObject(refused);
});

test('a count in the background that fails is told to the log and the metrics, and begun again by who asks next', async () => {
  const lines: string[] = [];
  const ctx = { ...(await startTenant(db)), log: createLoggerTo((line) => lines.push(line), 'test') };
  await withSource(ctx, 'large');
  // So many links that nobody waits for their count.
  const counts = { records: 1, relationships: 200_001, references: 0 };
  const id = datasetId('large');
  const ask = () => unresolvedEnds(ctx, { at: undefined, id }, counts);
  const failures = async () =>
    (await metrics.backgroundFailures.get()).values.find(({ labels }) => labels.work === 'unresolved_ends')
      ?.value ?? 0;
  const before = await failures();
  const owner = new pg.Client({ connectionString: ownerUrl });
  await owner.connect();
  try {
    await owner.query('revoke select on summit.relationships from summit_app');
    expect(await ask()).toBeNull();
    await vi.waitFor(() => expect(lines).toHaveLength(1), { timeout: 20_000 });
    expect(JSON.parse(lines[0]!)).toMatchObject({
      level: 'warn',
      message: 'unresolved ends were not counted; the next who asks starts it again',
      dataset: id,
      requestId: 'test',
      error: { message: expect.stringContaining('permission denied') },
    });
    expect(await failures()).toBe(before + 1);
  } finally {
    await owner.query('grant select on summit.relationships to summit_app');
    await owner.end();
  }
  await vi.waitFor(async () => expect(await ask()).toBe(1), { timeout: 20_000 });
  expect(lines).toHaveLength(1);
});
