import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import type { Context } from '../context.ts';
import { joinTenant, startTenant, testDatabase } from '../database/testing.ts';
import { importTesting, shared } from '../import/testing.ts';
import { createInvestigation } from '../investigation/investigation.commands.ts';
import { updateEntity } from '../investigation/notebook.commands.ts';
import type { ExportInput } from './export.ts';
import { exportFacts, manifestOf } from './exportFacts.ts';

const database = await testDatabase();
const { bring } = await importTesting(database);

const exported = async (ctx: Context, input: ExportInput) =>
  text(Readable.from((await exportFacts(ctx, input)).parts()));
const lossesOf = async (ctx: Context, input: ExportInput) =>
  Object.fromEntries((await manifestOf(ctx, input)).losses.map(({ what, count }) => [what, count]));

test('a dataset leaves as FollowTheMoney and comes back with the same counts', async () => {
  const ctx = await startTenant(database.db);
  await bring(ctx, shared('ftm/entities/parteispenden.ftm.ndjson'));
  expect(await manifestOf(ctx, { format: 'ftm', dataset: 'test' })).toMatchObject({
    records: 185,
    relationships: 291,
    references: 103,
  });
  const again = await bring(ctx, await exported(ctx, { format: 'ftm', dataset: 'test' }), {
    dataset: 'back',
    name: 'back.json',
  });
  expect(again.result).toMatchObject({
    rows: 476,
    rejects: 0,
    unresolved: 0,
    records: { created: 185 },
    relationships: { created: 291 },
    references: { created: 103 },
  });
});

test('a manifest that takes too long says so, and one that nobody waits for ends', async () => {
  const ctx = await startTenant(database.db);
  await bring(ctx, shared('ftm/entities/parteispenden.ftm.ndjson'));
  const input = { format: 'csv', dataset: 'test' };
  expect(await manifestOf(ctx, input)).toMatchObject({ complete: true, records: 185 });
  expect(await manifestOf(ctx, input, { mostMs: -1 })).toEqual({
    complete: false,
    records: 0,
    relationships: 0,
    references: 0,
    losses: [],
  });
  const gone = AbortSignal.abort(new Error('gone'));
  await expect(manifestOf(ctx, input, { signal: gone })).rejects.toBe(gone.reason);
});

test('json is one document that holds every fact once', async () => {
  const ctx = await startTenant(database.db);
  await bring(ctx, shared('ftm/entities/parteispenden.ftm.ndjson'));
  const document = JSON.parse(await exported(ctx, { format: 'json', dataset: 'test' }));
  expect(new Set(document.records.map(({ id }: { id: string }) => id)).size).toBe(185);
  expect(document.relationships.length).toBe(291 + 103);
  expect(document.records[0]).toMatchObject({ dataset: 'test', marking: 'TLP:GREEN' });
  expect(await lossesOf(ctx, { format: 'json', dataset: 'test' })).toEqual({});
});

test('a value that somebody refuted is told as such, or counted where the format cannot', async () => {
  const ctx = await startTenant(database.db);
  await bring(
    ctx,
    JSON.stringify({ id: 'a', schema: 'Person', properties: { name: ['Ada'], birthDate: ['1961-04-02'] } }),
  );
  const everything = async () =>
    JSON.parse(await exported(ctx, { format: 'json', dataset: 'test' })).records as {
      id: string;
      refuted?: object;
    }[];
  const [{ id, refuted } = { id: '' }] = await everything();
  expect(refuted).toBeUndefined();
  const { result: investigationId } = await createInvestigation(ctx, { title: 'Case' });
  const wrong = { record: id, property: 'birthDate', value: '1961-04-02' };
  await updateEntity(ctx, { investigationId, id, reject: [wrong], reason: 'a typing error' });
  expect(await everything()).toMatchObject([
    { props: { birthDate: ['1961-04-02'] }, refuted: { birthDate: ['1961-04-02'] } },
  ]);
  const lost = { 'refutations: values that somebody holds to be wrong leave like all others': 1 };
  for (const format of ['csv', 'ftm'])
    expect(await lossesOf(ctx, { format, dataset: 'test' })).toMatchObject(lost);
});

test('csv neutralises what a spreadsheet would run, and counts that and all else that it lacks', async () => {
  const ctx = await startTenant(database.db);
  const person = (id: string, name: string[]) =>
    JSON.stringify({ id, schema: 'Person', properties: { name } });
  await bring(
    ctx,
    [
      person('a', ['=HYPERLINK("http://evil.example")', 'Second name']),
      person('b', ['@SUM(1)']),
      person('c', ['-5']),
      person('d', ['Quoted "name", with comma\nand line']),
      JSON.stringify({ id: 'o', schema: 'Ownership', properties: { owner: ['a'], asset: ['b'] } }),
    ].join('\n'),
  );
  const table = await exported(ctx, { format: 'csv', dataset: 'test' });
  const lines = table.trimEnd().split('\r\n');
  expect(lines[0]).toBe('id,entity,dataset,schema,caption,marking,validFrom,validTo,revoked,name');
  expect(lines.length).toBe(5);
  expect(table).toContain(`"'=HYPERLINK(""http://evil.example"")"`);
  expect(table).toContain(`'@SUM(1)`);
  expect(table).toContain(',-5,');
  expect(table).toContain('"Quoted ""name"", with comma\nand line"');
  expect(await lossesOf(ctx, { format: 'csv', dataset: 'test' })).toEqual({
    'cells that a spreadsheet would run, made plain by an apostrophe': 4,
    'cells with several values, joined by "; "': 1,
    'places in the original file': 4,
    'relationships, which the table of records does not hold': 1,
  });
  expect(
    (await exported(ctx, { format: 'csv', dataset: 'test', table: 'relationships' })).trimEnd().split('\r\n')
      .length,
  ).toBe(2);
});

