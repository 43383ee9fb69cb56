import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { stixReader } from './format.stix.ts';
import type { JsonObject } from './jsonLines.ts';
import { count, countAll, readAll, reference, referencePath, written } from './readingFixtures.ts';
import { stixProblem } from './stixRules.ts';

const id = (type: string, n: number) =>
  `${type}--98fd8dc1-6cc7-4908-899f-07473f5514${String(n).padStart(2, '0')}`;
const tool = (n: number, more: object = {}) => ({
  ...{ type: 'tool', spec_version: '2.1', id: id('tool', n), created: '2015-05-15T09:12:16.432Z' },
  ...{ modified: '2015-05-15T09:12:16.432Z', name: `tool ${n}`, ...more },
});
const link = (n: number, more: object = {}) => ({
  ...{
    type: 'relationship',
    spec_version: '2.1',
    id: id('relationship', n),
    created: '2015-05-15T09:12:16.432Z',
  },
  ...{
    modified: '2015-05-15T09:12:16.432Z',
    relationship_type: 'uses',
    source_ref: id('tool', 1),
    target_ref: id('tool', 2),
    ...more,
  },
});
const bundle = (...objects: object[]) =>
  written('t.json', JSON.stringify({ type: 'bundle', id: id('bundle', 0), objects }));
const facts = async (...objects: object[]) => (await countAll(stixReader, bundle(...objects))).facts;

describe('versions', () => {
  const [old, middle, young] = [
    '2016-01-01T00:00:00Z',
    '2016-01-01T00:00:00.5Z',
    '2016-01-01T00:00:00.500001Z',
  ].map((modified) => tool(1, { modified, name: modified }));
  test.each([[[old, middle, young]], [[young, old, middle]], [[middle, young, old, young]]])(
    'the latest wins in any order of arrival %#',
    async (objects) => {
      const { facts: found, superseded, rows } = await countAll(stixReader, bundle(...(objects as object[])));
      expect(found).toMatchObject([
        { props: { name: ['2016-01-01T00:00:00.500001Z'] }, version: '2016-01-01T00:00:00.500001000Z' },
      ]);
      expect([superseded, rows]).toEqual([objects.length - 1, objects.length + 1]);
    },
  );

  test('a broken newer version does not push out the older one', async () => {
    const counts = await countAll(stixReader, bundle(old!, tool(1, { modified: '2017-02-30T00:00:00Z' })));
    expect([counts.record, counts.rejects, counts.superseded]).toEqual([1, { INVALID_OBJECT: 1 }, 0]);
  });
});

test('markings: the strictest of an object and its parts, also when it is defined after it is used', async () => {
  const mark = id('marking-definition', 50);
  const own = {
    type: 'marking-definition',
    spec_version: '2.1',
    id: mark,
    created: '2015-05-15T09:12:16.432Z',
    definition_type: 'tlp',
    definition: { tlp: 'red' },
  };
  const green = 'marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb';
  const found = await facts(
    tool(1, { object_marking_refs: [green] }),
    tool(2, {
      object_marking_refs: [green],
      granular_markings: [{ marking_ref: mark, selectors: ['name'] }],
    }),
    tool(3),
    own,
  );
  expect(found.map(({ marking }) => marking)).toEqual(['TLP:GREEN', 'TLP:RED', undefined, undefined]);
  expect(found).toHaveLength(4); // a marking is never a link
});

test('references: nested ones too, makers never, those to a relationship stay a property', async () => {
  const maker = id('identity', 9);
  const found = await facts(
    {
      ...{
        type: 'report',
        spec_version: '2.1',
        id: id('report', 1),
        created: '2015-05-15T09:12:16Z',
        modified: '2015-05-15T09:12:16Z',
      },
      ...{
        name: 'r',
        published: '2015-05-15T09:12:16Z',
        created_by_ref: maker,
        object_refs: [id('tool', 1), id('relationship', 3), id('tool', 1)],
      },
      extensions: {
        'extension-definition--db4b5429-6927-4d0c-a194-4695f05c629a': {
          inner: [{ thing_ref: id('tool', 2) }],
        },
      },
    },
    link(3, { created_by_ref: maker }),
  );
  expect(found.map((fact) => (fact.kind === 'record' ? fact.schema : [fact.type, fact.target]))).toEqual([
    'report',
    ['report:object_refs', id('tool', 1)],
    ['report:object_refs', id('tool', 1)],
    [
      'report:extensions.extension-definition--db4b5429-6927-4d0c-a194-4695f05c629a.inner.thing_ref',
      id('tool', 2),
    ],
    ['uses', id('tool', 2)],
  ]);
  expect(new Set(found.map(({ sourceKey }) => sourceKey)).size).toBe(found.length);
  expect(found[0]!.props.object_refs).toContain(id('relationship', 3));
});

