import { describe, expect, test } from 'vitest';
import { read } from '../change/read.ts';
import { lastAct, undoChange } from '../change/undo.ts';
import type { Context } from '../context.ts';
import { sql } from '../database/sql.ts';
import { joinTenant, startTenant, testDatabase } from '../database/testing.ts';
import { recordJudgement } from '../judgement/judgement.commands.ts';
import { entityOf, newSource, removeRecords } from '../judgement/testing.ts';
import { loadRecords } from '../record/record.queries.ts';
import { loadRelationships } from '../relationship/relationship.queries.ts';
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
import { createRelationship, deleteRelationship, updateRelationship } from './notebookLinks.commands.ts';
import { removeNote, writeNote } from './notes.commands.ts';

const { db } = await testDatabase();

const open = async (ctx: Context, title = 'Harbour') => (await createInvestigation(ctx, { title })).result;
const investigationOf = async (ctx: Context, id: string, at?: number) =>
  (await read(ctx, at, (tx) => loadInvestigations(tx, [id]))).get(id);
const itemsOf = async (ctx: Context, id: string, at?: number) =>
  (await read(ctx, at, (tx) => listItems(tx, id, { first: 1000 }))).rows;
const recordOf = async (ctx: Context, id: string) =>
  (await read(ctx, undefined, (tx) => loadRecords(tx, [id]))).get(id);
const linkOf = async (ctx: Context, id: string) =>
  (await read(ctx, undefined, (tx) => loadRelationships(tx, [id]))).get(id);
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
    const id = await open(ctx);
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

