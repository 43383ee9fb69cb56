import { describe, expect, test } from 'vitest';
import { read } from '../change/read.ts';
import { lastAct, undoChange } from '../change/undo.ts';
import type { Context } from '../context.ts';
import { sql } from '../database/sql.ts';
import { joinTenant, startTenant, testDatabase } from '../database/testing.ts';
import { recordJudgement } from '../judgement/judgement.commands.ts';
import { entityOf, newSource, removeRecords } from '../judgement/testing.ts';
import { loadRecords } from '../record/record.queries.ts';
import { copyInvestigation } from './copy.commands.ts';
import {
  createInvestigation,
  removeMember,
  setMember,
  updateInvestigation,
} from './investigation.commands.ts';
import { listInvestigations, loadInvestigations, membersOf, notesOf } from './investigation.queries.ts';
import { addItems, arrangeItems, removeItems } from './items.commands.ts';
import { countItems, listItems } from './items.queries.ts';
import { createEntity, deleteEntity, updateEntity } from './notebook.commands.ts';
import { createRelationship } from './notebookLinks.commands.ts';
import { removeNote, writeNote } from './notes.commands.ts';

const { db } = await testDatabase();

const open = async (ctx: Context, title = 'Harbour') => (await createInvestigation(ctx, { title })).result;
const investigationOf = async (ctx: Context, id: string, at?: number) =>
  (await read(ctx, at, (tx) => loadInvestigations(tx, [id]))).get(id);
const itemsOf = async (ctx: Context, id: string, at?: number) =>
  (await read(ctx, at, (tx) => listItems(tx, id, { first: 1000 }))).rows;
const recordOf = async (ctx: Context, id: string) =>
  (await read(ctx, undefined, (tx) => loadRecords(tx, [id]))).get(id);
const refuted = (ctx: Context) =>
  read(ctx, undefined, (tx) =>
    tx.query<{ property: string; value: string }>(
      sql`select property, value from refutations where tenant_id = ${ctx.scope.tenant} order by value`,
    ),
  );
const undoLast = async (ctx: Context) => {
  const act = await read(ctx, undefined, (tx) => lastAct(tx, ctx.actor.id));
  return undoChange(ctx, act!.id);
};

