import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { runCommand } from '../change/command.ts';
import { read } from '../change/read.ts';
import type { Context } from '../context.ts';
import { sql } from '../database/sql.ts';
import { joinTenant, startTenant, testDatabase } from '../database/testing.ts';
import { updateDataset } from '../dataset/dataset.commands.ts';
import { keepFile } from '../file/file.commands.ts';
import { loadFile } from '../file/file.queries.ts';
import { retryRejects, startImport } from './import.commands.ts';
import { listImports, listRejects, loadImports } from './import.queries.ts';
import { sentenceOf } from './import.ts';
import { sourceRow } from './sourceRow.ts';
import { importTesting } from './testing.ts';

const database = await testDatabase();
const { bring, settled, home } = await importTesting(database);
const place = { home, most: 1e10, quota: 1e11 };

const person = (id: string, name: string) =>
  `${JSON.stringify({ id, schema: 'Person', properties: { name: [name] } })}\n`;

/** A STIX bundle of one identity, marked as it says itself. */
const stix = (marking: 'green' | 'red', name: string, description: string) => {
  const id = {
    green: 'marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da',
    red: 'marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed',
  }[marking];
  return JSON.stringify({
    type: 'bundle',
    id: 'bundle--0c9f9f3f-6a4e-4c43-8a3b-2f1a3a3f9b10',
    objects: [
      {
        type: 'identity',
        spec_version: '2.1',
        id: 'identity--023d105b-752e-4e3c-941c-7d3f3cb15e9e',
        created: '2024-01-01T00:00:00.000Z',
        modified: marking === 'red' ? '2024-01-01T00:00:00.000Z' : '2024-02-01T00:00:00.000Z',
        name,
        description,
        identity_class: 'individual',
        object_marking_refs: [id],
      },
    ],
  });
};

async function pair() {
  const ctx: Context = { ...(await startTenant(database.db)), files: place };
  const low: Context = { ...(await joinTenant(ctx, { clearance: 1 })), files: place };
  // Jobs act with what the account says.
  await runCommand(ctx, { action: 'test.cleared' }, (tx) =>
    tx.execute(sql`
      update users set clearance = 1, since_change = ${tx.change}
      where tenant_id = ${ctx.scope.tenant} and id = ${low.actor.id}`),
  );
  return { ctx, low };
}

const seen = async (who: Context, id: string) => (await loadImports(who, [id])).has(id);

