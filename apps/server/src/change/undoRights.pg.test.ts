import { SummitError } from '@summit/process/errors';
import { describe, expect, test } from 'vitest';
import type { Context } from '../context.ts';
import { sql } from '../database/sql.ts';
import { joinTenant, startTenant, testDatabase } from '../database/testing.ts';
import { createDataset, updateDataset } from '../dataset/dataset.commands.ts';
import { datasetId } from '../dataset/dataset.ts';
import { addUser, setDisabled } from '../identity/user.commands.ts';
import {
  createInvestigation,
  removeMember,
  setMember,
  updateInvestigation,
} from '../investigation/investigation.commands.ts';
import { writeNote } from '../investigation/notes.commands.ts';
import { newSource } from '../judgement/testing.ts';
import { Actor } from '../tenant/actor.ts';
import { runCommand } from './command.ts';
import { read } from './read.ts';
import { undoChange } from './undo.ts';

const { db } = await testDatabase();

async function openCase(clearance = 4) {
  const ada = await startTenant(db);
  const ben = await joinTenant(ada, { name: 'Ben', clearance });
  const { result: id } = await createInvestigation(ada, { title: 'Harbour' });
  const join = (who: Context, role: string) =>
    setMember(ada, { investigationId: id, userId: who.actor.id, role }).then(({ change }) => change!);
  return { ada, ben, id, join };
}

const lastChange = async (ctx: Context, action: string): Promise<number> =>
  (await read(ctx, undefined, (tx) =>
    tx.first<{ id: number }>(sql`
      select id from summit.changes where tenant_id = ${tx.reader.tenant} and action = ${action} order by id desc limit 1`),
  ))!.id;

