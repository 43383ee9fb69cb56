import { expect, test } from 'vitest';
import type { Context } from '../context.ts';
import { sql } from '../database/sql.ts';
import { joinTenant, startTenant, testDatabase } from '../database/testing.ts';
import { clearRemoved, removeDataset, updateDataset } from '../dataset/dataset.commands.ts';
import { datasetId } from '../dataset/dataset.ts';
import { addUser } from '../identity/user.commands.ts';
import {
  createInvestigation,
  setMember,
  updateInvestigation,
} from '../investigation/investigation.commands.ts';
import { countChangesSince } from '../investigation/investigation.queries.ts';
import { addItems } from '../investigation/items.commands.ts';
import { writeNote } from '../investigation/notes.commands.ts';
import { newSource, removeRecords } from '../judgement/testing.ts';
import { runCommand } from './command.ts';
import { rowChanges } from './diff.ts';
import { listChanges, loadChanges } from './history.queries.ts';
import { read } from './read.ts';

const { db } = await testDatabase();

async function pair() {
  const ctx = await startTenant(db);
  return { ctx, low: await joinTenant(ctx, { clearance: 1, roles: ['reader'] }) };
}
const allOf = (who: Context, from = 0) =>
  read(who, undefined, (tx) => rowChanges(tx, { from, to: Number.MAX_SAFE_INTEGER, first: 1_000 })).then(
    ({ rows }) => JSON.stringify(rows),
  );
const history = (who: Context) =>
  read(who, undefined, (tx) => listChanges(tx, {}, { first: 100 })).then(({ rows }) => JSON.stringify(rows));

test('accounts are told to whoever keeps them', async () => {
  const { ctx, low } = await pair();
  await addUser(ctx, {
    name: 'Cem',
    roles: ['analyst'],
    clearance: 1,
    email: 'cem@example.org',
    identity: { issuer: 'https://issuer.example', subject: 'subject-7' },
  });
  expect(await allOf(ctx)).toContain('cem@example.org');
  expect(await allOf(low)).not.toMatch(/cem@example|issuer\.example|subject-7/);
  expect(await history(ctx)).toContain('Added Cem as analyst');
  expect(await history(low)).not.toContain('Cem');
  // Who is in a case is told with the case.
  const { result: id } = await createInvestigation(ctx, { title: 'Harbour' });
  await setMember(ctx, { investigationId: id, userId: low.actor.id, role: 'viewer' });
  expect(await history(low)).toContain(`Made ${low.actor.name} viewer of Harbour`);
});

test('that a guarded dataset was cleared is told to who saw it', async () => {
  const { ctx, low } = await pair();
  await newSource(ctx, 'guarded-key', ['A', 'B', 'C']);
  await updateDataset(ctx, { key: 'guarded-key', marking: 'TLP:RED' });
  await removeDataset(ctx, { key: 'guarded-key' }, { rowsInOneChange: 2 });
  await clearRemoved(ctx, 'guarded-key');
  expect(await history(ctx)).toContain('Cleared rows of the removed dataset guarded-key');
  expect(await history(low)).not.toContain('guarded-key');
});

test('a sentence says what it is about, or is not said', async () => {
  const { ctx } = await pair();
  const saying = runCommand(ctx, { action: 'test.said' }, (tx) => {
    tx.says('Something of Hidden Name');
    return tx.execute(sql`update tenants set name = 'Other', since_change = ${tx.change}
      where tenant_id = ${ctx.scope.tenant}`);
  });
  await expect(saying).rejects.toThrow('test.said says something');
});

test('who is told of a change is decided by all that it is about, however much that is', async () => {
  const { ctx, low } = await pair();
  const names = Array.from({ length: 104 }, (_, at) => `Seen ${at}`);
  const open = await newSource(ctx, 'open', names);
  const secret = await newSource(
    ctx,
    'secret',
    names.map((name) => name.replace('Seen', 'Hidden')),
    { marking: 4 },
  );
  const { result: id } = await createInvestigation(ctx, { title: 'Harbour' });
  const add = async (ids: string[]) => {
    const items = ids.map((entityId) => ({ entityId }));
    return (await addItems(ctx, { investigationId: id, items, reason: 'As of Hidden 0' })).change!;
  };
  const told = async (change: number) =>
    (await read(low, undefined, (tx) => loadChanges(tx, [change]))).get(change);
  const lastIsHidden = await add([...open.slice(0, 103), secret[0]!]);
  expect((await told(lastIsHidden))!.targets).toHaveLength(100);
  expect((await told(lastIsHidden))!.summary).toMatch(/^Seen /);
  const firstAreHidden = await add([...secret.slice(1), open[103]!]);
  expect(await told(firstAreHidden)).toMatchObject({
    summary: 'Of 1 more',
    targets: [{ kind: 'record', id: open[103] }],
  });
  expect(await history(low)).not.toContain('Hidden');
});

