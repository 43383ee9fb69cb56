import { describe, expect, test } from 'vitest';
import { read } from '../change/read.ts';
import { lastAct, undoChange } from '../change/undo.ts';
import type { Context } from '../context.ts';
import { sql } from '../database/sql.ts';
import { joinTenant, startTenant, testDatabase } from '../database/testing.ts';
import { updateDataset } from '../dataset/dataset.commands.ts';
import { entityOf, newSource } from '../judgement/testing.ts';
import { loadRecords } from '../record/record.queries.ts';
import { loadRelationships } from '../relationship/relationship.queries.ts';
import { createInvestigation } from './investigation.commands.ts';
import { addItems } from './items.commands.ts';
import { listItems } from './items.queries.ts';
import { createEntity, deleteEntity, updateEntity } from './notebook.commands.ts';
import { createRelationship, deleteRelationship, updateRelationship } from './notebookLinks.commands.ts';

const { db } = await testDatabase();

const open = async (ctx: Context, title = 'Harbour') => (await createInvestigation(ctx, { title })).result;
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

  test('says in the history what was written by the names that people read', async () => {
    const ctx = await startTenant(db);
    const [a] = (await newSource(ctx, 'one', ['Avery Patel'])) as [string];
    const investigationId = await open(ctx);
    const said = async (input: Omit<Parameters<typeof updateEntity>[1], 'investigationId' | 'id'>) => {
      const { change } = await updateEntity(ctx, { investigationId, id: a, ...input });
      const row = await read(ctx, undefined, (tx) =>
        tx.first<{ summary: string }>(sql`
          select summary from summit.changes where tenant_id = ${ctx.scope.tenant} and id = ${change}`),
      );
      return row?.summary;
    };
    const add = ['birthDate', 'idNumber', 'madeUp'].map((name) => ({ name, values: ['1970'] }));
    expect(await said({ add })).toBe('Changed birth date, ID Number, made up of Avery Patel');
    const value = { record: a, property: 'name', value: 'Avery Patel' };
    expect(await said({ reject: [value] })).toBe('Refuted name of Avery Patel');
    expect(await said({ restore: [value] })).toBe('Restored name of Avery Patel');
  });

  test('takes properties that are called like what every object has', async () => {
    const ctx = await startTenant(db);
    const [a] = (await newSource(ctx, 'one', ['Avery Patel'])) as [string];
    const id = await open(ctx);
    const names = ['constructor', 'toString', '__proto__', 'valueOf', 'hasOwnProperty'];
    const props = (value: string) => names.map((name) => ({ name, values: [value] }));
    await updateEntity(ctx, { investigationId: id, id: a, add: props('one') });
    await updateEntity(ctx, { investigationId: id, id: a, add: props('two') });
    await updateEntity(ctx, { investigationId: id, id: a, remove: props('one') });
    const own = (await entityOf(ctx, a))!.find((each) => each !== a)!;
    expect(Object.entries((await recordOf(ctx, own))!.props).sort()).toEqual(
      names.map((name) => [name, ['two']]).sort(),
    );
    const refuting = (property: string) =>
      updateEntity(ctx, { investigationId: id, id: a, reject: [{ record: a, property, value: 'x' }] });
    await expect(refuting('constructor')).rejects.toMatchObject({ code: 'INPUT_INVALID' });
  });

  test('guards what it says of a guarded entity, whose name it carries, as that is guarded', async () => {
    const ctx = await startTenant(db);
    const low = await joinTenant(ctx, { clearance: 1 });
    const [a] = (await newSource(ctx, 'red', ['Secret Name'])) as [string];
    await updateDataset(ctx, { key: 'red', marking: 'TLP:RED' });
    const id = await open(ctx);
    await updateEntity(ctx, {
      investigationId: id,
      id: a,
      add: [{ name: 'notes', values: ['Seen at the quay'] }],
    });
    const own = (await entityOf(ctx, a))!.find((each) => each !== a)!;
    expect(await recordOf(ctx, own)).toMatchObject({ caption: 'Secret Name', marking: 4 });
    expect(await recordOf(low, own)).toBeUndefined();
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
