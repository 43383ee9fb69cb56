import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { identifier } from '../identify.ts';
import { inspect } from '../inspect.ts';
import { parseMapping } from '../mapping/mapping.ts';
import type { Fact, LinkFact } from '../source.ts';
import { csvReader } from './format.csv.ts';
import { ftmReader } from './format.ftm.ts';
import { gexfReader } from './format.gexf.ts';
import { graphmlReader } from './format.graphml.ts';
import { stixReader } from './format.stix.ts';
import { countAll, readAll, reference, referencePath } from './readingFixtures.ts';

describe('FollowTheMoney', () => {
  test.each([
    ['ftm/mapping/donations.ijson', 474, 184, 290, 103],
    ['ftm/entities/parteispenden.ftm.ndjson', 475, 185, 291, 103],
    ['ftm/entities/t1.ftm.ndjson', 7, 7, 0, 2],
  ])(
    '%s has %i rows, %i records, %i relationships, %i references',
    async (path, rows, record, relationship, references) => {
      const counts = await countAll(ftmReader, reference(path));
      expect(counts).toMatchObject({
        rows,
        record,
        relationship,
        reference: references,
        rejects: {},
        warnings: {},
      });
      expect(new Set(counts.facts.map(({ kind, sourceKey }) => `${kind}\0${sourceKey}`)).size).toBe(
        counts.facts.length,
      );
    },
  );

  test('the one payment with two beneficiaries is two relationships, told apart by their ends', async () => {
    const { facts } = await countAll(ftmReader, reference('ftm/entities/parteispenden.ftm.ndjson'));
    const several = facts.filter(
      ({ kind, sourceKey }) => kind === 'relationship' && sourceKey.includes('\0'),
    );
    expect(several).toHaveLength(2);
    for (const fact of several as LinkFact[])
      expect(fact.sourceKey.split('\0').slice(1)).toEqual([fact.source, fact.target]);
  });
});

describe('a mapping', () => {
  const path = 'ftm/mapping/donations.csv';
  const mapping = parseMapping(
    readFileSync(referencePath('ftm/mapping/donations.yml'), 'utf8'),
    'donations.csv',
  );

  test('gives the ids, schemata and values that FollowTheMoney itself gives', async () => {
    const expected = new Map(
      readFileSync(referencePath('ftm/mapping/donations.ijson'), 'utf8')
        .trimEnd()
        .split('\n')
        .map((line) => {
          const { id, ...entity } = JSON.parse(line) as {
            id: string;
            schema: string;
            properties: Record<string, string[]>;
          };
          return [id, entity];
        }),
    );
    const { facts, ...counts } = await countAll(csvReader, reference(path), { mapping });
    expect(counts).toMatchObject({ rows: 292, record: 184, relationship: 290, reference: 103, rejects: {} });
    const entities = facts.filter(({ kind }) => kind !== 'reference');
    expect(entities.map(({ sourceKey }) => sourceKey).toSorted()).toEqual([...expected.keys()].toSorted());

    for (const fact of entities) {
      const entity = expected.get(fact.sourceKey)!;
      expect(fact.kind === 'record' ? fact.schema : fact.kind === 'relationship' && fact.type).toBe(
        entity.schema,
      );
      // FollowTheMoney drops a country that it does not know ("Niedlerlande"); here it stays as it was written.
      const understood = Object.entries(fact.props).map(([name, values]): [string, string[]] => [
        name,
        name === 'country' ? values.filter((value) => /^[a-z]{2}$/.test(value)) : values,
      ]);
      const sorted = (entries: [string, string[]][]) =>
        Object.fromEntries(
          entries
            .filter(([, values]) => values.length > 0)
            .map(([name, values]) => [name, values.toSorted()]),
        );
      expect(sorted(understood)).toEqual(sorted(Object.entries(entity.properties)));
    }
  });

  test('KEK: 3,065 companies and 2,904 shares meet, file by file; one owns itself', async () => {
    const companies = parseMapping(`
      kek:
        queries:
          - entities:
              company:
                schema: Company
                key: id
                properties: { name: { column: name }, address: { column: address }, sourceUrl: { column: url } }
    `);
    const shares = parseMapping(`
      kek:
        queries:
          - entities: {}
            links:
              share:
                type: Ownership
                key_literal: Ownership
                keys: [owns, shareholder]
                source: { key: shareholder }
                target: { key: owns }
                properties: { percentage: { column: share } }
    `);
    const left = await countAll(csvReader, reference('ftm/mapping/kek_company.csv.gz'), {
      mapping: companies,
    });
    const right = await countAll(csvReader, reference('ftm/mapping/kek_shares.csv'), { mapping: shares });
    expect([left.record, left.rejects]).toEqual([3065, {}]);
    expect([right.relationship, right.record, right.rejects]).toEqual([2904, 0, {}]);
    const known = new Set(left.facts.map(({ sourceKey }) => sourceKey));
    const links = right.facts as LinkFact[];
    expect(links.filter(({ source, target }) => source === target)).toHaveLength(1);
    expect(links.filter(({ source, target }) => !known.has(source) || !known.has(target))).toEqual([]);
  });
});

