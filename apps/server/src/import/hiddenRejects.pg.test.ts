import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { read } from '../change/read.ts';
import type { Context } from '../context.ts';
import { sql } from '../database/sql.ts';
import { joinTenant, startTenant, testDatabase } from '../database/testing.ts';
import { loadFile } from '../file/file.queries.ts';
import type { RequestContext } from '../graphql/request.ts';
import { resolvers } from './import.graphql.ts';
import { importRoutes } from './import.http.ts';
import { loadImports } from './import.queries.ts';
import type { ImportNode } from './import.ts';
import { sourceRow } from './sourceRow.ts';
import { importTesting } from './testing.ts';

const database = await testDatabase();
const { bring, start, settled, home } = await importTesting(database);
const place = { home, most: 1e10, quota: 1e11 };
/** Nobody works here: what is queued waits for its test. */
const quiet = await testDatabase();
const idle = await importTesting(quiet, true);

const GREEN = 'marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da';
const RED = 'marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed';
const RIGHTS = 'marking-definition--fa42a846-8d90-4e51-bc29-71d5b4802168';
const identity = (last: string, more: object) => ({
  type: 'identity',
  spec_version: '2.1',
  id: `identity--023d105b-752e-4e3c-941c-7d3f3cb15e9${last}`,
  created: '2024-01-01T00:00:00.000Z',
  modified: '2024-02-01T00:00:00.000Z',
  identity_class: 'individual',
  ...more,
});
const bundle = (...objects: (object | string)[]) =>
  `{"type":"bundle","id":"bundle--0c9f9f3f-6a4e-4c43-8a3b-2f1a3a3f9b10","objects":[\n${objects
    .map((each) => (typeof each === 'string' ? each : JSON.stringify(each)))
    .join(',\n')}\n]}`;
/** Without a name, which an identity must have. */
const refused = (last: string, said: string, ...markings: string[]) =>
  identity(last, { description: said, ...(markings.length > 0 && { object_marking_refs: markings }) });

async function trio({ db } = database) {
  const owner: Context = { ...(await startTenant(db)), files: place };
  const low: Context = { ...(await joinTenant(owner, { clearance: 1 })), files: place };
  const peer: Context = { ...(await joinTenant(owner, { clearance: 4 })), files: place };
  return { owner, low, peer };
}

async function download(ctx: Context, id: string, format: string) {
  const body = new PassThrough();
  const heads: Record<string, unknown> = {};
  const response = Object.assign(body, {
    writeHead: (_: number, all: Record<string, unknown>) => Object.assign(heads, all),
  });
  const url = new URL(`http://x/?format=${format}`);
  const route = importRoutes.find(({ path }) => path.endsWith('/rejects'))!;
  const [rows] = await Promise.all([
    text(body),
    route.handle({ response, params: { id }, url, ctx } as never),
  ]);
  return { rows, hidden: heads['summit-hidden-rows'], name: String(heads['content-disposition']) };
}

async function shown(ctx: Context, id: string) {
  const about = (await loadImports(ctx, [id])).get(id) as ImportNode;
  const { edges, hidden, bounded } = await resolvers.Import.rejects(about, {}, ctx as RequestContext);
  return { text: JSON.stringify(edges), hidden, total: bounded.total, reason: bounded.reason };
}

test('a rejected row is hidden from whoever is not cleared for its marking, or when that cannot be told', async () => {
  const { owner, low, peer } = await trio();
  const done = await bring(
    owner,
    bundle(
      {
        type: 'marking-definition',
        spec_version: '2.1',
        id: RIGHTS,
        created: '2017-06-01T00:00:00.000Z',
        definition_type: 'statement',
        definition: { statement: '(c)' },
      },
      identity('0', { name: 'Open', object_marking_refs: [GREEN] }),
      refused('1', 'a secret', RED),
      refused('2', 'plain', GREEN),
      refused('3', 'of rights', RIGHTS),
      refused('4', 'unmarked'),
      refused('5', 'unknown', 'marking-definition--11111111-2222-4333-8444-555555555555'),
      `{"type":"identity","type":"identity","description":"not told"}`,
    ),
    { format: 'stix', dataset: 'cti', marking: 'TLP:GREEN' },
  );
  expect(done.result).toMatchObject({ rejects: 6, records: { created: 2 } });

  for (const who of [owner, peer])
    expect(await shown(who, done.id)).toMatchObject({ hidden: 0, total: 6, reason: null });
  const seen = await shown(low, done.id);
  expect(seen).toMatchObject({ hidden: 3, total: 3, reason: 'hidden' });
  for (const format of ['ndjson', 'csv', 'rows']) {
    const all = await download(peer, done.id, format);
    const some = await download(low, done.id, format);
    expect([all.hidden, some.hidden]).toEqual([0, 3]);
    expect(some.name).toContain('3 rows are hidden from you');
    for (const told of ['a secret', 'unknown', 'not told']) {
      expect(all.rows).toContain(told);
      expect(some.rows + seen.text).not.toContain(told);
    }
    for (const told of ['plain', 'of rights', 'unmarked']) expect(some.rows).toContain(told);
  }
});

