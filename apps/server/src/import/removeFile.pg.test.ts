import { rmSync } from 'node:fs';
import { access, mkdir, rename, rmdir } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { resolvers as changeResolvers } from '../change/change.graphql.ts';
import { runCommand } from '../change/command.ts';
import { loadChanges } from '../change/history.queries.ts';
import { read } from '../change/read.ts';
import { undo } from '../change/undoAct.ts';
import type { Context } from '../context.ts';
import { inTransaction } from '../database/inTransaction.ts';
import { sql } from '../database/sql.ts';
import { joinTenant, startTenant, testDatabase } from '../database/testing.ts';
import { removeDataset } from '../dataset/dataset.commands.ts';
import { blobPath } from '../file/blobs.ts';
import { keepFile } from '../file/file.commands.ts';
import { loadFile } from '../file/file.queries.ts';
import { finishRemovals } from '../file/removed.ts';
import type { RequestContext } from '../graphql/request.ts';
import { resumeImport, startImport } from './import.commands.ts';
import { resolvers } from './import.graphql.ts';
import { listRejects, loadImports } from './import.queries.ts';
import type { ImportNode } from './import.ts';
import { rowsWriter } from './rejectedRows.ts';
import { removeFile } from './removeFile.commands.ts';
import { runImport } from './runImport.ts';
import { sourceRow } from './sourceRow.ts';
import { claimed, importTesting } from './testing.ts';

const database = await testDatabase();
const { bring, start, settled, home } = await importTesting(database);
const place = { home, most: 1e10, quota: 1e11 };
const { db } = database;
/** Nobody works here: what is queued waits for its test. */
const quiet = await testDatabase();
const idle = await importTesting(quiet, true);

const tenantOf = async (): Promise<Context> => ({ ...(await startTenant(db)), files: place });
let made = 0;
/** One row that is taken and one that is refused; other bytes each time. */
const rows = () =>
  `${JSON.stringify({ id: 'a', schema: 'Person', properties: { name: [`Ada ${++made}`] } })}\n{"id":"b", broken\n`;
const isThere = ({ sha256 }: { sha256: string }) =>
  access(blobPath(home, sha256)).then(
    () => true,
    () => false,
  );
const keptBytes = async (ctx: Context): Promise<number> =>
  (await inTransaction(db, { tenant: ctx.scope.tenant, readOnly: true }, (tx) =>
    tx.first<{ bytes: number }>(sql`select operations.kept_bytes() as bytes`),
  ))!.bytes;
const refOf = async (ctx: Context): Promise<never> =>
  (await read(ctx, undefined, (tx) =>
    tx.first<{ ref: never }>(
      sql`select source_ref as ref from records where tenant_id = ${tx.reader.tenant}`,
    ),
  ))!.ref;
const about = async (ctx: Context, { id }: ImportNode): Promise<ImportNode> =>
  (await loadImports(ctx, [id])).get(id)!;

test('a removed original leaves its facts, which say who removed it, and gives its room back', async () => {
  const ctx = await tenantOf();
  const before = await keptBytes(ctx);
  const done = await bring(ctx, rows());
  const reason = 'the person asked for it';
  const { preview, result: would } = await removeFile(ctx, { import: done.id }, { preview: true });
  expect([would.removed, preview?.total, await isThere(done)]).toEqual([[done.fileId], 0, true]);

  const { change, result } = await removeFile(ctx, { import: done.id }, { reason });
  expect(result).toEqual({ removed: [done.fileId], removedBefore: [], kept: [] });
  expect(await isThere(done)).toBe(false);
  expect(await keptBytes(ctx)).toBe(before);
  const told = await read(ctx, undefined, (tx) =>
    tx.first(
      sql`select action, summary, reason from changes where tenant_id = ${tx.reader.tenant} and id = ${change}`,
    ),
  );
  expect(told).toEqual({
    action: 'file.removed',
    summary: 'Removed the original file of test for good',
    reason,
  });

  const removed = { by: ctx.actor.id, at: expect.any(Date), reason };
  expect(await sourceRow(ctx, await refOf(ctx))).toMatchObject({ row: 1, line: 1, text: '', removed });
  const now = await about(ctx, done);
  expect(now.removed).toEqual(removed);
  const by = await resolvers.FileRemoval.by(now.removed!, {}, {
    ...ctx,
    loaders: new Map(),
  } as unknown as RequestContext);
  expect(by).toMatchObject({ name: ctx.actor.name });
  for (const needs of [() => loadFile(ctx, done.fileId), () => rowsWriter(ctx, now)])
    await expect(needs()).rejects.toMatchObject({ code: 'FILE_REMOVED' });

  const rejects = await read(ctx, undefined, (tx) => listRejects(tx, ctx, done.id, 0, 10));
  expect(rejects).toMatchObject([{ line: 2, code: 'BAD_SYNTAX', raw: '' }]);
  const kept = await read(ctx, undefined, (tx) =>
    tx.query(sql`select raw from operations.import_rejects where tenant_id = ${ctx.scope.tenant}`),
  );
  expect(kept).toEqual([{ raw: '' }]);
  // Again there is nothing to do, and no change.
  expect(await removeFile(ctx, { import: done.id })).toEqual({
    result: { removed: [], removedBefore: [done.fileId], kept: [] },
    change: null,
  });
});