describe('the notebook', () => {
  test('makes an entity as an import would: clean values, caption, references, search', async () => {
    const ctx = await startTenant(db);
    const id = await open(ctx);
    const address = await createEntity(ctx, {
      investigationId: id,
      schema: 'Address',
      properties: [{ name: 'full', values: ['1 Quay'] }],
    });
    const made = await createEntity(ctx, {
      investigationId: id,
      schema: 'Company',
      properties: [
        { name: 'name', values: [' Kalda  Marine ', 'Kalda Marine', ''] },
        { name: 'jurisdiction', values: ['Estonia'] },
        { name: 'incorporationDate', values: ['03.05.2019'] },
        { name: 'addressEntity', values: [address.result] },
      ],
      x: 3,
      y: 4,
    });
    expect(await recordOf(ctx, made.result)).toMatchObject({
      caption: 'Kalda Marine',
      props: { name: ['Kalda Marine'], jurisdiction: ['ee'], incorporationDate: ['2019-05-03'] },
      countries: ['ee'],
      firstDate: '2019-05-03',
    });
    expect(await itemsOf(ctx, id)).toContainEqual(
      expect.objectContaining({ recordId: made.result, x: 3, y: 4 }),
    );
    const references = await read(ctx, undefined, (tx) =>
      tx.query(sql`
        select type, target_record as target from relationships
        where tenant_id = ${ctx.scope.tenant} and source_record = ${made.result} and reference`),
    );
    expect(references).toEqual([{ type: 'Thing:addressEntity', target: address.result }]);
  });

  test('adds to a sourced entity in a record of its own, takes back only its own values', async () => {
    const ctx = await startTenant(db);
    const [a] = (await newSource(ctx, 'one', ['Avery Patel'])) as [string];
    const id = await open(ctx);
    const nationality = (values: string[]) => [{ name: 'nationality', values }];
    await updateEntity(ctx, { investigationId: id, id: a, add: nationality(['Estonia', 'Latvia']) });
    const entity = (await entityOf(ctx, a))!;
    expect(entity).toHaveLength(2);
    const own = entity.find((each) => each !== a)!;
    expect(await recordOf(ctx, own)).toMatchObject({
      caption: 'Avery Patel',
      props: { nationality: ['ee', 'lv'] },
    });
    expect((await recordOf(ctx, a))!.props).toEqual({ name: ['Avery Patel'] });
    await updateEntity(ctx, { investigationId: id, id: a, remove: nationality(['lv']) });
    expect((await recordOf(ctx, own))!.props).toEqual({ nationality: ['ee'] });
    const sourced = { investigationId: id, id: a, remove: [{ name: 'name', values: ['Avery Patel'] }] };
    await expect(updateEntity(ctx, sourced)).rejects.toMatchObject({ code: 'BELONGS_TO_SOURCE' });
    await undoLast(ctx);
    await undoLast(ctx);
    expect(await entityOf(ctx, a)).toEqual([a]);
  });

  test('refutes a sourced value and restores it', async () => {
    const ctx = await startTenant(db);
    const [a] = (await newSource(ctx, 'one', ['A'])) as [string];
    const id = await open(ctx);
    const value = { record: a, property: 'name', value: 'A' };
    await updateEntity(ctx, { investigationId: id, id: a, reject: [value], reason: 'a typing error' });
    expect(await refuted(ctx)).toEqual([{ property: 'name', value: 'A' }]);
    expect((await updateEntity(ctx, { investigationId: id, id: a, reject: [value] })).change).toBeNull();
    await updateEntity(ctx, { investigationId: id, id: a, restore: [value] });
    expect(await refuted(ctx)).toEqual([]);
    const restoreAgain = updateEntity(ctx, { investigationId: id, id: a, restore: [value] });
    await expect(restoreAgain).rejects.toMatchObject({ code: 'NOT_FOUND' });
    const unsaid = { investigationId: id, id: a, reject: [{ ...value, value: 'B' }] };
    await expect(updateEntity(ctx, unsaid)).rejects.toMatchObject({ code: 'INPUT_INVALID' });
  });

  test('deletes only what it made', async () => {
    const ctx = await startTenant(db);
    const [a] = (await newSource(ctx, 'one', ['A'])) as [string];
    const id = await open(ctx);
    await expect(deleteEntity(ctx, { investigationId: id, id: a })).rejects.toMatchObject({
      code: 'BELONGS_TO_SOURCE',
    });
    await updateEntity(ctx, { investigationId: id, id: a, add: [{ name: 'alias', values: ['Al'] }] });
    await addItems(ctx, { investigationId: id, items: [{ entityId: a, x: 7 }] });
    await deleteEntity(ctx, { investigationId: id, id: a });
    expect(await entityOf(ctx, a)).toEqual([a]);
    expect(await itemsOf(ctx, id)).toMatchObject([{ recordId: a, x: 7 }]);
    const { result: made } = await createEntity(ctx, {
      investigationId: id,
      schema: 'Person',
      properties: [],
    });
    const { result: link } = await createRelationship(ctx, {
      investigationId: id,
      type: 'Family',
      source: made,
      target: a,
    });
    await deleteEntity(ctx, { investigationId: id, id: made });
    expect(await recordOf(ctx, made)).toBeUndefined();
    expect(await linkOf(ctx, link)).toBeUndefined();
    expect(await itemsOf(ctx, id)).toMatchObject([{ recordId: a }]);
    await undoLast(ctx);
    expect(await linkOf(ctx, link)).toMatchObject({ sourceRecord: made, targetRecord: a });
  });

  test('links, changes and unlinks; a sourced link stays', async () => {
    const ctx = await startTenant(db);
    const [a, b] = (await newSource(ctx, 'one', ['A', 'B'])) as [string, string];
    const [id, elsewhere] = [await open(ctx), await open(ctx, 'Other')];
    const { result: link } = await createRelationship(ctx, {
      investigationId: id,
      type: 'Ownership',
      source: a,
      target: b,
      properties: [
        { name: 'percentage', values: ['51'] },
        { name: 'startDate', values: ['2019'] },
      ],
    });
    expect(await linkOf(ctx, link)).toMatchObject({
      type: 'Ownership',
      validFrom: '2019',
      props: { percentage: ['51'] },
    });
    await updateRelationship(ctx, {
      investigationId: id,
      id: link,
      properties: [{ name: 'percentage', values: ['60'] }],
    });
    expect((await linkOf(ctx, link))!.props).toEqual({ percentage: ['60'], startDate: ['2019'] });
    const foreign = { investigationId: elsewhere, id: link };
    await expect(deleteRelationship(ctx, foreign)).rejects.toMatchObject({ code: 'BELONGS_TO_SOURCE' });
    await expect(updateRelationship(ctx, foreign)).rejects.toMatchObject({ code: 'BELONGS_TO_SOURCE' });
    await deleteRelationship(ctx, { investigationId: id, id: link });
    expect(await linkOf(ctx, link)).toBeUndefined();
    await expect(deleteRelationship(ctx, { investigationId: id, id: link })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    const nowhere = { investigationId: id, type: 'Ownership', source: a, target: id };
    await expect(createRelationship(ctx, nowhere)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  test('refuses types and values that are none', async () => {
    const ctx = await startTenant(db);
    const id = await open(ctx);
    const bad = (schema: string, values: string[]) =>
      createEntity(ctx, { investigationId: id, schema, properties: [{ name: 'name', values }] });
    await expect(bad('Ownership', ['x'])).rejects.toMatchObject({ code: 'INPUT_INVALID' });
    await expect(bad('Nonsense', ['x'])).rejects.toMatchObject({ code: 'INPUT_INVALID' });
    await expect(bad('Person', ['\0'])).rejects.toMatchObject({ code: 'INPUT_INVALID' });
    await expect(bad('Person', ['\ud800'])).rejects.toMatchObject({ code: 'INPUT_INVALID' });
  });

  test('a preview of an edit shows its rows and writes nothing', async () => {
    const ctx = await startTenant(db);
    const [a] = (await newSource(ctx, 'one', ['A'])) as [string];
    const id = await open(ctx);
    const input = { investigationId: id, id: a, add: [{ name: 'alias', values: ['Al'] }] };
    const { preview, change } = await updateEntity(ctx, input, true);
    expect(change).toBeNull();
    expect(preview!.rows.map(({ kind, act }) => [kind, act])).toEqual([
      ['record', 'added'],
      ['judgement', 'added'],
    ]);
    expect(await entityOf(ctx, a)).toEqual([a]);
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
});