test('an import marked above a reader is not the reader’s, nor are its original and its rows', async () => {
  const { ctx, low } = await pair();
  await bring(ctx, person('open', 'Open'));
  const secret = await bring(ctx, person('p', 'Hidden Name'), { marking: 'TLP:RED' });
  expect(await seen(ctx, secret.id)).toBe(true);
  expect(await seen(low, secret.id)).toBe(false);
  expect((await listImports(low, { first: 10 })).rows.map(({ id }) => id)).not.toContain(secret.id);
  await expect(loadFile(low, secret.fileId)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  await expect(
    startImport(low, { fileId: secret.fileId, dataset: 'mine', format: 'ftm' }),
  ).rejects.toMatchObject({ code: 'NOT_FOUND' });
  expect(await sourceRow(low, { import: secret.id, row: 1, byteOffset: 0 } as never)).toBeNull();
});

test('a first import that failed is its starter’s and that of who may see its marking', async () => {
  const { ctx, low } = await pair();
  const failed = await bring(ctx, 'nothing of use', { marking: 'TLP:RED', format: 'stix', dataset: 'never' });
  expect(failed.datasetId).toBeNull();
  expect(await seen(ctx, failed.id)).toBe(true);
  expect(await seen(low, failed.id)).toBe(false);
});

test('an import whose rows say that they are marked higher goes with the highest of them', async () => {
  const { ctx, low } = await pair();
  const done = await bring(ctx, stix('red', 'Rowan', 'Hidden Text'), { format: 'stix', dataset: 'cti' });
  expect(done.result).toMatchObject({ records: { created: 1 } });
  expect(await seen(low, done.id)).toBe(false);
  await expect(loadFile(low, done.fileId)).rejects.toMatchObject({ code: 'NOT_FOUND' });
});

test('a dataset that was marked higher since takes its imports along', async () => {
  const { ctx, low } = await pair();
  const done = await bring(ctx, person('p', 'Somebody'));
  expect(await seen(low, done.id)).toBe(true);
  await updateDataset(ctx, { key: 'test', marking: 'TLP:RED' });
  expect(await seen(low, done.id)).toBe(false);
  await expect(loadFile(low, done.fileId)).rejects.toMatchObject({ code: 'NOT_FOUND' });
});

test('a preview finds ends among the rows that its reader sees, and no others', async () => {
  const { ctx, low } = await pair();
  await bring(ctx, person('open', 'Open'));
  await bring(ctx, person('secret', 'Hidden Name'), { marking: 'TLP:RED' });
  const link = `{"id":"l","schema":"Ownership","properties":{"owner":["open"],"asset":["secret"]}}\n`;
  const unresolved = async (who: Context) =>
    (await bring(who, link, { preview: true, marking: 'TLP:GREEN' })).result?.unresolved;
  expect(await unresolved(ctx)).toBe(0);
  expect(await unresolved(low)).toBe(1);
});

test('a file that names a hidden row learns nothing of it and changes nothing of it', async () => {
  const { ctx, low } = await pair();
  await bring(ctx, stix('red', 'Rowan', 'Hidden Text'), { format: 'stix', dataset: 'cti' });
  const guess = { format: 'stix', dataset: 'cti' };
  const preview = await bring(low, stix('green', 'Rowan', 'Guess'), { ...guess, preview: true });
  expect(preview.state).toBe('previewed');
  expect(JSON.stringify(preview.samples)).not.toContain('Hidden Text');
  // To whoever does not see it the row is not there: not among what would change, nor among what would go.
  expect(preview.result).toMatchObject({ records: { created: 1, updated: 0, unchanged: 0 } });
  expect(preview.samples).toMatchObject({ rows: [{ act: 'added', before: null }], total: 1 });
  const emptied = `{"type":"bundle","id":"bundle--0c9f9f3f-6a4e-4c43-8a3b-2f1a3a3f9b12","objects":[]}`;
  const gone = await bring(low, emptied, { ...guess, mode: 'replace', preview: true });
  expect(gone.result).toMatchObject({ records: { removed: 0 } });
  const refused = await bring(low, stix('green', 'Rowan', 'Guess'), guess);
  expect(refused).toMatchObject({ state: 'failed', error: { code: 'FORBIDDEN' } });
  // Nor does a replacing import remove what its importer cannot see.
  const other = `{"type":"bundle","id":"bundle--0c9f9f3f-6a4e-4c43-8a3b-2f1a3a3f9b11","objects":[]}`;
  await bring(low, other, { ...guess, mode: 'replace', confirmRemovals: true });
  const { description } = (await read(ctx, undefined, (tx) =>
    tx.first<{ description: string[] }>(
      sql`select props -> 'description' as description from records where tenant_id = ${tx.reader.tenant}`,
    ),
  ))!;
  expect(description).toEqual(['Hidden Text']);
});

const marked = (rows: string) => ({
  text: `id,name,tlp\n${rows}`,
  how: {
    format: 'csv',
    name: 'people.csv',
    dataset: 'cells',
    mapping: `queries: [{ entities: { e: { schema: Person, key: id, properties: { name: { column: name } }, marking: { column: tlp } } } }]`,
  },
});

test('whoever brings a guess at a hidden row gets one answer, be it right or wrong', async () => {
  const { ctx, low } = await pair();
  const { text, how } = marked('q1,Codeword Falcon,TLP:RED\nq2,Open,TLP:GREEN\n');
  await bring(ctx, text, { ...how, marking: 'TLP:GREEN' });
  const bringAsLow = async (row: string, more = {}) => {
    const done = await bring(low, marked(row).text, { ...how, ...more });
    const rejects = await read(low, undefined, (tx) => listRejects(tx, low, done.id, 0, 10));
    return [done.state, done.error?.code, done.result?.records, rejects];
  };
  const guesses = ['q1,Codeword Falcon', 'q1,Codeword Eagle', 'q9,Nobody'].map((row) => `${row},TLP:RED\n`);
  for (const more of [{}, { preview: true }]) {
    const answers = await Promise.all(guesses.map((row) => bringAsLow(row, more)));
    for (const [state, error, records, rejects] of answers as never[][]) {
      expect([state, error]).toEqual(['preview' in more ? 'previewed' : 'done', undefined]);
      expect(records).toMatchObject({ created: 0, updated: 0, unchanged: 0 });
      expect(rejects).toMatchObject([
        {
          code: 'MARKING_ABOVE_CLEARANCE',
          reason: 'it is marked TLP:RED, above the clearance of who imports it',
        },
      ]);
    }
  }
  for (const name of ['Codeword Falcon', 'Codeword Eagle'])
    expect((await bringAsLow(`q1,${name},TLP:GREEN\n`)).slice(0, 2)).toEqual(['failed', 'FORBIDDEN']);
  expect((await bringAsLow('q2,Open,TLP:GREEN\n'))[2]).toMatchObject({ unchanged: 1 });
});

test('a bundle takes no object that is marked above the clearance of its importer', async () => {
  const { low } = await pair();
  const own = await bring(low, stix('red', 'Rowan', 'Own'), { format: 'stix', dataset: 'own' });
  expect(own.result).toMatchObject({ rejects: 1, records: { created: 0 } });
});

test('history says no file name and no number of an import to whoever may not see it', async () => {
  const { ctx, low } = await pair();
  await bring(ctx, person('open', 'Open'), { name: 'zz-file.ndjson' });
  const done = await bring(ctx, stix('red', 'Rowan', 'Hidden Text'), {
    format: 'stix',
    name: 'zz-file.json',
  });
  expect(await seen(low, done.id)).toBe(false);
  const said = async (who: Context) =>
    (
      await read(who, undefined, (tx) =>
        tx.query<{ summary: string }>(
          sql`select summary from summit.changes where tenant_id = ${tx.reader.tenant} and import_id = ${done.id}`,
        ),
      )
    ).map(({ summary }) => summary);
  expect(await said(low)).toEqual(['Imported into test']);
  // Who sees the import is told all of it.
  expect(sentenceOf((await loadImports(ctx, [done.id])).get(done.id)!)).toBe(
    'Imported 1 fact into test from zz-file.json',
  );
});

test('rejects that are mended keep the marking of their import', async () => {
  const { ctx, low } = await pair();
  await bring(ctx, person('open', 'Open'));
  const done = await bring(ctx, `${person('a', 'Fine')}{"id":"b",\n`, { marking: 'TLP:RED' });
  expect(done.result).toMatchObject({ rejects: 1 });
  const file = await keepFile(
    ctx,
    place,
    'mended.ndjson',
    Readable.from([Buffer.from(person('b', 'Mended'))]),
  );
  const retried = await settled(ctx, await retryRejects(ctx, { id: done.id, fileId: file.id }));
  expect(retried).toMatchObject({ marking: 4, result: { records: { created: 1 } } });
  const captions = await read(low, undefined, (tx) =>
    tx.query<{ caption: string }>(sql`
      select caption from records where tenant_id = ${tx.reader.tenant} and marking <= ${tx.reader.clearance}`),
  );
  expect(captions).toEqual([{ caption: 'Open' }]);
});