test('the bytes stay while another file is the same, of whichever tenant', async () => {
  const [ctx, other] = [await tenantOf(), await tenantOf()];
  const text = rows();
  const [one, two] = [await bring(ctx, text), await bring(other, text)];
  await removeFile(ctx, { import: one.id });
  expect(await isThere(two)).toBe(true);
  expect((await loadFile(other, two.fileId)).id).toBe(two.fileId);
  // Brought again, they are a file of their own.
  const again = await bring(ctx, text);
  await removeFile(other, { import: two.id });
  expect(await isThere(again)).toBe(true);
  expect(await sourceRow(ctx, await refOf(ctx))).not.toBeNull();
  await removeFile(ctx, { import: again.id });
  expect(await isThere(again)).toBe(false);
});

test('no undo brings bytes back, and the last act that one undoes is the one before', async () => {
  const ctx = await tenantOf();
  const done = await bring(ctx, rows());
  await removeDataset(ctx, { key: 'test' });
  const { change } = await removeFile(ctx, { dataset: 'test' });
  const told = await read(ctx, undefined, async (tx) => (await loadChanges(tx, [change!])).get(change!)!);
  const asked = { ...ctx, loaders: new Map() } as unknown as RequestContext;
  expect(changeResolvers.Change.canUndo(told, {}, asked)).toBe(false);
  await expect(undo(ctx, { change: change! })).rejects.toMatchObject({
    code: 'UNDO_IMPOSSIBLE',
    details: { problem: 'the bytes of a removed file are gone for good' },
  });
  await undo(ctx, {});
  expect(await sourceRow(ctx, await refOf(ctx))).toMatchObject({
    importId: done.id,
    removed: { by: ctx.actor.id },
  });
});

test('of a dataset all originals go, but not one that another dataset came from', async () => {
  const ctx = await tenantOf();
  const [one, two] = [await bring(ctx, rows()), await bring(ctx, rows())];
  const shared = await bring(ctx, rows());
  await settled(ctx, await start(ctx, 'x', { fileId: shared.fileId, dataset: 'other' }));
  const { result } = await removeFile(ctx, { dataset: 'test' });
  expect(result.removed.toSorted()).toEqual([one.fileId, two.fileId].toSorted());
  const kept = [{ id: shared.fileId, filename: expect.any(String), datasets: ['other'] }];
  expect(result.kept).toEqual(kept);
  expect(await Promise.all([one, two, shared].map(isThere))).toEqual([false, false, true]);
});

test('where all originals of a dataset are shared none goes, and it says which stay and what else came from them', async () => {
  const ctx = await tenantOf();
  const low: Context = { ...(await joinTenant(ctx, { roles: ['owner'], clearance: 1 })), files: place };
  const shared = await bring(ctx, rows());
  await settled(ctx, await start(ctx, 'x', { fileId: shared.fileId, dataset: 'open' }));
  await settled(ctx, await start(ctx, 'x', { fileId: shared.fileId, dataset: 'secret', marking: 'TLP:RED' }));
  const kept = { id: shared.fileId, filename: expect.any(String) };
  expect(await removeFile(ctx, { dataset: 'test' })).toEqual({
    result: { removed: [], removedBefore: [], kept: [{ ...kept, datasets: ['open', 'secret'] }] },
    change: null,
  });
  // Who does not see the other dataset is not told its key.
  expect((await removeFile(low, { dataset: 'test' })).result.kept).toEqual([{ ...kept, datasets: ['open'] }]);
  expect(await isThere(shared)).toBe(true);
});

test('where the bytes could not be deleted whoever asks again deletes them', async () => {
  const ctx = { ...(await tenantOf()), idempotencyKey: 'once' };
  const done = await bring(ctx, rows());
  const place = blobPath(home, done.sha256);
  // A folder in its place is what `rm` refuses.
  const aside = `${place}.aside`;
  await rename(place, aside);
  await mkdir(place);
  await expect(removeFile({ ...ctx }, { import: done.id })).rejects.toMatchObject({ code: 'ERR_FS_EISDIR' });
  await rmdir(place);
  await rename(aside, place);
  expect(await isThere(done)).toBe(true);
  const { idempotencyKey: _, ...anew } = ctx;
  expect((await removeFile(anew, { import: done.id })).result.removedBefore).toEqual([done.fileId]);
  expect(await isThere(done)).toBe(false);
});