test('revoked and deprecated objects are kept and flagged; metadata is neither record nor link', async () => {
  const counts = await countAll(
    stixReader,
    bundle(tool(1, { revoked: true }), tool(2, { x_mitre_deprecated: true }), tool(3), {
      ...{
        type: 'extension-definition',
        spec_version: '2.1',
        id: id('extension-definition', 4),
        created: '2015-05-15T09:12:16Z',
        modified: '2015-05-15T09:12:16Z',
      },
      ...{
        created_by_ref: id('identity', 1),
        name: 'x',
        schema: 's',
        version: '1',
        extension_types: ['new-sdo'],
      },
    }),
  );
  expect(counts.facts.map((fact) => fact.hidden)).toEqual([true, true, undefined]);
  expect(counts).toMatchObject({ metadata: 2, rows: 5 });
});

test('what belongs together stays together, and ids elsewhere are found', async () => {
  const [fact] = await facts(
    tool(1, {
      external_references: [{ source_name: 'mitre', external_id: 'S0001' }],
      hashes: { MD5: 'AA' },
      aliases: ['a', 'b'],
    }),
  );
  expect(fact!.props).toMatchObject({
    external_references: ['{"source_name":"mitre","external_id":"S0001"}'],
    external_id: ['S0001'],
    'hashes.MD5': ['AA'],
    aliases: ['a', 'b'],
  });
});

test('links carry their times; one object alone and a list of objects are read too', async () => {
  const timed = link(1, { start_time: '2015-05-15T09:12:16Z', stop_time: '2016-05-15T09:12:16Z' });
  expect(await facts(timed)).toMatchObject([
    { validFrom: '2015-05-15T09:12:16Z', validTo: '2016-05-15T09:12:16Z' },
  ]);
  expect(count(await readAll(stixReader, written('t.json', JSON.stringify(tool(1)))))).toMatchObject({
    rows: 1,
    record: 1,
  });
  expect(count(await readAll(stixReader, written('t.json', JSON.stringify([tool(1), timed]))))).toMatchObject(
    { rows: 2, record: 1, relationship: 1 },
  );
});

describe('what breaks the standard is refused with a reason', () => {
  test('the bent objects: as the schemas judge, but for what the standard says beyond them', () => {
    const cases = gunzipSync(readFileSync(referencePath('stix/mutations.ndjson.gz')))
      .toString()
      .trimEnd()
      .split('\n');
    const differing: string[] = [];
    for (const line of cases) {
      const {
        mutation,
        schema_valid: valid,
        object,
      } = JSON.parse(line) as { mutation: string; schema_valid: boolean | null; object: JsonObject };
      if (valid === null || mutation.includes('NUL')) continue;
      if ((stixProblem(object) === undefined) !== valid) differing.push(mutation);
    }
    // Objects without spec_version are STIX 2.0, which is read too; the others the standard's text forbids.
    const allowed = new Set(['drop spec_version', 'marking ref of a wrong type', 'modified before created']);
    expect(differing.filter((mutation) => !allowed.has(mutation))).toEqual([]);
    expect(differing.length).toBeLessThan(10);
  });

  test.each(['validator-v21/invalid_identity.json', 'validator-v20/invalid_timestamp.json'])(
    '%s',
    async (path) => {
      expect((await countAll(stixReader, reference(`stix/${path}`))).rejects).toEqual({ INVALID_OBJECT: 1 });
    },
  );

  test.each(['validator-v20/invalid_braces.json', 'validator-v20/invalid_comma.json'])('%s', async (path) => {
    await expect(readAll(stixReader, reference(`stix/${path}`))).rejects.toMatchObject({
      code: 'FILE_DAMAGED',
    });
  });

  test('a type that makes slow patterns hang is refused', () => {
    // A pattern of quadratic cost would take a quarter of an hour for the first, one of exponential cost for ever for the second.
    expect(stixProblem({ type: `${'a'.repeat(1_000_000)}!`, id: 'x' })).toMatch(/no STIX type/);
    expect(stixProblem({ type: `${'a-'.repeat(120)}!`, id: 'x' })).toMatch(/no STIX type/);
  });
});