describe('a case', () => {
  test('is opened with a notebook and its maker as lead, and undone as one thing', async () => {
    const ctx = await startTenant(db);
    const other = await startTenant(db);
    const id = await open(ctx);
    expect(await investigationOf(ctx, id)).toMatchObject({ title: 'Harbour', readOnly: false, marking: 1 });
    expect(await investigationOf(other, id)).toBeUndefined();
    const members = await read(ctx, undefined, (tx) => membersOf(tx, [id]));
    expect(members.get(id)).toEqual([{ id, userId: ctx.actor.id, role: 'lead' }]);
    await undoLast(ctx);
    expect(await investigationOf(ctx, id)).toBeUndefined();
  });

  test('is renamed, archived and marked; the same again changes nothing', async () => {
    const ctx = await startTenant(db);
    const { result: id, change: opened } = await createInvestigation(ctx, { title: 'Harbour' });
    const change = { id, title: 'Port', archived: true, marking: 'TLP:AMBER', description: 'Ships' };
    await updateInvestigation(ctx, change);
    expect(await investigationOf(ctx, id)).toMatchObject({
      title: 'Port',
      archived: true,
      marking: 2,
      description: 'Ships',
    });
    expect((await updateInvestigation(ctx, change)).change).toBeNull();
    const low = await joinTenant(ctx, { clearance: 1 });
    expect(await investigationOf(low, id)).toBeUndefined();
    // Nor as it was, when it was not marked yet.
    expect(await investigationOf(ctx, id, opened!)).toMatchObject({ title: 'Harbour', marking: 1 });
    expect(await investigationOf(low, id, opened!)).toBeUndefined();
  });

  test('lists the last changed first', async () => {
    const ctx = await startTenant(db);
    const [first, second] = [await open(ctx, 'One'), await open(ctx, 'Two')];
    await writeNote(ctx, { investigationId: first, text: 'Look again' });
    const page = await read(ctx, undefined, (tx) => listInvestigations(tx, { first: 1 }));
    expect(page).toMatchObject({ hasMore: true, total: 2, rows: [{ id: first }] });
    const after = { change: page.rows[0]!.lastChange, id: first };
    const next = await read(ctx, undefined, (tx) => listInvestigations(tx, { first: 1, after }));
    expect(next).toMatchObject({ hasMore: false, rows: [{ id: second }] });
  });

  test('is edited by leads, editors and owners only', async () => {
    const ctx = await startTenant(db);
    const [editor, viewer] = [await joinTenant(ctx), await joinTenant(ctx, { name: 'Vic' })];
    const id = await open(ctx);
    await expect(writeNote(viewer, { investigationId: id, text: 'x' })).rejects.toMatchObject({
      code: 'FORBIDDEN',
    });
    await setMember(ctx, { investigationId: id, userId: editor.actor.id, role: 'editor' });
    await setMember(ctx, { investigationId: id, userId: viewer.actor.id, role: 'viewer' });
    await writeNote(editor, { investigationId: id, text: 'mine' });
    await expect(writeNote(viewer, { investigationId: id, text: 'x' })).rejects.toMatchObject({
      code: 'FORBIDDEN',
    });
    const promote = { investigationId: id, userId: viewer.actor.id, role: 'lead' };
    await expect(setMember(editor, promote)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await removeMember(ctx, { investigationId: id, userId: editor.actor.id });
    await expect(writeNote(editor, { investigationId: id, text: 'x' })).rejects.toMatchObject({
      code: 'FORBIDDEN',
    });
  });

  test('keeps a lead, also when two leads leave at one moment', async () => {
    const ctx = await startTenant(db);
    const second = await joinTenant(ctx, { roles: ['owner'] });
    const id = await open(ctx);
    const leave = (who: Context) => removeMember(who, { investigationId: id, userId: who.actor.id });
    await expect(leave(ctx)).rejects.toMatchObject({ code: 'INPUT_INVALID' });
    await setMember(ctx, { investigationId: id, userId: second.actor.id, role: 'lead' });
    const outcomes = await Promise.allSettled([leave(ctx), leave(second)]);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  test('refuses what is not there or not allowed', async () => {
    const ctx = await startTenant(db);
    const other = await startTenant(db);
    const low = await joinTenant(ctx, { clearance: 1 });
    const foreign = await open(other);
    await expect(updateInvestigation(ctx, { id: foreign, title: 'x' })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    await expect(updateInvestigation(ctx, { id: 'nonsense' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(createInvestigation(ctx, { title: ' ' })).rejects.toMatchObject({ code: 'INPUT_INVALID' });
    await expect(createInvestigation(low, { title: 'x', marking: 'TLP:RED' })).rejects.toMatchObject({
      code: 'FORBIDDEN',
    });
    const id = await open(ctx);
    const member = { investigationId: id, userId: other.actor.id, role: 'editor' };
    await expect(setMember(ctx, member)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(setMember(ctx, { ...member, userId: low.actor.id, role: 'king' })).rejects.toMatchObject({
      code: 'INPUT_INVALID',
    });
    const reader = await joinTenant(ctx, { roles: ['reader'] });
    expect(() => createInvestigation(reader, { title: 'x' })).toThrow(
      expect.objectContaining({ code: 'FORBIDDEN' }),
    );
  });
});

describe('items', () => {
  test('are added once, arranged, removed, each in one change', async () => {
    const ctx = await startTenant(db);
    const [a, b] = (await newSource(ctx, 'one', ['A', 'B'])) as [string, string];
    const id = await open(ctx);
    await addItems(ctx, { investigationId: id, items: [{ entityId: a, x: 1, y: 2 }, { entityId: b }] });
    const again = await addItems(ctx, { investigationId: id, items: [{ entityId: a, x: 9 }] });
    expect(again.change).toBeNull();
    await arrangeItems(ctx, {
      investigationId: id,
      items: [
        { entityId: a, x: 5, pinned: true },
        { entityId: b, group: 'Ships', colour: null },
      ],
    });
    const arranged = await itemsOf(ctx, id);
    expect(arranged.find(({ recordId }) => recordId === a)).toMatchObject({
      x: 5,
      y: 2,
      pinned: true,
      group: null,
    });
    expect(arranged.find(({ recordId }) => recordId === b)).toMatchObject({ x: null, group: 'Ships' });
    await removeItems(ctx, { investigationId: id, entityIds: [a, b] });
    expect(await itemsOf(ctx, id)).toEqual([]);
    await undoLast(ctx);
    expect(await itemsOf(ctx, id)).toEqual(arranged);
  });

  test('are called in the history as their entity is called, whichever record stands for it', async () => {
    const ctx = await startTenant(db);
    const [most] = (await newSource(ctx, 'one', ['Harbour Depot'])) as [string];
    const [again, odd] = (await newSource(ctx, 'two', ['Harbour Depot', 'Depot AS'])) as [string, string];
    await recordJudgement(ctx, { left: most, right: again, verdict: 'same' });
    await recordJudgement(ctx, { left: most, right: odd, verdict: 'same' });
    const id = await open(ctx);
    const { change } = await addItems(ctx, { investigationId: id, items: [{ entityId: odd }] });
    const [said] = await read(ctx, undefined, (tx) =>
      tx.query<{ summary: string }>(
        sql`select summary from summit.changes where tenant_id = ${ctx.scope.tenant} and id = ${change}`,
      ),
    );
    expect(said!.summary).toBe('Added Harbour Depot to Harbour');
  });

  test('hold ten thousand', async () => {
    const ctx = await startTenant(db);
    const names = Array.from({ length: 1000 }, (_, index) => `N${index}`);
    const id = await open(ctx);
    const ids: string[] = [];
    for (let source = 0; source < 10; source++) ids.push(...(await newSource(ctx, `s${source}`, names)));
    const items = ids.map((entityId, x) => ({ entityId, x, y: 0 }));
    await addItems(ctx, { investigationId: id, items });
    await arrangeItems(ctx, { investigationId: id, items: items.map((item) => ({ ...item, y: 1 })) });
    expect((await read(ctx, undefined, (tx) => countItems(tx, [id]))).get(id)).toBe(10_000);
    await expect(addItems(ctx, { investigationId: id, items: [...items, items[0]!] })).rejects.toMatchObject({
      code: 'INPUT_INVALID',
    });
  });

  test('follow their entity through merge and split, and say when it is gone', async () => {
    const ctx = await startTenant(db);
    const [a, b] = (await newSource(ctx, 'one', ['A', 'B'])) as [string, string];
    const id = await open(ctx);
    await addItems(ctx, {
      investigationId: id,
      items: [
        { entityId: a, x: 1 },
        { entityId: b, x: 2 },
      ],
    });
    await recordJudgement(ctx, { left: a, right: b, verdict: 'same' });
    expect(await itemsOf(ctx, id)).toMatchObject([{ entity: [a, b] }]);
    expect((await read(ctx, undefined, (tx) => countItems(tx, [id]))).get(id)).toBe(1);
    await removeRecords(ctx, [a, b]);
    expect(await itemsOf(ctx, id)).toMatchObject([{ entity: null }, { entity: null }]);
    await removeItems(ctx, { investigationId: id, entityIds: [a] });
    expect(await itemsOf(ctx, id)).toMatchObject([{ recordId: b }]);
  });

  test('are refused for what the reader does not see or what is not there', async () => {
    const ctx = await startTenant(db);
    const low = await joinTenant(ctx, { clearance: 1, roles: ['owner'] });
    const [hidden] = (await newSource(ctx, 'secret', ['H'], { marking: 4 })) as [string];
    const id = await open(ctx);
    const items = [{ entityId: hidden }];
    await expect(addItems(low, { investigationId: id, items })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(arrangeItems(ctx, { investigationId: id, items })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    await expect(removeItems(ctx, { investigationId: id, entityIds: [hidden] })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    await addItems(ctx, { investigationId: id, items });
    expect(await itemsOf(low, id)).toMatchObject([{ entity: null }]);
  });
});

describe('notes', () => {
  test('stand on any fact, are rewritten and removed, and hide with what they are about', async () => {
    const ctx = await startTenant(db);
    const low = await joinTenant(ctx, { clearance: 1 });
    const [a] = (await newSource(ctx, 'secret', ['A'], { marking: 3 })) as [string];
    const id = await open(ctx);
    const about = { targetId: a, property: 'name', value: 'A' };
    const { result: note } = await writeNote(ctx, { investigationId: id, text: 'Check', ...about });
    await writeNote(ctx, { investigationId: id, id: note, text: 'Checked' });
    const notes = (who: Context) =>
      read(who, undefined, async (tx) => (await notesOf(tx, [id])).get(id) ?? []);
    expect(await notes(ctx)).toMatchObject([{ id: note, text: 'Checked', ...about }]);
    expect(await notes(low)).toEqual([]);
    await removeNote(ctx, { id: note });
    expect(await notes(ctx)).toEqual([]);
    await expect(removeNote(ctx, { id: note })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(writeNote(ctx, { investigationId: id, id: note, text: 'x' })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    await expect(writeNote(ctx, { investigationId: id, text: 'x', targetId: id })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
  });
});

describe('a copy', () => {
  test('of a read-only case can be edited and has a notebook of its own', async () => {
    const ctx = await startTenant(db);
    const [a] = (await newSource(ctx, 'one', ['A'])) as [string];
    const id = await open(ctx);
    await addItems(ctx, { investigationId: id, items: [{ entityId: a, x: 1, y: 2 }] });
    await updateEntity(ctx, { investigationId: id, id: a, add: [{ name: 'alias', values: ['Al'] }] });
    const { result: made } = await createEntity(ctx, {
      investigationId: id,
      schema: 'Person',
      properties: [],
      x: 5,
    });
    await createRelationship(ctx, { investigationId: id, type: 'Family', source: made, target: a });
    await writeNote(ctx, { investigationId: id, text: 'On it', targetId: made });
    await updateEntity(ctx, {
      investigationId: id,
      id: a,
      reject: [{ record: a, property: 'name', value: 'A' }],
    });

    const { result: copy } = await copyInvestigation(ctx, { id });
    const { notebookId } = (await investigationOf(ctx, copy))!;
    const items = await itemsOf(ctx, copy);
    expect(items.map(({ x }) => x).sort()).toEqual([1, 5]);
    const twin = items.find(({ x }) => x === 5)!.recordId;
    expect(twin).not.toBe(made);
    expect(await recordOf(ctx, twin)).toMatchObject({ datasetId: notebookId });
    const notes = await read(ctx, undefined, (tx) => notesOf(tx, [copy]));
    expect(notes.get(copy)).toMatchObject([{ text: 'On it', targetId: twin }]);
    expect(await entityOf(ctx, a)).toHaveLength(3);
    expect(await refuted(ctx)).toHaveLength(2);
    await deleteEntity(ctx, { investigationId: copy, id: twin });
    expect(await recordOf(ctx, made)).toBeDefined();
    await expect(copyInvestigation(ctx, { id: made })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  test('is copied whatever the length of its title', async () => {
    const ctx = await startTenant(db);
    const { result: id } = await createInvestigation(ctx, { title: `${'x'.repeat(192)}😀${'y'.repeat(6)}` });
    const { result: copy } = await copyInvestigation(ctx, { id });
    expect((await investigationOf(ctx, copy))!.title).toBe(`${'x'.repeat(192)} (copy)`);
  });
});
