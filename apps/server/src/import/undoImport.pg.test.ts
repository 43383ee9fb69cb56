import { expect, test } from 'vitest';
import { runCommand } from '../change/command.ts';
import { listChanges } from '../change/history.queries.ts';
import { read } from '../change/read.ts';
import { undo } from '../change/undoAct.ts';
import type { Context } from '../context.ts';
import { sql } from '../database/sql.ts';
import { joinTenant, startTenant, testDatabase } from '../database/testing.ts';
import { removeDataset } from '../dataset/dataset.commands.ts';
import { takenOut } from '../investigation/items.queries.ts';
import { newSource } from '../judgement/testing.ts';
import { importUndo, resumeImport, undoImport } from './import.commands.ts';
import { loadImports } from './import.queries.ts';
import { sentenceOf } from './import.ts';
import { runImport } from './runImport.ts';
import { claimed, importTesting } from './testing.ts';
import { runUndo } from './undoImport.ts';

const database = await testDatabase();
const { start, home } = await importTesting(database, true);
const services = { db: database.db, home, positionSecret: new Uint8Array(32).fill(7) };

const undoer = (ctx: Context): Context => ({ ...ctx, undoImport: importUndo });

const people = (count: number) =>
  Array.from(
    { length: count },
    (_, at) =>
      `${JSON.stringify({ id: `p${at}`, schema: 'Person', properties: { name: [`Person ${at}`] } })}\n`,
  ).join('');
const about = async (ctx: Context, id: string) => (await loadImports(ctx, [id])).get(id)!;
const standing = async (ctx: Context) =>
  (await read(ctx, undefined, (tx) =>
    tx.first<{ n: number }>(
      sql`select count(*)::int as n from records where tenant_id = ${tx.reader.tenant}`,
    ),
  ))!.n;

async function brought(ctx: Context, count: number, options: Parameters<typeof start>[2] = {}) {
  const id = await start(ctx, people(count), options);
  await runImport(services, claimed(ctx.scope.tenant, 1), id);
  expect((await about(ctx, id)).state).toBe('done');
  return id;
}

const undoing = (ctx: Context, id: string, progressed: () => Promise<void> = async () => {}) =>
  runUndo(services, claimed(ctx.scope.tenant, 1, { progressed }), {
    import: id,
    by: ctx.actor.id,
    reason: null,
    was: 'done',
  });

const rename = (ctx: Context, caption: string) =>
  runCommand(ctx, { action: 'test.renamed' }, (tx) =>
    tx.execute(sql`
      update records set caption = 'Renamed', since_change = ${tx.change}
      where tenant_id = ${ctx.scope.tenant} and caption = ${caption}`),
  );

test('an undo whose asker was disabled meanwhile is refused, and the import stands as it stood', async () => {
  const ada = await startTenant(database.db);
  const ben = await joinTenant(ada);
  const id = await brought(ben, 5);
  await undoImport(ben, id);
  await runCommand(ada, { action: 'user.disabled' }, (tx) =>
    tx.execute(sql`
      update users set disabled_at = now(), since_change = ${tx.change}
      where tenant_id = ${ada.scope.tenant} and id = ${ben.actor.id}`),
  );
  await undoing(ben, id);
  expect(await about(ada, id)).toMatchObject({ state: 'done', error: { code: 'FORBIDDEN' } });
  expect(await standing(ada)).toBe(5);
});

test('what is changed while an import is being undone stands in its way', async () => {
  const ctx = await startTenant(database.db);
  const id = await brought(ctx, 3_000);
  await undoImport(ctx, id);
  let batches = 0;
  await undoing(ctx, id, async () => {
    if (batches++ === 0) await rename(ctx, 'Person 0');
  });
  expect(await about(ctx, id)).toMatchObject({ state: 'failed', error: { code: 'UNDO_CONFLICT' } });
  const left = await standing(ctx);
  expect(left).toBeGreaterThan(0);

  // Half of it is gone: going on would call the rest the whole.
  await expect(resumeImport(ctx, id)).rejects.toMatchObject({ code: 'IMPORT_NOT_READY' });
  await expect(undoImport(ctx, id)).rejects.toMatchObject({ code: 'UNDO_CONFLICT', details: { total: 1 } });
  expect(await standing(ctx)).toBe(left);
});

