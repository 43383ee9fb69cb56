import canonicalize from 'canonicalize';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { markingName } from '../tenant/marking.ts';
import { canonicalFact, type FactContent, factDigest } from './fact.ts';

const text = fc.string({ unit: 'grapheme', maxLength: 8 });
const fact = fc.record({
  kind: fc.constantFrom('record', 'relationship', 'reference'),
  id: fc.uuid(),
  datasetKey: text,
  schema: text,
  ends: fc.oneof(fc.constant([] as const), fc.tuple(fc.uuid(), fc.uuid())),
  directed: fc.boolean(),
  props: fc.dictionary(fc.oneof(text, fc.constant('__proto__')), fc.array(text, { maxLength: 4 }), {
    noNullPrototype: true,
  }),
  marking: fc.integer({ min: 0, max: 4 }),
  validFrom: fc.option(text),
  validTo: fc.option(text),
}) satisfies fc.Arbitrary<FactContent>;

test('the text is what RFC 8785 makes of the fact', () => {
  fc.assert(
    fc.property(fact, (given) => {
      const sorted = Object.entries(given.props)
        .filter(([, values]) => values.length > 0)
        .map(([name, values]): [string, string[]] => [
          name,
          [...new Set(values)].sort((a, b) => (a < b ? -1 : 1)),
        ]);
      const ends = given.directed
        ? given.ends
        : [...given.ends.toSorted((a, b) => (a < b ? -1 : 1)), 'undirected'];
      const marking = markingName(given.marking);
      const plain = [
        given.kind,
        given.id,
        given.datasetKey,
        given.schema,
        ends,
        Object.fromEntries(sorted),
        marking,
      ];
      expect(canonicalFact(given)).toBe(canonicalize([...plain, [given.validFrom, given.validTo]]));
    }),
    { numRuns: 1000 },
  );
});

const sample: FactContent = {
  kind: 'record',
  id: 'a',
  datasetKey: 'd',
  schema: 'Person',
  ends: [],
  props: { name: ['x'] },
  marking: 0,
};

test('half of a surrogate pair has no canonical form; a backslash before ud800 has', () => {
  expect(() => factDigest({ ...sample, props: { name: ['\ud800'] } })).toThrow(/surrogate/);
  expect(() => factDigest({ ...sample, props: { name: ['C:\\ud800'] } })).not.toThrow();
});

test('order and repetition of values do not matter, anything else does', () => {
  const digest = (change: Partial<FactContent>) => factDigest({ ...sample, ...change }).toString('hex');
  expect(digest({ props: { b: ['2', '1', '2'], a: ['x'], c: [] } })).toBe(
    digest({ props: { a: ['x'], b: ['1', '2'] } }),
  );
  const changes: Partial<FactContent>[] = [
    {},
    { id: 'b' },
    { datasetKey: 'e' },
    { schema: 'Company' },
    { marking: 1 },
    { validFrom: '2019' },
    { props: { name: ['y'] } },
  ];
  expect(new Set(changes.map(digest)).size).toBe(changes.length);
});
