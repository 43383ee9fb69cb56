import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { beforeAll, expect, test } from 'vitest';
import { read } from '../change/read.ts';
import type { Context } from '../context.ts';
import { sql } from '../database/sql.ts';
import { startTenant, testDatabase } from '../database/testing.ts';
import { uuidv7 } from '../ids.ts';
import { startImport } from './import.commands.ts';
import { importTesting } from './testing.ts';

const database = await testDatabase();
const { bring } = await importTesting(database);

beforeAll(async () => {
  // Rules that no reader knows of: what a row may be is the database's to say.
  const owner = new pg.Client({ connectionString: database.ownerUrl });
  await owner.connect();
  await owner.query(`
    alter table summit.records add check (caption <> 'Refused');
    alter table summit.relationships add check (type <> 'UnknownLink' or props->>'role' is distinct from '["refused"]');
    create index on summit.records ((props::text)) where schema = 'Note'`);
  await owner.end();
});

const person = (id: string, name = `Person ${id}`, more: Record<string, string[]> = {}) =>
  JSON.stringify({ id, schema: 'Person', properties: { name: [name], ...more } });

async function rejectsOf(ctx: Context, importId: string) {
  return read(ctx, undefined, (tx) =>
    tx.query<{ row: number; line: number; code: string; reason: string; raw: string }>(sql`
      select row, line, code, reason, raw from operations.import_rejects
      where tenant_id = ${ctx.scope.tenant} and import_id = ${importId} order by row`),
  );
}

const stored = (ctx: Context) =>
  read(ctx, undefined, (tx) =>
    tx.first<{ records: number; links: number; changes: number }>(sql`
      select (select count(*)::int from records where tenant_id = ${ctx.scope.tenant}) as records,
             (select count(*)::int from relationships where tenant_id = ${ctx.scope.tenant}) as links,
             (select count(*)::int from summit.changes where tenant_id = ${ctx.scope.tenant} and action = 'import.tried') as changes`),
  );

test('what the database itself refuses is rejected alone, with its line, the reason and the row', async () => {
  const [ctx, other] = [await startTenant(database.db), await startTenant(database.db)];
  const lines = Array.from({ length: 300 }, (_, at) => person(`p${at}`));
  lines[17] = person('p17', 'Refused', { addressEntity: ['p1'] });
  lines[200] = JSON.stringify({
    id: 'p200',
    schema: 'Note',
    properties: { description: [randomBytes(6_000).toString('base64')] },
  });
  lines[250] = JSON.stringify({
    id: 'l1',
    schema: 'UnknownLink',
    properties: { subject: ['p1'], object: ['p2'], role: ['refused'] },
  });
  lines[251] = JSON.stringify({
    id: 'l2',
    schema: 'UnknownLink',
    properties: { subject: ['p1'], object: ['p2'], role: ['taken'] },
  });
  const done = await bring(ctx, lines.join('\n'));
  expect([done.state, done.error]).toEqual(['done', null]);
  expect(done.result).toMatchObject({
    rows: 300,
    rejects: 3,
    records: { created: 296 },
    relationships: { created: 1 },
    references: { created: 0 },
  });
  const rejects = await rejectsOf(ctx, done.id);
  expect(rejects.map(({ line, code }) => [line, code])).toEqual([
    [18, 'NOT_STORABLE'],
    [201, 'NOT_STORABLE'],
    [251, 'NOT_STORABLE'],
  ]);
  expect(rejects.map(({ raw }) => raw)).toEqual([lines[17], lines[200], lines[250]]);
  expect(rejects[0]!.reason).toContain('check constraint');
  expect(rejects[1]!.reason).toContain('index row');
  // What was tried and taken back leaves no trace, here and next door.
  expect(await stored(ctx)).toEqual({ records: 296, links: 1, changes: 0 });
  expect(await stored(other)).toEqual({ records: 0, links: 0, changes: 0 });

  const again = await bring(ctx, lines.join('\n'));
  expect(again.result).toMatchObject({ rejects: 3, records: { created: 0, unchanged: 296 } });
});

test('a file of which nothing can be stored ends in rejects only', async () => {
  const ctx = await startTenant(database.db);
  const lines = Array.from({ length: 40 }, (_, at) => person(`p${at}`, 'Refused'));
  const done = await bring(ctx, lines.join('\n'));
  expect([done.state, done.result!.rejects]).toEqual(['done', 40]);
  expect(await stored(ctx)).toEqual({ records: 0, links: 0, changes: 0 });
});

