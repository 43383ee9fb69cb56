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

/**
 * Works at an import to its end; `meanwhile` happens once, when at least `rows` are read, and is told how many: what comes next
 * is compared already. `settled` are the records until then.
 */
async function work(ctx: Context, id: string, rows = 0, meanwhile?: (read: number) => Promise<unknown>) {
  let settled: number | undefined;
  const about = async () => (await loadImports(ctx, [id])).get(id)!;
  const progressed = async () => {
    if (settled !== undefined || !meanwhile) return;
    const { counts } = await about();
    if (counts.rows < rows) return;
    // Not its rows: what may occur again in the file is held back until it does.
    settled = counts.records.created + counts.records.updated + counts.records.unchanged;
    await meanwhile(counts.rows);
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
  let gone = 0;
  let changed = 0;
  const { records } = await work(ctx, await start(ctx, people()), 3_500, (from) =>
    runCommand(ctx, { action: 'test.meanwhile' }, async (tx) => {
      // However large the batches are: of what is still to be written.
      const toCome = (digit: number) => sql`
        tenant_id = ${ctx.scope.tenant} and substr(caption, 8)::int >= ${from} and caption like ${`%${digit}`}`;
      gone = await tx.execute(sql`delete from records where ${toCome(7)}`);
      changed = await tx.execute(
        sql`update records set since_change = ${tx.change}, digest = sha256('another') where ${toCome(8)}`,
      );
    }),
  );
  expect(Math.min(gone, changed)).toBeGreaterThan(0);
  expect(records).toMatchObject({ created: gone, updated: changed, unchanged: COUNT - gone - changed });
  expect(await standing(ctx)).toBe(COUNT);
}, 60_000);
