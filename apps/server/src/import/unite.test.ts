import fc from 'fast-check';
import { expect, test } from 'vitest';
import { csvReader } from './format/format.csv.ts';
import { ftmReader } from './format/format.ftm.ts';
import { count, countAll, readAll, written } from './format/readingFixtures.ts';
import { parseMapping } from './mapping/mapping.ts';
import { Repeats } from './repeats.ts';

const line = (id: string, schema: string, props: Record<string, string[]>) =>
  JSON.stringify({ id, schema, properties: props });

test('fragments come out once, with their last row, in the more specific schema, every row named', async () => {
  const file = written(
    't.ftm',
    [
      line('a', 'LegalEntity', { name: ['A'] }),
      line('b', 'Person', { name: ['B'] }),
      line('a', 'Company', { name: ['A', 'Aa'], country: ['de'] }),
      line('o', 'Ownership', { owner: ['b'] }),
      line('o', 'Ownership', { asset: ['a'] }),
    ].join('\n'),
  );
  const objects = await readAll(ftmReader, file);
  expect(objects.map((object) => (object.fate === 'rows' ? object.rows.length : object.fate))).toEqual([
    0, 1, 1, 0, 1,
  ]);
  const { facts } = count(objects);
  expect(facts).toMatchObject([
    { sourceKey: 'b' },
    {
      sourceKey: 'a',
      schema: 'Company',
      props: { name: ['A', 'Aa'], country: ['de'] },
      ref: { row: 1, also: [{ row: 3 }] },
    },
    { kind: 'relationship', source: 'b', target: 'a' },
  ]);
  expect(facts.some(({ fragment }) => fragment)).toBe(false);
});

test('any order and any bound on memory give the same values in the end', async () => {
  const fragment = fc.record({
    id: fc.constantFrom('a', 'b', 'c', 'd'),
    name: fc.constantFrom('x', 'y', 'z'),
    pad: fc.nat(400),
  });
  await fc.assert(
    fc.asyncProperty(
      fc.array(fragment, { minLength: 1, maxLength: 30 }),
      fc.integer({ min: 0, max: 3000 }),
      async (fragments, heldBytes) => {
        const file = written(
          't.ftm',
          fragments
            .map(({ id, name, pad }) => line(id, 'Person', { name: [name], notes: ['n'.repeat(pad + 1)] }))
            .join('\n'),
        );
        const stored = new Map<string, Set<string>>();
        const seen = new Set<string>();
        for (const fact of (await countAll(ftmReader, file, { limits: { heldBytes } })).facts) {
          // As the engine does: a part is united with what is stored, anything else is the whole.
          if (!fact.fragment) expect(seen.has(fact.sourceKey)).toBe(false);
          seen.add(fact.sourceKey);
          const values = fact.fragment ? (stored.get(fact.sourceKey) ?? new Set()) : new Set<string>();
          for (const [name, each] of Object.entries(fact.props))
            for (const value of each) values.add(`${name}=${value}`);
          stored.set(fact.sourceKey, values);
        }
        const expected = new Map<string, Set<string>>();
        for (const { id, name, pad } of fragments) {
          const values = expected.get(id) ?? new Set();
          expected.set(id, values.add(`name=${name}`).add(`notes=${'n'.repeat(pad + 1)}`));
        }
        expect(stored).toEqual(expected);
      },
    ),
    { numRuns: 200 },
  );
});

test('an entity that is only mentioned cannot wipe what is known of it', async () => {
  expect((await countAll(ftmReader, written('t.ftm', '{"id":"a","schema":"Person"}'))).facts).toMatchObject([
    { fragment: true, props: {} },
  ]);
});

test('more repeated keys than can be counted are known to repeat', () => {
  const repeats = new Repeats(1000, 10);
  for (let round = 0; round < 3; round++) for (let key = 0; key < 100; key++) repeats.see(`key ${key}`);
  const slots = Array.from({ length: 100 }, (_, key) => repeats.slot(`key ${key}`));
  expect(slots.filter((slot) => repeats.count(slot) === 3)).toHaveLength(10);
  expect(slots.filter((slot) => repeats.isUncounted(slot))).toHaveLength(90);
});

test('keys that occur once are hardly ever held; keys that repeat always are', () => {
  const repeats = new Repeats(100_000);
  for (let key = 0; key < 100_000; key++) repeats.see(`key ${key}`);
  for (let key = 0; key < 100; key++) repeats.see(`key ${key}`);
  for (let key = 0; key < 100; key++) expect(repeats.count(repeats.slot(`key ${key}`))).toBeGreaterThan(1);
  const held = Array.from({ length: 100_000 }, (_, key) => repeats.count(repeats.slot(`key ${key}`))).filter(
    (times) => times !== undefined,
  );
  expect(held.length).toBeLessThan(5000);
});

test('very many fragments of one id, and very many values, take time in proportion', async () => {
  const seconds = async (size: number) => {
    const fragments = Array.from({ length: size }, (_, at) =>
      line('a', 'Person', { alias: [`Alias ${at}`] }),
    );
    const began = performance.now();
    const { facts } = await countAll(ftmReader, written('t.ftm', fragments.join('\n')));
    expect(facts[0]!.props.alias).toHaveLength(size);
    return performance.now() - began;
  };
  await seconds(1_000);
  // The square would make it 100 times as long.
  expect(await seconds(40_000)).toBeLessThan(50 * (await seconds(4_000)));
});

test('two rows of a table with one id are one record that names both, and a warning says so', async () => {
  const file = written('t.csv', 'id,name\n1,Ada\n2677,Bo\n3,Cem\n2677,Bo Ltd\n1,Ada\n');
  const mapping = parseMapping(
    'queries: [{ entities: { it: { schema: LegalEntity, id_column: id, properties: { name: { column: name } } } } }]',
  );
  const objects = await readAll(csvReader, file, { mapping });
  const { facts } = count(objects);
  expect(facts.find(({ sourceKey }) => sourceKey === '2677')).toMatchObject({
    props: { name: ['Bo', 'Bo Ltd'] },
    ref: { row: 2, also: [{ row: 4 }] },
  });
  // Rows that say the same again are no news.
  expect(objects.flatMap(({ warnings = [] }) => warnings)).toEqual([
    { code: 'ROWS_UNITED', detail: expect.stringContaining('rows 2 and 4 have the id 2677') },
  ]);
});
