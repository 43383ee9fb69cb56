import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { csvReader } from '../format/format.csv.ts';
import { readerOf } from '../format/readers.ts';
import { countAll, readAll, referencePath, written } from '../format/readingFixtures.ts';
import { inspect } from '../inspect.ts';
import { sourceFromPath } from '../source.ts';
import { parseMapping } from './mapping.ts';

const problemOf = (yaml: string, file?: string) => {
  try {
    parseMapping(yaml, file);
    return undefined;
  } catch (error) {
    return [(error as { code?: string }).code, (error as Error).message];
  }
};

test('what a mapping says is not printed', () => {
  const printed: unknown[] = [];
  const hear = (warning: Error) => printed.push(warning.message);
  process.on('warning', hear);
  problemOf('queries: !secret-of-the-caller [{}]');
  process.off('warning', hear);
  expect(printed).toEqual([]);
});

describe('a mapping that cannot be meant is refused', () => {
  test.each([
    ['- 1', /YAML mapping is expected/],
    ['a: [', /MAPPING|mapping/],
    ['queries: []', /queries/],
    ['queries: [{ entities: { a: { schema: Person, kee: id } } }]', /kee/],
    ['database: x\ntables: []', /map the files one by one/],
    [`a: &a [${'x,'.repeat(20)}]\nb: &b [${'*a,'.repeat(20)}]\nc: [${'*b,'.repeat(20)}]`, /alias/i],
  ])('%s', (yaml, problem) => {
    const [code, message] = problemOf(yaml)!;
    expect(code).toBe('MAPPING_INVALID');
    expect(message).toMatch(problem);
  });

  test.each([
    ['entities: { a: { schema: Persona, key: id } }', /no schema "Persona"/],
    ['entities: { a: { schema: Person, key: id, id_column: id } }', /not both/],
    ['entities: { a: { schema: Person, key: id, properties: { parent: { entity: b } } } }', /no entity "b"/],
    [
      'entities: { a: { schema: Person, key: id, properties: { parent: { entity: b } } }, b: { schema: Person, key: x, properties: { parent: { entity: a } } } }',
      /circle/,
    ],
    [
      'entities: { a: { schema: Person, key: id, properties: { parent: { entity: a } } } }',
      /entities a refer to each other in a circle/,
    ],
    ['links: { a: { type: owns, source: {}, target: { column: to } } }', /an end needs/],
    ['filters: { a: b }', /neither/],
  ])('%s', async (query, problem) => {
    const reading = readAll(csvReader, written('t.csv', 'id,to\n1,2\n'), {
      mapping: parseMapping(`queries: [{ ${query} }]`),
    });
    await expect(reading).rejects.toThrow(problem);
  });

  test('a table without one', async () => {
    await expect(readAll(csvReader, written('t.csv', 'a\n1\n'))).rejects.toMatchObject({
      code: 'MAPPING_INVALID',
    });
  });
});

test('of queries about several files those about this one are taken', () => {
  const yaml =
    'd: { queries: [{ csv_url: "https://x/a.csv", entities: { a: { schema: Person, key: a } } }, { csv_url: b.csv, entities: { b: { schema: Person, key: b } } }] }';
  expect(parseMapping(yaml, '/tmp/b.csv.gz').queries.map(({ csv_url }) => csv_url)).toEqual(['b.csv']);
  expect(problemOf(yaml, 'c.csv')![1]).toMatch(/none of its queries is about c.csv/);
});

test('literals, templates, joins, splits, filters and required values', async () => {
  const mapping = parseMapping(`
    t:
      queries:
        - filters: { kind: [p, q] }
          filters_not: { gone: "yes" }
          entities:
            person:
              schema: Person
              key: [first, last]
              key_literal: P
              properties:
                name: { template: "{{first}} {{last}}" }
                alias: { column: aka, split: ";" }
                title: { literal: Dr }
                position: { columns: [job, team], join: " / " }
                nationality: { column: land, required: true }
  `);
  const content =
    'kind,gone,first,last,aka,job,team,land\np,,Ada,Lovelace,A;B,boss,X,England\nx,,No,Body,,,,DE\nq,yes,Gone,Too,,,,DE\nq,,No,Land,,,,\n';
  const { facts, rejects } = await countAll(csvReader, written('t.csv', content), { mapping });
  expect(facts.map(({ props }) => props)).toEqual([
    {
      nationality: ['gb-eng'],
      name: ['Ada Lovelace'],
      alias: ['A', 'B'],
      title: ['Dr'],
      position: ['boss / X'],
    },
  ]);
  expect(rejects).toEqual({ NOTHING_MAPPED: 3 });
});

test('rows without a key are known by their content and which of the equal ones they are', async () => {
  const mapping = parseMapping(
    'values: exact\nqueries: [{ entities: { row: { schema: Thing, rest: keep } } }]',
  );
  const keys = async (content: string) =>
    (await countAll(csvReader, written('t.csv', content), { mapping })).facts.map(
      ({ sourceKey }) => sourceKey,
    );
  const some = await keys('a,b\n1,2\n1,2\n3,4\n');
  expect(new Set(some).size).toBe(3);
  expect((await keys('b,a\n4,3\n2,1\n2,1\n')).toSorted()).toEqual(some.toSorted());
});