test('rows that Postgres has no text, date or number for are rejected where they are read', async () => {
  const ctx = await startTenant(database.db);
  const half = String.raw`half \ud83d`;
  const hostile = [
    person('nul', 'a\0b'),
    `{"id":"half","schema":"Person","properties":{"name":["${half}"]}}`,
    `{"id":"key","schema":"Person","properties":{"name":["Key"],"odd\\u0000key":["x"]}}`,
    `{"id":"halfKey","schema":"Person","properties":{"name":["Key"],"odd\\udc00":["x"]}}`,
    `{"id":"halfSchema","schema":"Odd\\ud800","properties":{"name":["x"]}}`,
    person('dates', 'Dates', { birthDate: ['0000-00-00', '99999-12-31', '-4714-01-01', '2019-02-30'] }),
    person('number', 'Number', { weight: [`1e400`, '9'.repeat(400)] }),
    person('token', 'x'.repeat(200_000)),
    person('words', Array.from({ length: 20_000 }, (_, at) => `word${at}`).join(' ')),
    person('random', 'Random', { idNumber: [randomBytes(60_000).toString('base64')] }),
    person('pair', 'Fine 😀 \\u0000 \\ud800'),
    `{"id":"schema","schema":"${'S'.repeat(5_000)}","properties":{"name":["x"]}}`,
    person('i'.repeat(100_000), 'Long id'),
    person('plain', 'Plain'),
  ];
  const done = await bring(ctx, hostile.join('\n'));
  expect([done.state, done.error]).toEqual(['done', null]);
  const rejects = await rejectsOf(ctx, done.id);
  expect(rejects.map(({ line, code }) => [line, code])).toEqual([
    [1, 'NUL_BYTE'],
    [2, 'LONE_SURROGATE'],
    [3, 'NUL_BYTE'],
    [4, 'LONE_SURROGATE'],
    [5, 'LONE_SURROGATE'],
    [12, 'INVALID_OBJECT'],
  ]);
  const kept = await read(ctx, undefined, (tx) =>
    tx.query<{ caption: string }>(sql`
      select caption from records where tenant_id = ${ctx.scope.tenant} and caption like 'Fine%'`),
  );
  expect(kept).toEqual([{ caption: 'Fine 😀 \\u0000 \\ud800' }]);
});

test('what a file says about itself is rejected too when no text can hold it', async () => {
  const ctx = await startTenant(database.db);
  const bundle = {
    type: 'bundle',
    id: 'bundle--1f0a1b9e-7a3d-4a86-9a57-0f4f1d8f1a11',
    objects: [
      {
        type: 'extension-definition',
        id: 'extension-definition--1f0a1b9e-7a3d-4a86-9a57-0f4f1d8f1a12',
        spec_version: '2.1',
        name: 'nul',
        description: 'a\0b',
      },
      {
        type: 'identity',
        spec_version: '2.1',
        id: 'identity--1f0a1b9e-7a3d-4a86-9a57-0f4f1d8f1a13',
        name: 'Somebody',
        created: '2020-01-01T00:00:00.000Z',
        modified: '2020-01-01T00:00:00.000Z',
      },
    ],
  };
  const done = await bring(ctx, JSON.stringify(bundle), { format: 'stix', name: 'b.json' });
  expect([done.state, done.error]).toEqual(['done', null]);
  expect(done.result).toMatchObject({ records: { created: 1 }, rejects: 1 });
});

test('a record of more values than a page can show is rejected, and says so', async () => {
  const ctx = await startTenant(database.db);
  const alias = Array.from({ length: 50_000 }, (_, at) => `A${at}`);
  const done = await bring(ctx, [person('many', 'Many', { alias }), person('fine')].join('\n'));
  expect(done.result).toMatchObject({ rows: 2, rejects: 1, records: { created: 1 } });
  const [reject] = await rejectsOf(ctx, done.id);
  expect(reject).toMatchObject({
    row: 1,
    code: 'INVALID_OBJECT',
    reason: expect.stringContaining('50001 values'),
  });
});

test('a mapping is not even read for who has no such file', async () => {
  const ctx = await startTenant(database.db);
  const asked = {
    fileId: uuidv7(),
    dataset: 'one',
    format: 'csv',
    mapping: 'not: [a mapping',
    preview: true,
  };
  await expect(startImport(ctx, asked)).rejects.toMatchObject({ code: 'NOT_FOUND' });
});