test('the original goes to whoever may see all that it says, and the rows around one row as well', async () => {
  const { owner, low, peer } = await trio();
  const done = await bring(owner, bundle(identity('0', { name: 'Open' }), refused('1', 'a secret', RED)), {
    format: 'stix',
    dataset: 'cti',
    marking: 'TLP:GREEN',
  });
  expect((await loadImports(low, [done.id])).has(done.id)).toBe(true);
  await expect(loadFile(low, done.fileId)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  expect((await loadFile(peer, done.fileId)).id).toBe(done.fileId);

  const { ref } = (await read(owner, undefined, (tx) =>
    tx.first<{ ref: never }>(
      sql`select source_ref as ref from records where tenant_id = ${tx.reader.tenant}`,
    ),
  ))!;
  const around = (await sourceRow(peer, ref))!;
  expect(JSON.stringify(around.after)).toContain('a secret');
  expect(await sourceRow(low, ref)).toMatchObject({ text: around.text, before: [], after: [] });
});

test('older versions and what a file says about itself count for the original, and are not told with the dataset', async () => {
  const { owner, low } = await trio();
  const stix = { format: 'stix', dataset: 'cti', marking: 'TLP:GREEN' };
  const older = identity('0', {
    name: 'Once',
    modified: '2024-01-05T00:00:00.000Z',
    object_marking_refs: [RED],
  });
  const two = await bring(owner, bundle(identity('0', { name: 'Now' }), older), stix);
  expect(two.result).toMatchObject({ superseded: 1, records: { created: 1 } });
  await expect(loadFile(low, two.fileId)).rejects.toMatchObject({ code: 'NOT_FOUND' });

  const language = {
    type: 'language-content',
    spec_version: '2.1',
    id: 'language-content--b86bd89f-98bb-4fa9-8cb2-9ad421da981d',
    created: '2024-01-01T00:00:00.000Z',
    modified: '2024-01-01T00:00:00.000Z',
    object_ref: 'identity--023d105b-752e-4e3c-941c-7d3f3cb15e90',
    contents: { de: { name: 'Geheim' } },
  };
  const marked = await bring(
    owner,
    bundle(
      { ...language, object_marking_refs: [RED] },
      { ...language, id: language.id.replace(/d$/, 'e'), contents: { de: { name: 'Offen' } } },
    ),
    stix,
  );
  expect(marked.result).toMatchObject({ metadata: 3 });
  await expect(loadFile(low, marked.fileId)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  const { metadata } = (await read(low, undefined, (tx) =>
    tx.first<{ metadata: object }>(sql`select metadata from datasets where tenant_id = ${tx.reader.tenant}`),
  ))!;
  expect(JSON.stringify(metadata)).toContain('Offen');
  expect(JSON.stringify(metadata)).not.toContain('Geheim');
});

test('a file whose rows say markings is its starter’s alone until it was read', async () => {
  const { owner, low } = await trio(quiet);
  const waiting = await idle.start(owner, bundle(refused('1', 'a secret', RED)), {
    format: 'stix',
    dataset: 'cti',
    marking: 'TLP:GREEN',
  });
  const { fileId } = (await loadImports(owner, [waiting])).get(waiting)!;
  await expect(loadFile(low, fileId)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  expect((await loadFile(owner, fileId)).id).toBe(fileId);
});

test('rows of a table are hidden when its mapping reads markings, else they carry that of their import', async () => {
  const { owner, low } = await trio();
  const entity = (more: string) =>
    `queries: [{ entities: { e: { schema: Person, key: id, properties: { name: { column: name } }${more} } } }]`;
  const table = 'id,name,tlp\n1,Open,GREEN\n,Nobody,RED\n';
  const csv = { format: 'csv', marking: 'TLP:GREEN', name: 'people.csv' };
  const told = await bring(owner, table, {
    ...csv,
    dataset: 'a',
    mapping: entity(', marking: { column: tlp }'),
  });
  expect(told.result).toMatchObject({ rejects: 1, records: { created: 1 } });
  expect(await shown(low, told.id)).toMatchObject({ hidden: 1, total: 0, text: '[]' });
  expect((await download(low, told.id, 'rows')).rows).toBe('id,name,tlp\n');
  await expect(loadFile(low, told.fileId)).rejects.toMatchObject({ code: 'NOT_FOUND' });

  const plain = await bring(owner, table, { ...csv, dataset: 'b', mapping: entity('') });
  expect(await shown(low, plain.id)).toMatchObject({ hidden: 0, total: 1 });
  expect((await loadFile(low, plain.fileId)).id).toBe(plain.fileId);
});

test('a preview hides them too, and its starter knows them', async () => {
  const { owner, low } = await trio();
  const preview = { format: 'stix', dataset: 'cti', marking: 'TLP:GREEN', preview: true };
  const theirs = await settled(owner, await start(owner, bundle(refused('1', 'a secret', RED)), preview));
  expect(await shown(low, theirs.id)).toMatchObject({ hidden: 1, total: 0 });
  await expect(loadFile(low, theirs.fileId)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  const own = await settled(low, await start(low, bundle(refused('1', 'my own', RED)), preview));
  expect(await shown(low, own.id)).toMatchObject({ hidden: 0, total: 1 });
});