test('an end that is missing is a reject, never an invented record', async () => {
  const mapping = parseMapping(
    'queries: [{ links: { l: { type: owns, source: { column: from }, target: { column: to } } } }]',
  );
  const { facts, rejects } = await countAll(csvReader, written('t.csv', 'from,to\na,b\n,b\na,\n'), {
    mapping,
  });
  expect(facts).toMatchObject([
    { kind: 'relationship', type: 'owns', source: 'a', target: 'b', directed: true },
  ]);
  expect(rejects).toEqual({ END_MISSING: 2 });
});

test('markings and valid times come from columns', async () => {
  const mapping = parseMapping(
    'queries: [{ entities: { e: { schema: Event, id_column: id, valid_from: f, valid_to: t, marking: { column: tlp }, rest: keep } } }]',
  );
  const { facts, warnings } = await countAll(
    csvReader,
    written('t.csv', 'id,f,t,tlp\n1,2019-01,31.12.2019,amber\n2,,,secret\n'),
    { mapping },
  );
  expect(facts).toMatchObject([
    { validFrom: '2019-01', validTo: '2019-12-31', marking: 'TLP:AMBER' },
    { sourceKey: '2' },
  ]);
  expect(facts[1]).not.toHaveProperty('marking');
  expect(warnings).toEqual({ UNKNOWN_MARKING: 1 });
});

describe('generated data imports by the guessed mapping alone', () => {
  const folder = mkdtempSync(join(tmpdir(), 'summit-generated-'));
  beforeAll(() => {
    const script = referencePath('generate.mjs');
    execFileSync(
      process.execPath,
      [
        script,
        '--entities',
        '2000',
        '--relationships',
        '4000',
        '--seed',
        '7',
        '--out',
        folder,
        '--format',
        'both',
      ],
      { stdio: 'ignore' },
    );
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test.each(['csv', 'ndjson'])('%s', async (extension) => {
    const read = async (name: string) => {
      const path = join(folder, `${name}.${extension}`);
      const file = sourceFromPath(path, statSync(path).size);
      const found = await inspect(file);
      expect(found.format).toBe(extension);
      return countAll(await readerOf(found.format), file, {
        mapping: parseMapping(found.mapping!, file.name),
      });
    };
    const entities = await read('entities');
    const relationships = await read('relationships');
    expect(entities).toMatchObject({ rows: 2000, record: 2000, rejects: {} });
    expect(relationships).toMatchObject({ rows: 4000, relationship: 4000, record: 0, rejects: {} });
    const schemata = new Set(entities.facts.map((fact) => (fact.kind === 'record' ? fact.schema : '')));
    expect([...schemata].toSorted()).toEqual(['Account', 'Address', 'Company', 'Person']);
    for (const { props, sourceKey } of entities.facts) {
      expect(props.recorded_at![0]).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
      expect(props.name).toHaveLength(1);
      expect(props.id).toEqual([sourceKey]);
    }
    const known = new Set(entities.facts.map(({ sourceKey }) => sourceKey));
    for (const fact of relationships.facts) {
      if (fact.kind === 'record') throw new Error('a relationship became a record');
      expect(known.has(fact.source) && known.has(fact.target)).toBe(true);
      expect(fact.validFrom).toMatch(/^\d{4}-\d\d-\d\d/);
      expect(fact.props.recorded_at).toHaveLength(1);
    }
    expect(new Set(relationships.facts.map((fact) => (fact.kind === 'record' ? '' : fact.type)))).toEqual(
      new Set(['transfer', 'located_at', 'holds', 'owns', 'director_of', 'knows', 'called']),
    );
  });
});

test('guesses: ends, types in other words, times, decimals, and what stands for nothing', async () => {
  const guess = async (name: string, content: string) => {
    const file = written(name, content);
    const found = await inspect(file);
    const { facts } = await countAll(csvReader, file, { mapping: parseMapping(found.mapping!) });
    return facts;
  };
  expect(await guess('trust.csv', 'Source,Target,Weight,Timestamp\n6,2,4,1289241912\n')).toMatchObject([
    {
      kind: 'relationship',
      type: 'UnknownLink',
      source: '6',
      target: '2',
      validFrom: '2010-11-08T18:45:12Z',
      props: { Weight: ['4'] },
    },
  ]);
  expect(await guess('shares.csv', 'shareholder,owns,share\n3360,3828,100.0\n')).toMatchObject([
    { type: 'Ownership', source: '3360', target: '3828', props: { share: ['100.0'] } },
  ]);
  expect(
    await guess('things.csv', 'key;kind;title;amount\nk1;person;Ada;1.234,50\nk2;ship;Beagle;\\N\n'),
  ).toMatchObject([
    { schema: 'Person', caption: 'Ada', props: { amount: ['1234.50'] } },
    { schema: 'Vessel', caption: 'Beagle', props: { name: ['Beagle'] } },
  ]);
  const [person] = await guess(
    'list.csv',
    'first_name,last_name,dob\nAda,Lovelace,10/12/1815\nBob,X,31/01/1900\n',
  );
  expect(person).toMatchObject({
    schema: 'Person',
    caption: 'Ada Lovelace',
    props: { firstName: ['Ada'], birthDate: ['1815-12-10'] },
  });
});