describe('STIX', () => {
  test.each([
    ['enterprise-attack-18.1', 4723, 20_048, 5886, 7],
    ['mobile-attack-14.1', 355, 1832, 382, 1],
    ['mobile-attack-17.1', 382, 1766, 411, 0],
  ])(
    '%s has %i records, %i relationships, %i references, of which %i ends lead nowhere',
    async (name, record, relationship, references, unresolved) => {
      const counts = await countAll(stixReader, reference(`stix/attack/${name}.stix21.json.gz`));
      expect(counts).toMatchObject({
        record,
        relationship,
        reference: references,
        rejects: {},
        metadata: 1,
        superseded: 0,
      });
      expect(counts.rows).toBe(record + relationship + 1);
      expect(danglingEnds(counts.facts)).toBe(unresolved);
    },
    60_000,
  );
});

/** Links with an end that no record has, by id, as the database finds them. */
function danglingEnds(facts: Fact[]): number {
  const idOf = identifier('test');
  const records = new Set(
    facts.filter(({ kind }) => kind === 'record').map(({ sourceKey }) => idOf('record', sourceKey)),
  );
  return facts.filter(
    (fact) =>
      fact.kind !== 'record' &&
      !(records.has(idOf('record', fact.source)) && records.has(idOf('record', fact.target))),
  ).length;
}

describe('graphs', () => {
  test.each([
    ['yeast.gexf.gz', 2361, 7182],
    ['arctic.gexf.gz', 1715, 6676],
    ['les_miserables.gexf', 77, 254],
    ['miserables.graphml', 77, 254],
    ['mixed_multigraph.graphml', 6, 8],
  ])('%s has %i nodes and %i edges', async (name, record, relationship) => {
    const reader = name.includes('.gexf') ? gexfReader : graphmlReader;
    expect(await countAll(reader, reference(`graphs/gexf-graphml/${name}`))).toMatchObject({
      record,
      relationship,
      rejects: {},
    });
  });
});

test('a table of real airports is guessed: key, name, place on the map', async () => {
  const file = reference('graphs/openflights/airports.csv.gz');
  const found = await inspect(file);
  expect(found).toMatchObject({ format: 'csv', encoding: 'utf-8', delimiter: ',' });
  const objects = await readAll(csvReader, file, { mapping: parseMapping(found.mapping!) });
  expect(objects).toHaveLength(7698);
  const first = objects[0]!;
  expect(first.fate === 'rows' && first.rows[0]).toMatchObject({
    sourceKey: '1',
    schema: 'Address',
    caption: 'Goroka Airport',
    props: { country: ['pg'], latitude: ['-6.081689834590001'], longitude: ['145.391998291'] },
  });
});
