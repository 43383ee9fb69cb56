import { readFile } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { read } from '../change/read.ts';
import { sql } from '../database/sql.ts';
import { startTenant, testDatabase } from '../database/testing.ts';
import { digest } from '../digest/digest.queries.ts';
import { importTesting, shared } from './testing.ts';

const database = await testDatabase();
const { bring } = await importTesting(database);

const object = (version: string, name: string) => ({
  type: 'malware',
  spec_version: '2.1',
  id: 'malware--11111111-1111-4111-8111-111111111111',
  created: '2020-01-01T00:00:00.000Z',
  modified: version,
  name,
  is_family: false,
});
const bundle = (...objects: object[]) =>
  JSON.stringify({ type: 'bundle', id: 'bundle--22222222-2222-4222-8222-222222222222', objects });

test('of two versions the later one stands, in whichever order they come', async () => {
  const older = bundle(object('2021-01-01T00:00:00.000Z', 'Older'));
  const newer = bundle(object('2022-01-01T00:00:00.000Z', 'Newer'));
  const captions: string[] = [];
  for (const order of [
    [older, newer],
    [newer, older],
  ]) {
    const ctx = await startTenant(database.db);
    const results = [];
    for (const content of order)
      results.push((await bring(ctx, content, { format: 'stix', name: 'b.json' })).result!);
    const superseded = order[0] === newer ? 1 : 0;
    expect(results[1]).toMatchObject({
      superseded,
      records: { created: 0, updated: 1 - superseded, unchanged: 0 },
    });
    const row = await read(ctx, undefined, (tx) =>
      tx.first<{ caption: string }>(sql`select caption from records where tenant_id = ${tx.reader.tenant}`),
    );
    captions.push(row!.caption);
  }
  expect(captions).toEqual(['Newer', 'Newer']);
});

test('a replacing import of a newer release leaves exactly that release', async () => {
  const ctx = await startTenant(database.db);
  const only = await startTenant(database.db);
  const file = async (name: string) => gunzipSync(await readFile(shared('stix/attack', name)));
  const [before, after] = [
    await file('mobile-attack-14.1.stix21.json.gz'),
    await file('mobile-attack-17.1.stix21.json.gz'),
  ];
  await bring(ctx, before, { format: 'stix', name: 'mobile.json' });
  const replaced = await bring(ctx, after, {
    format: 'stix',
    name: 'mobile.json',
    mode: 'replace',
    confirmRemovals: true,
  });
  await bring(only, after, { format: 'stix', name: 'mobile.json' });
  expect(replaced.error).toBeNull();
  const { records, relationships } = replaced.result!;
  expect(records.created + records.updated + records.unchanged).toBe(382);
  expect(relationships.created + relationships.updated + relationships.unchanged).toBe(1_766);
  const of = (who: typeof ctx) => read(who, undefined, (tx) => digest(tx));
  expect(await of(ctx)).toEqual(await of(only));
});