test('a preview of undoing one change of an import tells of the whole import and writes nothing', async () => {
  const ctx = await startTenant(database.db);
  const id = await brought(ctx, 3_000);
  const changes = await read(ctx, undefined, (tx) =>
    tx.query<{ id: number; rows: number }>(
      sql`select id, rows from summit.changes where tenant_id = ${tx.reader.tenant} and import_id = ${id} order by id`,
    ),
  );
  expect(changes.length).toBeGreaterThan(1);
  const { preview } = await undo(undoer(ctx), { change: changes[0]!.id }, true);
  expect(preview!.total).toBeGreaterThanOrEqual(3_000);
  // Rows of the newest batch are shown; how many it holds is a matter of pace.
  expect(preview!.rows).toHaveLength(Math.min(100, changes.at(-1)!.rows));
  expect(preview!.rows[0]).toMatchObject({ kind: 'record', act: 'removed' });
  expect(await standing(ctx)).toBe(3_000);

  await rename(ctx, 'Person 0');
  await expect(undo(undoer(ctx), { change: changes.at(-1)!.id }, true)).rejects.toMatchObject({
    code: 'UNDO_CONFLICT',
    details: { total: 1 },
  });
});

test('an undo that was interrupted goes on to the end', async () => {
  const ctx = await startTenant(database.db);
  const id = await brought(ctx, 3_000);
  await undoImport(ctx, id);
  const crash = new Error('the worker is gone');
  const stop = new AbortController();
  await expect(
    runUndo(
      services,
      claimed(ctx.scope.tenant, 1, { signal: stop.signal, progressed: async () => stop.abort(crash) }),
      { import: id, by: ctx.actor.id, reason: null, was: 'done' },
    ),
  ).rejects.toBe(crash);
  expect((await about(ctx, id)).state).toBe('undoing');
  await undoing(ctx, id);
  expect((await about(ctx, id)).state).toBe('undone');
  expect(await standing(ctx)).toBe(0);
});

test('to undo one’s last act answers with the import that it begins to take back, and history tells each once', async () => {
  const ctx = await startTenant(database.db);
  const id = await brought(ctx, 2_500);
  // Where nobody says how an import is undone, no batch is taken back by itself.
  await expect(undo(ctx, {})).rejects.toThrow('how an import is undone');
  expect(await standing(ctx)).toBe(2_500);
  expect(await undo(undoer(ctx), {})).toMatchObject({ change: null, importId: id });
  expect(await about(ctx, id)).toMatchObject({ state: 'undoing', progress: { rows: 0 } });
  await undoing(ctx, id);
  expect(await about(ctx, id)).toMatchObject({ state: 'undone', counts: { rows: 2_500 } });
  expect(sentenceOf(await about(ctx, id))).toMatch(/^Imported 2,500 facts into test from /);

  const listed = (wholeImports: boolean) =>
    read(ctx, undefined, (tx) => listChanges(tx, { importId: id, wholeImports }, { first: 50 }));
  expect((await listed(false)).rows.length).toBeGreaterThan(2);
  const { rows, total } = await listed(true);
  expect(rows.map(({ undoOf }) => undoOf !== null)).toEqual([true, false]);
  expect(total).toBe(2);
});

test('a case says of what was taken back with its import that it was, to whom saw it and to nobody else', async () => {
  const ada = await startTenant(database.db);
  const low = await joinTenant(ada, { clearance: 1 });
  const open = await brought(ada, 2);
  const red = await brought(ada, 2, { dataset: 'red', marking: 'TLP:RED' });
  const all = await read(ada, undefined, (tx) =>
    tx.query<{ id: string; marking: number }>(sql`
      select id, marking from records where tenant_id = ${tx.reader.tenant} order by id`),
  );
  const imported = all.filter(({ marking }) => marking < 4).map(({ id }) => id);
  const guarded = all.filter(({ marking }) => marking === 4).map(({ id }) => id);
  const removed = await newSource(ada, 'removed', ['Gone']);
  const hidden = await newSource(ada, 'hidden', ['Hidden'], { marking: 4 });
  const ids = [...imported, ...guarded, ...removed, ...hidden];
  const said = async (who: Context) =>
    Object.fromEntries(await read(who, undefined, (tx) => takenOut(tx, ids)));
  expect([imported.length, guarded.length]).toEqual([2, 2]);
  expect(await said(ada)).toEqual({});

  for (const id of [open, red]) {
    await undoImport(ada, id);
    await undoing(ada, id);
    expect((await about(ada, id)).state).toBe('undone');
  }
  await removeDataset(ada, { key: 'removed' });
  const each = (of: readonly string[], what: string) => of.map((id) => [id, what]);
  expect(await said(ada)).toEqual(
    Object.fromEntries([...each([...imported, ...guarded], 'IMPORT_UNDONE'), ...each(removed, 'REMOVED')]),
  );
  // What was hidden from a reader and what still is are not to be told apart.
  expect(await said(low)).toEqual(
    Object.fromEntries([...each(imported, 'IMPORT_UNDONE'), ...each(removed, 'REMOVED')]),
  );
});