test('csv says beside each id what it names, and the ids stay as the source wrote them', async () => {
  const ctx = await startTenant(database.db);
  const thing = (id: string, schema: string, properties: Record<string, string[]>) =>
    JSON.stringify({ id, schema, properties });
  await bring(
    ctx,
    [
      thing('a', 'Person', {
        name: ['Ada'],
        addressEntity: ['home', 'gone', 'boat'],
        'addressEntity:caption': ['x'],
      }),
      thing('b', 'Person', { name: ['Bo'], addressEntity: ['gone'] }),
      thing('c', 'Person', { name: ['Cy'] }),
      thing('home', 'Address', { full: ['1 Quay, Skaldvik'] }),
      thing('boat', 'Address', { full: ['=Berth 2'] }),
      thing('o', 'Ownership', { owner: ['a'], asset: ['nobody'] }),
    ].join('\n'),
  );
  const table = (await exported(ctx, { format: 'csv', dataset: 'test' })).trimEnd().split('\r\n');
  expect(table[0]).toMatch(
    /,revoked,addressEntity,addressEntity:caption,property:addressEntity:caption,full,name$/,
  );
  const lineOf = (name: string) => table.find((line) => line.endsWith(`,${name}`));
  // Value by value; what the reader does not see has no caption.
  expect(lineOf('Ada')).toContain(',home; gone; boat,"1 Quay, Skaldvik; ; =Berth 2",x,,Ada');
  expect(lineOf('Bo')).toContain(',gone,,,,Bo');
  expect(lineOf('Cy')).toContain(',,,,,Cy');

  const links = (await exported(ctx, { format: 'csv', dataset: 'test', table: 'relationships' })).split(
    '\r\n',
  );
  expect(links[0]).toMatch(/^id,dataset,type,source,source:caption,target,target:caption,directed,/);
  expect(links.find((line) => line.includes(',Ownership,'))).toMatch(/,Ownership,[^,]+,Ada,[^,]+,,true,/);
  expect(links.filter((line) => line.includes('addressEntity')).map((line) => line.split(',')[4])).toEqual(
    Array(4).fill(expect.stringMatching(/^(Ada|Bo)$/)),
  );

  // The column of ids comes back as it left.
  const mapping = `values: exact
queries: [{ entities: { record: { schema: { column: schema, otherwise: Thing }, id_column: id, rest: keep } } }]`;
  const again = await bring(ctx, table.join('\n'), {
    dataset: 'back',
    name: 'back.csv',
    format: 'csv',
    mapping,
  });
  expect(again.result).toMatchObject({ rows: 5, rejects: 0, records: { created: 5 } });
  const back = JSON.parse(await exported(ctx, { format: 'json', dataset: 'back' })) as {
    records: { props: Record<string, string[]> }[];
  };
  const said = back.records
    .map(({ props }) => props.addressEntity ?? [])
    .filter((values) => values.length > 0);
  expect(said.map(([value]) => value).sort()).toEqual(['gone', 'home; gone; boat']);
});

test('a caption beside an id shows no more than its reader may see', async () => {
  const ctx = await startTenant(database.db);
  const low = await joinTenant(ctx, { clearance: 1 });
  const person = JSON.stringify({
    id: 'a',
    schema: 'Person',
    properties: { name: ['Ada'], addressEntity: ['safe'] },
  });
  const safe = JSON.stringify({ id: 'safe', schema: 'Address', properties: { full: ['The safe house'] } });
  await bring(ctx, person);
  await bring(ctx, safe, { marking: 'TLP:RED' });
  const input = { format: 'csv', dataset: 'test' };
  expect(await exported(ctx, input)).toContain(',safe,The safe house,');
  const seen = await exported(low, input);
  expect(seen).toContain(',safe,,');
  expect(seen).not.toContain('safe house');
});

test('a selection leaves with the links among it', async () => {
  const ctx = await startTenant(database.db);
  await bring(ctx, shared('ftm/entities/parteispenden.ftm.ndjson'));
  const all = JSON.parse(await exported(ctx, { format: 'json', dataset: 'test' }));
  const [link] = all.relationships;
  const some = JSON.parse(await exported(ctx, { format: 'json', entityIds: [link.source, link.target] }));
  expect(some.records.length).toBe(2);
  expect(some.relationships.map(({ id }: { id: string }) => id)).toContain(link.id);
});

test('another tenant, a hidden dataset and a wrong format are refused', async () => {
  const ctx = await startTenant(database.db);
  await bring(ctx, shared('ftm/entities/t1.ftm.ndjson'), { marking: 'TLP:RED' });
  const eve = await startTenant(database.db);
  const low = await joinTenant(ctx, { clearance: 1 });
  await expect(exportFacts(eve, { format: 'csv', dataset: 'test' })).rejects.toMatchObject({
    code: 'NOT_FOUND',
  });
  await expect(exportFacts(low, { format: 'csv', dataset: 'test' })).rejects.toMatchObject({
    code: 'NOT_FOUND',
  });
  await expect(exportFacts(ctx, { format: 'doc', dataset: 'test' })).rejects.toMatchObject({
    code: 'INPUT_INVALID',
  });
  await expect(exportFacts(ctx, { format: 'csv' })).rejects.toMatchObject({ code: 'INPUT_INVALID' });
});
