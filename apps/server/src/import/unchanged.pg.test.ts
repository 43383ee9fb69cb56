import { expect, test } from 'vitest';
import { read } from '../change/read.ts';
import type { Context } from '../context.ts';
import { sql } from '../database/sql.ts';
import { startTenant, testDatabase } from '../database/testing.ts';
import { digest } from '../digest/digest.queries.ts';
import { importTesting } from './testing.ts';

const database = await testDatabase();
const { bring } = await importTesting(database);

/** Enough for a thread that reads ahead and for batches that are compared first. */
const COUNT = 12_000;
const home = (at: number) => ({ id: `h${at}`, schema: 'Address', properties: { full: [`Street ${at}`] } });
const person = (at: number, name = `Person ${at}`) => ({
  id: `p${at}`,
  schema: 'Person',
  properties: { name: [name], ...(at % 10 === 0 && { addressEntity: [`h${at}`] }) },
});
const rowsOf = (name: (at: number) => string | undefined) =>
  Array.from({ length: COUNT }, (_, at) => [
    ...(at % 10 === 0 ? [home(at)] : []),
    person(at, name(at)),
  ]).flat();
const fileOf = (rows: object[]) => rows.map((row) => `${JSON.stringify(row)}\n`).join('');

const digestOf = (ctx: Context) => read(ctx, undefined, (tx) => digest(tx, 'test'));
const changesOf = async (ctx: Context) =>
  (await read(ctx, undefined, (tx) =>
    tx.first<{ n: number }>(
      sql`select count(*)::int as n from summit.changes where tenant_id = ${tx.reader.tenant} and rows > 0`,
    ),
  ))!.n;
const writtenBy = async (ctx: Context, importId: string) =>
  (await read(ctx, undefined, (tx) =>
    tx.first<{ n: number }>(sql`
      select count(*)::int as n from records r join summit.changes c on c.tenant_id = r.tenant_id and c.id = r.since_change
      where r.tenant_id = ${tx.reader.tenant} and c.import_id = ${importId}`),
  ))!.n;

test('a file that is brought again writes what differs, wherever it stands, and nothing else', async () => {
  const [ctx, other] = [await startTenant(database.db), await startTenant(database.db)];
  const plain = rowsOf(() => undefined);
  await bring(ctx, fileOf(plain));
  await bring(other, fileOf(plain));
  const before = await changesOf(ctx);

  const again = await bring(ctx, fileOf(plain));
  expect(again.result).toMatchObject({
    rows: plain.length,
    records: { created: 0, updated: 0, unchanged: plain.length },
    references: { created: 0, updated: 0, unchanged: COUNT / 10 },
    rejects: 0,
  });
  expect(await changesOf(ctx)).toBe(before);
  expect(again.datasetId).toBeNull();

  // A few in every batch, a few in the last ones alone, some that are new, and a row that is none.
  const changed = (at: number) => (at % 400 === 7 || at > COUNT - 20 ? `Renamed ${at}` : undefined);
  const more = Array.from({ length: 5 }, (_, at) => person(COUNT + 1 + at));
  const next = fileOf([...rowsOf(changed), ...more]).replace('"id":"p5001"', '"id":');
  const renamed = Array.from({ length: COUNT }, (_, at) => changed(at)).filter(Boolean).length;
  const third = await bring(ctx, next);
  expect(third.result).toMatchObject({
    rows: plain.length + more.length,
    records: { created: 5, updated: renamed, unchanged: plain.length - renamed - 1 },
    references: { created: 0, updated: 0, unchanged: COUNT / 10 },
    rejects: 1,
  });
  expect(await writtenBy(ctx, third.id)).toBe(renamed + 5);

  await bring(other, next);
  const fresh = await startTenant(database.db);
  await bring(fresh, next.replace('"id":,', '"id":"p5001",'));
  expect((await digestOf(ctx)).content).toBe((await digestOf(fresh)).content);
  expect((await digestOf(other)).content).toBe((await digestOf(fresh)).content);
}, 120_000);

test('a replacing import keeps what stands without a row of its own being made of it', async () => {
  const ctx = await startTenant(database.db);
  const all = rowsOf(() => undefined);
  await bring(ctx, fileOf(all));
  const [fewer, gone] = [all.slice(0, -100), all.slice(-100)];
  const done = await bring(ctx, fileOf(fewer), { mode: 'replace' });
  expect(done.result).toMatchObject({
    records: { created: 0, updated: 0, unchanged: fewer.length, removed: 100 },
    references: { removed: gone.filter(({ properties }) => 'addressEntity' in properties).length },
  });
}, 120_000);
