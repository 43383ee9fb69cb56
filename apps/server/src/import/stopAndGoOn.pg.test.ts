import { expect, test } from 'vitest';
import { read } from '../change/read.ts';
import type { Context } from '../context.ts';
import { sql } from '../database/sql.ts';
import { startTenant, testDatabase } from '../database/testing.ts';
import { resumeImport, type StartImport, undoImport } from './import.commands.ts';
import { loadImports } from './import.queries.ts';
import { runImport } from './runImport.ts';
import { claimed, importTesting } from './testing.ts';
import { runUndo } from './undoImport.ts';

const database = await testDatabase();
const { db } = database;
const { start, home } = await importTesting(database, true);
const services = { db, home, positionSecret: new Uint8Array(32).fill(7) };

const people = (count: number) =>
  Array.from(
    { length: count },
    (_, at) =>
      `${JSON.stringify({ id: `p${at}`, schema: 'Person', properties: { name: [`Person ${at}`] } })}\n`,
  ).join('');

const standing = async (ctx: Context) =>
  (await read(ctx, undefined, (tx) =>
    tx.first<{ n: number }>(
      sql`select count(*)::int as n from records where tenant_id = ${tx.reader.tenant}`,
    ),
  ))!.n;
const kept = async (ctx: Context, id: string) =>
  (await read(ctx, undefined, (tx) =>
    tx.first<{ n: number }>(sql`
      select count(*)::int as n from operations.import_kept where tenant_id = ${tx.reader.tenant} and import_id = ${id}`),
  ))!.n;
const about = async (ctx: Context, id: string) => (await loadImports(ctx, [id])).get(id)!;

/** Works at an import until it ends, or stops it where `at` says so. */
async function work(
  ctx: Context,
  id: string,
  at: (seen: { batches: number; looks: number }) => boolean = () => false,
) {
  const seen = { batches: 0, looks: 0 };
  await runImport(
    services,
    claimed(ctx.scope.tenant, 1, {
      cancelRequested: () => {
        seen.looks++;
        return at(seen);
      },
      progressed: async () => void seen.batches++,
    }),
    id,
  );
  return about(ctx, id);
}

async function replacing(more: Partial<StartImport> = {}) {
  const ctx = await startTenant(db);
  await work(ctx, await start(ctx, people(7_000)));
  return { ctx, id: await start(ctx, people(3_000), { mode: 'replace', confirmRemovals: true, ...more }) };
}

test('a replacing import that is stopped while it reads and goes on removes what the file lacks, and nothing else', async () => {
  const { ctx, id } = await replacing();
  const stopped = await work(ctx, id, ({ batches }) => batches === 1);
  expect(stopped).toMatchObject({ state: 'cancelled', phase: 'read' });
  expect(stopped.checkpoint).toBeLessThan(3_000);
  await resumeImport(ctx, id);
  expect((await work(ctx, id)).result).toMatchObject({
    rows: 3_000,
    records: { created: 0, updated: 0, unchanged: 3_000, removed: 4_000 },
  });
  expect(await standing(ctx)).toBe(3_000);
  expect(await kept(ctx, id)).toBe(0);
});

test('one that is stopped while it removes, too', async () => {
  const { ctx, id } = await replacing();
  // After the last look for another batch comes one before each 2,000 that are removed.
  const stopped = await work(ctx, id, ({ batches, looks }) => looks === batches + 3);
  expect(stopped).toMatchObject({
    state: 'cancelled',
    phase: 'remove',
    counts: { records: { removed: 2_000 } },
  });
  await resumeImport(ctx, id);
  expect((await work(ctx, id)).result).toMatchObject({
    rows: 3_000,
    records: { unchanged: 3_000, removed: 4_000 },
  });
  expect(await standing(ctx)).toBe(3_000);
});

test('one that is stopped while it looks whether it would remove too much asks again', async () => {
  const { ctx, id } = await replacing({ confirmRemovals: false });
  expect(await work(ctx, id, ({ looks }) => looks === 2)).toMatchObject({
    state: 'cancelled',
    checkpoint: 0,
  });
  await resumeImport(ctx, id);
  expect(await work(ctx, id)).toMatchObject({ state: 'failed', error: { code: 'REPLACE_NOT_CONFIRMED' } });
  expect(await standing(ctx)).toBe(7_000);
});

test('what was kept for going on is let go of when the import is undone', async () => {
  const { ctx, id } = await replacing();
  await work(ctx, id, ({ batches }) => batches === 1);
  expect(await kept(ctx, id)).toBeGreaterThan(0);
  await undoImport(ctx, id);
  await runUndo(services, claimed(ctx.scope.tenant, 1), {
    import: id,
    by: ctx.actor.id,
    reason: null,
    was: 'cancelled',
  });
  expect((await about(ctx, id)).state).toBe('undone');
  expect(await kept(ctx, id)).toBe(0);
});
