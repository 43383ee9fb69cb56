import { gzipSync } from 'node:zlib';
import { expect, test, vi } from 'vitest';
import { runCommand } from '../change/command.ts';
import { read } from '../change/read.ts';
import type { Context } from '../context.ts';
import { sql } from '../database/sql.ts';
import { joinTenant, startTenant, testDatabase } from '../database/testing.ts';
import { digest } from '../digest/digest.queries.ts';
import { createInvestigation } from '../investigation/investigation.commands.ts';
import { addItems } from '../investigation/items.commands.ts';
import { cancelImport, resumeImport, retryRejects, startImport, undoImport } from './import.commands.ts';
import { listRejects, loadImports } from './import.queries.ts';
import { sourceRow } from './sourceRow.ts';
import { importTesting } from './testing.ts';

const database = await testDatabase();
const { bring, start, settled, home } = await importTesting(database);
const place = { home, most: 1e10, quota: 1e11 };

const person = (id: string, name: string, more: Record<string, string[]> = {}) =>
  `${JSON.stringify({ id, schema: 'Person', properties: { name: [name], ...more } })}\n`;
const people = (count: number, name = 'Person') =>
  Array.from({ length: count }, (_, at) => person(`p${at}`, `${name} ${at}`)).join('');

const digestOf = (ctx: Context) => read(ctx, undefined, async (tx) => (await digest(tx)).content);
const changesOf = async (ctx: Context) =>
  (await read(ctx, undefined, (tx) =>
    tx.first<{ n: number }>(
      sql`select count(*)::int as n from summit.changes where tenant_id = ${tx.reader.tenant}`,
    ),
  ))!.n;
const captions = (ctx: Context) =>
  read(ctx, undefined, (tx) =>
    tx.query<{ caption: string }>(
      sql`select caption from records where tenant_id = ${tx.reader.tenant} order by caption`,
    ),
  ).then((rows) => rows.map(({ caption }) => caption));

test('undoing an import gives back what stood before it, byte for byte', async () => {
  const ctx = await startTenant(database.db);
  await bring(ctx, people(30));
  const before = await digestOf(ctx);
  const second = await bring(ctx, person('p1', 'Renamed') + person('new', 'Newcomer'));
  expect(second.result).toMatchObject({ records: { created: 1, updated: 1, unchanged: 0, removed: 0 } });
  expect(await digestOf(ctx)).not.toBe(before);

  await undoImport(ctx, second.id);
  expect((await settled(ctx, second.id)).state).toBe('undone');
  expect(await digestOf(ctx)).toBe(before);
  await expect(undoImport(ctx, second.id)).rejects.toMatchObject({
    code: 'IMPORT_NOT_READY',
    message: expect.stringContaining('undone already; to have its facts back, import the file again'),
  });
});

test('an undo that a later import stands on is refused with what stands in its way, and nothing is taken back', async () => {
  const ctx = await startTenant(database.db);
  const first = await bring(ctx, people(3));
  await bring(ctx, person('p1', 'Renamed'));
  const before = await digestOf(ctx);
  await expect(undoImport(ctx, first.id)).rejects.toMatchObject({
    code: 'UNDO_CONFLICT',
    details: { total: 1, items: [{ caption: 'Renamed' }] },
  });
  expect(await digestOf(ctx)).toBe(before);
  expect((await loadImports(ctx, [first.id])).get(first.id)!.state).toBe('done');
});

test('undoing the import that made a dataset leaves the dataset to what others brought since', async () => {
  const ctx = await startTenant(database.db);
  const first = await bring(ctx, person('a', 'First'));
  await bring(ctx, person('b', 'Second'));
  await undoImport(ctx, first.id);
  await settled(ctx, first.id);
  expect(await captions(ctx)).toEqual(['Second']);
  expect(await read(ctx, undefined, async (tx) => tx.reader.datasets.length)).toBe(1);
});

test('replace removes what the file lacks, when that is little or confirmed', async () => {
  const ctx = await startTenant(database.db);
  await bring(ctx, people(20));
  const refused = await bring(ctx, people(5), { mode: 'replace' });
  expect(refused.state).toBe('failed');
  expect(refused.error).toMatchObject({ code: 'REPLACE_NOT_CONFIRMED' });
  expect((await captions(ctx)).length).toBe(20);

  const little = await bring(ctx, people(19), { mode: 'replace' });
  expect(little.result).toMatchObject({ records: { created: 0, updated: 0, unchanged: 19, removed: 1 } });

  const confirmed = await bring(ctx, people(5, 'Other'), { mode: 'replace', confirmRemovals: true });
  expect(confirmed.result).toMatchObject({ records: { created: 0, updated: 5, unchanged: 0, removed: 14 } });
  expect((await captions(ctx)).length).toBe(5);

  await undoImport(ctx, confirmed.id);
  expect((await settled(ctx, confirmed.id)).state).toBe('undone');
  expect((await captions(ctx)).length).toBe(19);
});