test('what is hidden is not counted, on whichever page it stands', async () => {
  const { ctx, low } = await pair();
  const ben = await joinTenant(ctx, { roles: ['analyst'], name: 'Ben' });
  const [open] = (await newSource(ctx, 'open', ['Open'])) as [string];
  const [secret] = (await newSource(ctx, 'secret', ['Hidden Name'], { marking: 4 })) as [string];
  const { result: id } = await createInvestigation(ctx, { title: 'Harbour' });
  const before = (await read(low, undefined, (tx) => listChanges(tx, {}, { first: 100 }))).rows.length;
  for (const text of ['one', 'two']) await writeNote(ctx, { investigationId: id, text, targetId: secret });
  for (const text of ['three', 'four']) await writeNote(ctx, { investigationId: id, text, targetId: open });
  // The newest are seen; the hidden ones come after the first page.
  const page = (who: Context) => read(who, undefined, (tx) => listChanges(tx, {}, { first: 1 }));
  expect(await page(low)).toMatchObject({ hasMore: true, total: before + 2, totalIsExact: true });
  const since = (who: Context) =>
    read(who, undefined, async (tx) => (await countChangesSince(tx, new Map(), [id], low.actor.id)).get(id));
  expect([await since(ben), await since(low)]).toEqual([5, 3]);
});

test('of a dataset that was removed the last marking counts, in the difference and in the history', async () => {
  const { ctx, low } = await pair();
  const [record] = (await newSource(ctx, 'one', ['Hidden Name'])) as [string];
  await runCommand(ctx, { action: 'test.told' }, async (tx) => {
    await tx.execute(sql`update records set caption = 'Hidden Name 2', since_change = ${tx.change}
      where tenant_id = ${ctx.scope.tenant} and id = ${record}`);
    tx.says('Told of Hidden Name');
    tx.touches({ kind: 'record', id: record, caption: 'Hidden Name' });
  });
  expect(await history(low)).toContain('Hidden Name');
  const { change: raised } = await runCommand(ctx, { action: 'test.raised' }, (tx) =>
    tx.execute(sql`update datasets set marking = 4, since_change = ${tx.change}
      where tenant_id = ${ctx.scope.tenant} and id = ${datasetId('one')}`),
  );
  await runCommand(ctx, { action: 'test.removed' }, async (tx) => {
    await tx.execute(sql`delete from records where tenant_id = ${ctx.scope.tenant}`);
    await tx.execute(
      sql`delete from datasets where tenant_id = ${ctx.scope.tenant} and id = ${datasetId('one')}`,
    );
  });
  expect(await allOf(ctx, raised!)).toContain('Hidden Name');
  expect(await allOf(low, raised!)).not.toContain('Hidden Name');
  expect(await history(low)).not.toContain('Hidden Name');
});

test('what is about a hidden thing stays hidden when the thing is gone', async () => {
  const { ctx, low } = await pair();
  const { result: id } = await createInvestigation(ctx, { title: 'Harbour' });
  await updateInvestigation(ctx, { id, marking: 'TLP:RED' });
  await writeNote(ctx, { investigationId: id, text: 'Hidden text' });
  const [record] = (await newSource(ctx, 'secret', ['Hidden'], { marking: 4 })) as [string];
  const { result: open } = await createInvestigation(ctx, { title: 'Open' });
  await writeNote(ctx, { investigationId: open, text: 'On what is hidden', targetId: record });
  await removeRecords(ctx, [record]);
  await runCommand(ctx, { action: 'test.removed' }, (tx) =>
    tx.execute(sql`delete from investigations where tenant_id = ${ctx.scope.tenant} and id = ${id}`),
  );
  expect(await allOf(ctx)).toMatch(/Hidden text.*On what is hidden|On what is hidden.*Hidden text/);
  expect(await allOf(low)).not.toMatch(/Hidden text|On what is hidden/);
});

test('a page breaks off among many hidden changes, and the next one goes on from there', async () => {
  const { ctx, low } = await pair();
  await newSource(ctx, 'open', ['First']);
  await runCommand(ctx, { action: 'test.open' }, (tx) => {
    tx.touches({ kind: 'dataset', id: datasetId('open'), caption: 'open' });
    return tx.execute(
      sql`update datasets set title = 'Open', since_change = ${tx.change} where tenant_id = ${ctx.scope.tenant}`,
    );
  });
  await newSource(ctx, 'secret', ['A'], { marking: 4 });
  for (let at = 0; at < 45; at++)
    await runCommand(ctx, { action: 'test.hidden' }, (tx) => {
      tx.touches({ kind: 'dataset', id: datasetId('secret'), caption: 'secret' });
      return tx.execute(sql`update datasets set title = ${`Secret ${at}`}, since_change = ${tx.change}
        where tenant_id = ${ctx.scope.tenant} and id = ${datasetId('secret')}`);
    });
  const page = (before?: number) =>
    read(low, undefined, (tx) => listChanges(tx, { action: 'test.open' }, { first: 5, before }, 20));
  expect((await page()).rows).toHaveLength(1);
  const all = (before?: number) =>
    read(low, undefined, (tx) => listChanges(tx, {}, { first: 5, before }, 20));
  const first = await all();
  expect(first).toMatchObject({ rows: [], hasMore: true, next: expect.any(Number) });
  expect(first.total).toBeGreaterThanOrEqual(0);
  let found = first;
  for (let pages = 0; found.rows.length === 0 && pages < 10; pages++) found = await all(found.next);
  expect(found.rows.map(({ action }) => action)).toContain('test.open');
});