describe('an undo in a case', () => {
  test.for([
    [
      'removed from it',
      'FORBIDDEN',
      ({ ada, ben, id }) => removeMember(ada, { investigationId: id, userId: ben.actor.id }),
    ],
    ['only views it', 'FORBIDDEN', ({ join, ben }) => join(ben, 'viewer')],
    [
      'may no longer see it',
      'NOT_FOUND',
      ({ ada, id }) => updateInvestigation(ada, { id, marking: 'TLP:RED' }),
    ],
    [
      'finds it read-only',
      'INVESTIGATION_READ_ONLY',
      ({ ada, id }) =>
        runCommand(ada, { action: 'test.closed' }, (tx) =>
          tx.execute(sql`
            update investigations set read_only = true, since_change = ${tx.change}
            where tenant_id = ${ada.scope.tenant} and id = ${id}`),
        ),
    ],
  ] as [string, string, (open: Awaited<ReturnType<typeof openCase>>) => Promise<unknown>][])(
    'is refused to whoever %s meanwhile',
    async ([, code, meanwhile]) => {
      const open = await openCase(1);
      await open.join(open.ben, 'editor');
      const { change } = await writeNote(open.ben, { investigationId: open.id, text: 'Mine' });
      await meanwhile(open);
      await expect(undoChange(open.ben, change!)).rejects.toMatchObject({ code });
      await expect(
        undoChange(open.ben, change!, { later: 'OVERWRITE', preview: true }),
      ).rejects.toMatchObject({ code });
    },
  );

  test('of who works in it takes a lead, and leaves one', async () => {
    const { ada, ben, id, join } = await openCase();
    const cem = await joinTenant(ada, { name: 'Cem', roles: ['analyst'] });
    await join(ben, 'lead');
    const { change: byBen } = await setMember(ben, {
      investigationId: id,
      userId: cem.actor.id,
      role: 'viewer',
    });
    await join(ben, 'editor');
    await expect(undoChange(ben, byBen!)).rejects.toMatchObject({
      code: 'FORBIDDEN',
      details: { permission: 'investigation:members' },
    });

    const made = await join(ben, 'lead');
    await removeMember(ada, { investigationId: id, userId: ada.actor.id });
    await expect(undoChange(ada, made)).rejects.toMatchObject({
      code: 'INPUT_INVALID',
      details: { problem: expect.stringContaining('lead') },
    });
  });

  test('that opened it is redone by who led it, and by nobody else who may undo', async () => {
    const { ada } = await openCase();
    const ben = await joinTenant(ada, { name: 'Ben' });
    const { result: id, change } = await createInvestigation(ben, { title: 'Quay' });
    const { change: undo } = await undoChange(ben, change!);
    const cem = await joinTenant(ada, { name: 'Cem' });
    await expect(undoChange(cem, undo!)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await undoChange(ben, undo!);
    const back = await read(ben, undefined, (tx) =>
      tx.query(sql`select from investigations where tenant_id = ${tx.reader.tenant} and id = ${id}`),
    );
    expect(back).toHaveLength(1);
  });
});

describe('an undo of who is here', () => {
  test('takes the right to say so', async () => {
    const ada = await startTenant(db);
    await addUser(ada, { name: 'Cem', roles: ['analyst'], clearance: 1 });
    const change = await lastChange(ada, 'user.added');
    // Who added Cem is an owner no more.
    const former = { ...ada, actor: new Actor(ada.actor.id, ada.actor.name, ['analyst']) };
    await expect(undoChange(former, change)).rejects.toMatchObject({
      code: 'FORBIDDEN',
      details: { permission: 'user:write' },
    });
  });

  test('leaves the tenant and an owner', async () => {
    const ada = await startTenant(db);
    await expect(undoChange(ada, await lastChange(ada, 'tenant.created'))).rejects.toMatchObject({
      code: 'INPUT_INVALID',
    });
    const eve = await addUser(ada, { name: 'Eve', roles: ['owner'], clearance: 4 });
    const added = await lastChange(ada, 'user.added');
    await setDisabled(ada, { id: ada.actor.id, name: 'Ada' }, true);
    await expect(undoChange(ada, added)).rejects.toMatchObject({
      code: 'INPUT_INVALID',
      details: { problem: 'a tenant keeps at least one owner' },
    });
    await setDisabled(ada, { id: ada.actor.id, name: 'Ada' }, false);
    await undoChange(ada, added);
    const left = await read(ada, undefined, (tx) =>
      tx.query(sql`select from summit.users where tenant_id = ${tx.reader.tenant} and id = ${eve}`),
    );
    expect(left).toEqual([]);
  });
});

describe('a conflict that the actor may not see', () => {
  const mark = (ctx: Context, table: string, id: string, rest = sql`marking = 4`) =>
    runCommand(ctx, { action: 'test.raised' }, (tx) =>
      tx.execute(sql`
        update ${sql.identifier(table)} set ${rest}, since_change = ${tx.change}
        where tenant_id = ${ctx.scope.tenant} and id = ${id}`),
    ).then(({ change }) => change!);

  async function conflicting(
    table: string,
    id: (low: Context, ctx: Context) => Promise<string>,
    first = sql`marking = 1`,
  ) {
    const ctx = await startTenant(db);
    const low = await joinTenant(ctx, { clearance: 1 });
    const row = await id(low, ctx);
    return { ctx, low, row, change: await mark(low, table, row, first) };
  }
  const refused = (total: number, items: unknown[] = []) => ({
    code: 'UNDO_CONFLICT',
    details: { total, items },
  });

  test('on a record refuses all the same, and names nothing', async () => {
    const { ctx, low, row, change } = await conflicting(
      'records',
      async (_, owner) => (await newSource(owner, 'one', ['A']))[0]!,
    );
    await mark(ctx, 'records', row, sql`marking = 4, caption = 'Secret'`);
    await expect(undoChange(low, change)).rejects.toMatchObject(refused(1));
    await expect(undoChange(ctx, change)).rejects.toMatchObject(
      refused(1, [expect.objectContaining({ caption: 'Secret' })]),
    );
  });

  test('on a dataset, too', async () => {
    const { ctx, low, row, change } = await conflicting('datasets', async (_, owner) => {
      await newSource(owner, 'one', ['A']);
      return datasetId('one');
    });
    await mark(ctx, 'datasets', row, sql`marking = 4, title = 'Secret'`);
    await expect(undoChange(low, change)).rejects.toMatchObject(refused(1));
  });

  test('on a case and a note in it, too', async () => {
    const ctx = await startTenant(db);
    const low = await joinTenant(ctx, { clearance: 1 });
    const { result: id } = await createInvestigation(ctx, { title: 'Harbour' });
    const { result: note } = await writeNote(ctx, { investigationId: id, text: 'Open' });
    const change = await mark(low, 'investigations', id, sql`marking = 0`);
    const written = await mark(low, 'notes', note, sql`text = 'Mended'`);
    await mark(ctx, 'notes', note, sql`text = 'Secret text'`);
    await mark(ctx, 'investigations', id, sql`marking = 4, title = 'Secret'`);
    await expect(undoChange(low, change)).rejects.toMatchObject(refused(1));
    await expect(undoChange(low, written)).rejects.toMatchObject(refused(1));
    await expect(undoChange(ctx, written)).rejects.toMatchObject(
      refused(1, [expect.objectContaining({ caption: 'Secret text' })]),
    );
  });
});

describe('what was marked above the actor meanwhile', () => {
  const stateOf = (ctx: Context, key: string) =>
    read(ctx, undefined, (tx) =>
      tx.first(
        sql`select title, marking from datasets where tenant_id = ${ctx.scope.tenant} and id = ${datasetId(key)}`,
      ),
    );
  const two = async () => {
    const owner = await startTenant(db);
    return { owner, low: await joinTenant(owner, { clearance: 1, roles: ['analyst'] }) };
  };

  test.for(['OVERWRITE', 'UNDO_TOO'] as const)(
    'a dataset stays as it is marked, later acts %s',
    async (later) => {
      const { owner, low } = await two();
      await createDataset(low, { key: 'reports', title: 'Reports' });
      const { change } = await updateDataset(low, { key: 'reports', title: 'Our reports' });
      await updateDataset(owner, { key: 'reports', title: 'Secret', marking: 'TLP:RED' });
      await expect(undoChange(low, change!, { later })).rejects.toThrow(SummitError);
      await expect(undoChange(low, change!, { later, preview: true })).rejects.toThrow(SummitError);
      expect(await stateOf(owner, 'reports')).toEqual({ title: 'Secret', marking: 4 });
      await undoChange(owner, change!, { later: 'OVERWRITE' });
      expect(await stateOf(owner, 'reports')).toEqual({ title: 'Reports', marking: 1 });
    },
  );

  test('a record stays, and so does one of a dataset that was marked', async () => {
    const { owner, low } = await two();
    const [first] = await newSource(low, 'one', ['A'], { marking: 1 });
    const made = await lastChange(low, 'import.batch');
    const raise = (table: string, id: string) =>
      runCommand(owner, { action: 'test.raised' }, (tx) =>
        tx.execute(sql`
          update ${sql.identifier(table)} set marking = 4, since_change = ${tx.change}
          where tenant_id = ${owner.scope.tenant} and id = ${id}`),
      );
    await raise('records', first!);
    await expect(undoChange(low, made, { later: 'OVERWRITE' })).rejects.toMatchObject({ code: 'NOT_FOUND' });

    await newSource(low, 'two', ['B'], { marking: 1 });
    const other = await lastChange(low, 'import.batch');
    await raise('datasets', datasetId('two'));
    await expect(undoChange(low, other, { later: 'OVERWRITE' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

test('a dataset that holds rows goes by who may remove it, though another has made it', async () => {
  const owner = await startTenant(db);
  const low = await joinTenant(owner, { roles: ['analyst'] });
  const { change } = await createDataset(low, { key: 'shared', title: 'Shared' });
  await newSource(owner, 'shared', ['A']);
  await expect(undoChange(low, change!)).rejects.toMatchObject({
    code: 'FORBIDDEN',
    details: { permission: 'dataset:remove' },
  });
  const { change: empty } = await createDataset(low, { key: 'empty', title: 'Empty' });
  await undoChange(low, empty!);
});