test('a preview tells what an import would do and writes no change', async () => {
  const ctx = await startTenant(database.db);
  await bring(ctx, people(10));
  const before = await changesOf(ctx);
  const text = `${person('p1', 'Renamed')}${person('p2', 'Person 2')}${person('x', 'New')}not json\n`;
  const preview = await bring(ctx, text, { mode: 'replace', preview: true });
  expect(preview.state).toBe('previewed');
  expect(preview.result).toMatchObject({
    rows: 4,
    rejects: 1,
    records: { created: 1, updated: 1, unchanged: 1, removed: 8 },
  });
  expect(preview.samples!.rows.map(({ act, caption }) => [act, caption]).sort()).toEqual([
    ['added', 'New'],
    ['changed', 'Renamed'],
  ]);
  expect(await changesOf(ctx)).toBe(before);
});

test('rejects name their line and reason, and are mended by importing their rows again', async () => {
  const ctx = await startTenant(database.db);
  const text = `${person('a', 'Fine')}{"id":"b","schema":"Person",\n{"schema":"Person","properties":{}}\n${person('c', 'Also fine')}`;
  const done = await bring(ctx, text);
  expect(done.result).toMatchObject({ rows: 4, rejects: 2, records: { created: 2 } });
  const rejects = await read(ctx, undefined, (tx) => listRejects(tx, ctx, done.id, 0, 10));
  expect(rejects.map(({ line, code }) => [line, code])).toEqual([
    [2, 'BAD_SYNTAX'],
    [3, 'MISSING_ID'],
  ]);
  expect(rejects[0]!.raw).toBe('{"id":"b","schema":"Person",');

  const upload = await start(ctx, person('b', 'Mended'), { dataset: 'elsewhere', preview: true });
  const { fileId } = await settled(ctx, upload);
  const retried = await settled(ctx, await retryRejects(ctx, { id: done.id, fileId }));
  expect(retried.result).toMatchObject({ dataset: 'test', records: { created: 1 } });
  expect(retried.retryOf).toBe(done.id);
});

/** Something of it is written. */
const begun = (ctx: Context, id: string) =>
  vi.waitFor(async () => expect((await loadImports(ctx, [id])).get(id)!.checkpoint).toBeGreaterThan(0), {
    timeout: 30_000,
    interval: 10,
  });

test('the same file in flight twice is one job; afterwards it is a new one that changes nothing', async () => {
  const ctx = await startTenant(database.db);
  const other = await joinTenant(ctx);
  const upload = await start(ctx, people(2_000), { dataset: 'elsewhere', preview: true });
  const { fileId } = await settled(ctx, upload);
  const [first, again] = await Promise.all(
    [ctx, other].map((each) => startImport(each, { fileId, dataset: 'test', format: 'ftm' })),
  );
  expect(again).toBe(first);
  const one = await settled(ctx, first!);
  expect(one.result).toMatchObject({ records: { created: 2_000 } });
  const before = await changesOf(ctx);
  const later = await bring(ctx, people(2_000));
  expect(later.id).not.toBe(first);
  expect(later.result).toMatchObject({ records: { created: 0, unchanged: 2_000 } });
  expect(await changesOf(ctx)).toBe(before);
});

test('a cancelled import keeps what is done, goes on when resumed, and ends like an undisturbed one', async () => {
  const ctx = await startTenant(database.db);
  const text = people(8_000);
  const id = await start(ctx, text);
  await begun(ctx, id);
  await cancelImport(ctx, id);
  const cancelled = await settled(ctx, id);
  expect(cancelled.state).toBe('cancelled');
  expect(cancelled.result!.rows).toBeLessThan(8_000);
  expect((await captions(ctx)).length).toBe(cancelled.result!.records.created);

  await resumeImport(ctx, id);
  const done = await settled(ctx, id);
  expect(done.result).toMatchObject({ rows: 8_000, records: { created: 8_000, updated: 0, unchanged: 0 } });

  const undisturbed = await startTenant(database.db);
  await bring(undisturbed, text);
  expect(await digestOf(ctx)).toBe(await digestOf(undisturbed));
});

