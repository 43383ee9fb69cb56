import { expect, test } from 'vitest';
import { sql } from '../database/sql.ts';
import { joinTenant, startTenant, testDatabase } from '../database/testing.ts';
import { removeDataset, updateDataset } from '../dataset/dataset.commands.ts';
import { createInvestigation } from '../investigation/investigation.commands.ts';
import { notesOn } from '../investigation/investigation.queries.ts';
import { writeNote } from '../investigation/notes.commands.ts';
import { newSource } from '../judgement/testing.ts';
import { read } from './read.ts';
import { redo, undo } from './undoAct.ts';

const { db } = await testDatabase();

test('an undo asked again under its key is answered again and takes nothing more back, and so is a redo', async () => {
  const ctx = await startTenant(db);
  const { result: investigationId } = await createInvestigation(ctx, { title: 'Harbour' });
  for (const text of ['one', 'two']) await writeNote(ctx, { investigationId, text });
  const texts = () =>
    read(ctx, undefined, (tx) =>
      tx.query<{ text: string }>(
        sql`select text from notes where tenant_id = ${ctx.scope.tenant} order by made_at`,
      ),
    ).then((rows) => rows.map(({ text }) => text));
  const undoing = (input = {}) => undo({ ...ctx, idempotencyKey: 'u' }, { investigationId, ...input });
  const first = await undoing();
  expect(await undoing()).toEqual(first);
  expect(await texts()).toEqual(['one']);
  await expect(undoing({ later: 'KEEP' })).rejects.toMatchObject({ code: 'IDEMPOTENCY_MISMATCH' });
  const redoing = () => redo({ ...ctx, idempotencyKey: 'r' }, { investigationId });
  const again = await redoing();
  expect(await redoing()).toEqual(again);
  expect(await texts()).toEqual(['one', 'two']);
});

test('an undo belongs to the case of what it takes back, whichever case is named', async () => {
  const ctx = await startTenant(db);
  const [{ result: one }, { result: other }] = [
    await createInvestigation(ctx, { title: 'One' }),
    await createInvestigation(ctx, { title: 'Other' }),
  ];
  const { change } = await writeNote(ctx, { investigationId: one, text: 'x' });
  const undone = await undo(ctx, { change: change!, investigationId: other });
  const row = await read(ctx, undefined, (tx) =>
    tx.first(sql`select investigation_id from summit.changes
      where tenant_id = ${ctx.scope.tenant} and id = ${undone.change}`),
  );
  expect(row).toEqual({ investigation_id: one });
});

test('a note about what a guarded dataset held stays guarded when the dataset is removed', async () => {
  const ctx = await startTenant(db);
  const low = await joinTenant(ctx, { clearance: 1 });
  const [a] = (await newSource(ctx, 'red', ['Secret'])) as [string];
  const { result: investigationId } = await createInvestigation(ctx, { title: 'Harbour' });
  await writeNote(ctx, { investigationId, text: 'About it', targetId: a });
  const seen = async (who: typeof ctx) =>
    ((await read(who, undefined, (tx) => notesOn(tx, [a]))).get(a) ?? []).length;
  expect(await seen(low)).toBe(1);
  await updateDataset(ctx, { key: 'red', marking: 'TLP:RED' });
  expect(await seen(low)).toBe(0);
  await removeDataset(ctx, { key: 'red' });
  expect([await seen(low), await seen(ctx)]).toEqual([0, 1]);
});
