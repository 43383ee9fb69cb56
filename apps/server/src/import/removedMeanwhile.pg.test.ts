import { expect, test } from 'vitest';
import { runCommand } from '../change/command.ts';
import { read, visible } from '../change/read.ts';
import type { Context } from '../context.ts';
import { sql } from '../database/sql.ts';
import { startTenant, testDatabase } from '../database/testing.ts';
import { removeDataset } from '../dataset/dataset.commands.ts';
import { loadImports } from './import.queries.ts';
import { runImport } from './runImport.ts';
import { claimed, importTesting } from './testing.ts';

const database = await testDatabase();
const { start, home } = await importTesting(database, true);
const services = { db: database.db, home, positionSecret: new Uint8Array(32).fill(7) };

/** Above 256 kB, so that a thread reads it ahead and compares it. */
const COUNT = 8_900;
const people = (changed = false) =>
  Array.from({ length: COUNT }, (_, at) => {
    const name = changed && at % 3 === 0 ? `Renamed ${at}` : `Person ${at}`;
    return `${JSON.stringify({ id: `p${at}`, schema: 'Person', properties: { name: [name] } })}\n`;
  }).join('');

const standing = async (ctx: Context) =>
  (await read(ctx, undefined, (tx) =>
    tx.first<{ n: number }>(sql`select count(*)::int as n from records r where ${visible(tx.reader, 'r')}`),
  ))!.n;

/** Works at an import to its end; `meanwhile` happens once, when `rows` are read: what comes next is compared already. `settled` are the records until then. */
async function work(ctx: Context, id: string, rows = 0, meanwhile?: () => Promise<unknown>) {
  let settled: number | undefined;
  const about = async () => (await loadImports(ctx, [id])).get(id)!;
  const progressed = async () => {
    if (settled !== undefined || !meanwhile) return;
    const { counts } = await about();
    if (counts.rows < rows) return;
    // Not its rows: what may occur again in the file is held back until it does.
    settled = counts.records.created + counts.records.updated + counts.records.unchanged;
    await meanwhile();
  };
  await runImport(services, claimed(ctx.scope.tenant, 1, { progressed }), id);
  const { state, error, result } = await about();
  expect([state, error]).toEqual(['done', null]);
  return { records: result!.records, settled: settled! };
}

test.each([
  ['with its rows', {}],
  ['and its rows left for later', { rowsInOneChange: 100 }],
])(
  'rows of a dataset that is removed during a re-import, %s, are created and not called unchanged',
  async (_, how) => {
    const [ctx, other] = [await startTenant(database.db), await startTenant(database.db)];
    for (const each of [ctx, other]) await work(each, await start(each, people()));
    const { records, settled } = await work(ctx, await start(ctx, people(true)), 5_500, () =>
      removeDataset(ctx, { key: 'test' }, how),
    );
    // What was settled before is gone with the dataset; all that comes after it stands.
    expect(settled).toBeLessThan(COUNT);
    expect(await standing(ctx)).toBe(COUNT - settled);
    expect(records.created).toBe(COUNT - settled);
    expect(records.unchanged + records.updated).toBe(settled);
    expect(await standing(other)).toBe(COUNT);
  },
  60_000,
);

test('an import of what stands already brings back what is taken or changed meanwhile', async () => {
  const ctx = await startTenant(database.db);
  await work(ctx, await start(ctx, people()));
  const last = (few: number) =>
    sql`tenant_id = ${ctx.scope.tenant} and caption = any(${Array.from(
      { length: few },
      (_, at) => `Person ${COUNT - 1 - at}`,
    )}::text[])`;
  const { records } = await work(ctx, await start(ctx, people()), 3_500, () =>
    runCommand(ctx, { action: 'test.meanwhile' }, async (tx) => {
      await tx.execute(sql`delete from records where ${last(3_000)} and caption like '%7'`);
      await tx.execute(sql`
        update records set since_change = ${tx.change}, digest = sha256('another') where ${last(3_000)} and caption like '%8'`);
    }),
  );
  expect(records).toMatchObject({ created: 300, updated: 300, unchanged: COUNT - 600 });
  expect(await standing(ctx)).toBe(COUNT);
}, 60_000);