test('two tenants import one file under one key and see nothing of each other', async () => {
  const [ada, eve] = [await startTenant(database.db), await startTenant(database.db)];
  const hers = await bring(ada, people(5));
  await bring(eve, people(5));
  expect(await digestOf(ada)).toBe(await digestOf(eve));
  expect((await loadImports(eve, [hers.id])).size).toBe(0);
  await expect(undoImport(eve, hers.id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  await expect(startImport(eve, { fileId: hers.fileId, dataset: 'x', format: 'ftm' })).rejects.toMatchObject({
    code: 'NOT_FOUND',
  });
  await undoImport(ada, hers.id);
  await settled(ada, hers.id);
  expect((await captions(eve)).length).toBe(5);
});

test('a reader may not import, and the refusals say what is wrong', async () => {
  const ctx = await startTenant(database.db);
  const reader = await joinTenant(ctx, { roles: ['reader'] });
  await expect(start(reader, people(1))).rejects.toMatchObject({ code: 'FORBIDDEN' });
  await expect(start(ctx, people(1), { dataset: 'Not A Key' })).rejects.toMatchObject({
    code: 'INPUT_INVALID',
  });
  await expect(start(ctx, people(1), { format: 'docx' })).rejects.toMatchObject({ code: 'FORMAT_UNKNOWN' });
  await expect(start(ctx, people(1), { mapping: 'queries: 7' })).rejects.toMatchObject({
    code: 'MAPPING_INVALID',
  });
});

test('whoever loses the right to import loses the import at its next batch', async () => {
  const ctx = await startTenant(database.db);
  const ben = await joinTenant(ctx);
  const id = await start(ben, people(8_000));
  await begun(ctx, id);
  await runCommand(ctx, { action: 'user.disabled' }, (tx) =>
    tx.execute(sql`
      update users set disabled_at = now(), since_change = ${tx.change} where tenant_id = ${ctx.scope.tenant} and id = ${ben.actor.id}`),
  );
  const ended = await settled(ctx, id);
  expect(ended).toMatchObject({ state: 'failed', error: { code: 'FORBIDDEN' } });
  expect(ended.checkpoint).toBeLessThan(8_000);
});

test.for([false, true])(
  'the row that says a fact is opened from the kept original (gzip: %s)',
  async (gzip) => {
    const ctx: Context = { ...(await startTenant(database.db)), files: place };
    const text = people(200);
    const done = await bring(ctx, gzip ? gzipSync(text) : text, {
      name: gzip ? 'people.json.gz' : 'people.json',
    });
    const record = await read(ctx, undefined, (tx) =>
      tx.first<{ ref: { import: string } }>(
        sql`select source_ref as ref from records where tenant_id = ${tx.reader.tenant} and caption = 'Person 77'`,
      ),
    );
    const lines = text.split('\n');
    expect(await sourceRow(ctx, record!.ref)).toEqual({
      importId: done.id,
      filename: gzip ? 'people.json.gz' : 'people.json',
      row: 78,
      line: 78,
      text: lines[77],
      truncated: false,
      removed: null,
      before: lines.slice(75, 77),
      after: lines.slice(78, 80),
    });
  },
);

test('where a file draws its nodes, a chart draws them', async () => {
  const ctx = await startTenant(database.db);
  const gexf = `<?xml version="1.0" encoding="UTF-8"?>
    <gexf xmlns="http://gexf.net/1.3" xmlns:viz="http://gexf.net/1.3/viz" version="1.3"><graph defaultedgetype="directed">
      <nodes><node id="a" label="Drawn"><viz:position x="12.5" y="-3" z="0"/></node><node id="b" label="Not drawn"/></nodes>
      <edges><edge id="e" source="a" target="b"/></edges></graph></gexf>`;
  await bring(ctx, gexf, { format: 'gexf', name: 'net.gexf' });
  const records = await read(ctx, undefined, (tx) =>
    tx.query<{ id: string; caption: string }>(
      sql`select id, caption from records where tenant_id = ${tx.reader.tenant}`,
    ),
  );
  const { result: investigationId } = await createInvestigation(ctx, { title: 'Net' });
  await addItems(ctx, { investigationId, items: records.map(({ id }) => ({ entityId: id })) });
  const items = await read(ctx, undefined, (tx) =>
    tx.query(sql`select caption, x, y from investigation_items i join records r on r.tenant_id = i.tenant_id and r.id = i.record_id
      where i.tenant_id = ${tx.reader.tenant} order by caption`),
  );
  expect(items).toEqual([
    { caption: 'Drawn', x: 12.5, y: -3 },
    { caption: 'Not drawn', x: null, y: null },
  ]);
});