test('it is refused to whoever is no owner, sees not all of it, or while it is read', async () => {
  const ctx = await tenantOf();
  const analyst: Context = { ...(await joinTenant(ctx, { roles: ['analyst'] })), files: place };
  const low: Context = { ...(await joinTenant(ctx, { roles: ['owner'], clearance: 1 })), files: place };
  const stranger = await tenantOf();
  const done = await bring(ctx, rows(), { marking: 'TLP:RED', dataset: 'red' });
  await expect(removeFile(analyst, { import: done.id })).rejects.toMatchObject({ code: 'FORBIDDEN' });
  for (const who of [low, stranger]) {
    for (const chosen of [{ import: done.id }, { dataset: 'red' }, { file: done.fileId }])
      await expect(removeFile(who, chosen)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  }
  // Of a dataset that one sees some imports may be guarded more.
  await bring(ctx, rows());
  await bring(ctx, rows(), { marking: 'TLP:RED' });
  await expect(removeFile(low, { dataset: 'test' })).rejects.toMatchObject({ code: 'FORBIDDEN' });
  await expect(removeFile(ctx, {})).rejects.toMatchObject({ code: 'INPUT_INVALID' });
  await expect(removeFile(ctx, { import: done.id, file: done.fileId })).rejects.toMatchObject({
    code: 'INPUT_INVALID',
  });

  expect(await isThere(done)).toBe(true);
  const its = { ...(await startTenant(quiet.db)), files: { ...place, home: idle.home } };
  const waiting = await idle.start(its, rows());
  await expect(removeFile(its, { import: waiting })).rejects.toMatchObject({ code: 'IMPORT_NOT_READY' });
});

test('an import that stopped does not go on without its original', async () => {
  const ctx = await tenantOf();
  const failed = await bring(ctx, 'nothing of use', { format: 'stix' });
  expect(failed.state).toBe('failed');
  await removeFile(ctx, { file: failed.fileId });
  await expect(resumeImport(ctx, failed.id)).rejects.toMatchObject({ code: 'FILE_REMOVED' });
});

test('a removal that a killed process did not finish is finished at the next start', async () => {
  const ctx = await tenantOf();
  const done = await bring(ctx, rows());
  const nowhere = { ...ctx, files: { ...place, home: `${home}/elsewhere` } };
  await removeFile(nowhere, { import: done.id });
  expect(await isThere(done)).toBe(true);
  await finishRemovals(db, home);
  expect(await isThere(done)).toBe(false);
});

test('an upload of the same bytes while they are removed is either kept whole or brought again', async () => {
  const ctx = await tenantOf();
  for (let round = 0; round < 10; round++) {
    const text = rows();
    const done = await bring(ctx, text);
    const [again] = await Promise.all([
      keepFile(ctx, place, 'again.ndjson', Readable.from([Buffer.from(text)])),
      removeFile(ctx, { import: done.id }),
    ]);
    expect(await isThere(again)).toBe(true);
  }
});

test('of a removal and an import of one file at the same moment one is refused', async () => {
  const ctx = await tenantOf();
  for (let round = 0; round < 8; round++) {
    const file = await keepFile(ctx, place, 'one.ndjson', Readable.from([Buffer.from(rows())]));
    const outcomes = await Promise.allSettled([
      removeFile(ctx, { file: file.id }),
      startImport(ctx, { fileId: file.id, dataset: `d${round}`, format: 'ftm' }),
    ]);
    const refused = outcomes.flatMap((each) => (each.status === 'rejected' ? [each.reason.code] : []));
    expect(refused).toHaveLength(1);
    expect(['FILE_REMOVED', 'IMPORT_NOT_READY']).toContain(refused[0]);
  }
});

test('an import whose file goes while it is read says so', async () => {
  const ctx = await startTenant(quiet.db);
  const id = await idle.start(ctx, rows());
  const { fileId, sha256 } = (await loadImports(ctx, [id])).get(id)!;
  let removing: Promise<unknown> | undefined;
  // The import begins, and before its first row is read the file is removed: its next question waits for that.
  const later = Object.create(quiet.db, {
    connect: {
      value: async (kind: 'read' | 'write') => {
        await removing;
        return quiet.db.connect(kind);
      },
    },
  }) as typeof quiet.db;
  const begun = () => {
    removing ??= (async () => {
      await runCommand(ctx, { action: 'test.removed' }, (tx) =>
        tx.execute(sql`
          insert into removed_files (tenant_id, id, since_change, sha256, removed_by)
          values (${ctx.scope.tenant}, ${fileId}, ${tx.change}, ${sha256}, ${ctx.actor.id})`),
      );
    })();
    rmSync(blobPath(idle.home, sha256), { force: true });
    return false;
  };
  const services = { db: later, home: idle.home, positionSecret: new Uint8Array(32) };
  await runImport(services, claimed(ctx.scope.tenant, 1, { cancelRequested: begun }), id);
  expect((await loadImports(ctx, [id])).get(id)).toMatchObject({
    state: 'failed',
    error: { code: 'FILE_REMOVED' },
  });
});
