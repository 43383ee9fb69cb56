import { expect, test } from 'vitest';
import type { EntityFact } from './entityQueries.ts';
import { groupFacts } from './groupFacts.ts';

const source = (key: string) => ({
  dataset: { key, title: key, reliability: 'A', kind: 'SOURCE' as const },
  record: { id: key },
  sourceRef: null,
});

const fact = (
  property: string,
  value: string,
  sources: string[],
  more: Partial<EntityFact> = {},
): EntityFact => ({
  property,
  label: property,
  type: 'text',
  value,
  conflicting: false,
  validFrom: null,
  validTo: null,
  entity: null,
  refuted: null,
  sources: sources.map(source),
  ...more,
});

const refuted = { at: '2026-01-01T00:00:00Z', reason: null, by: { name: 'Noor' }, recordId: 'r' };

test('values of one property stand together, the best-sourced first, and the name leads', () => {
  const groups = groupFacts([
    fact('country', 'ee', ['a']),
    fact('name', 'Norrhaven', ['a']),
    fact('country', 'lv', ['a', 'b']),
  ]);
  expect(groups.map((group) => group.property)).toEqual(['name', 'country']);
  expect(groups[1]!.facts.map((one) => one.value)).toEqual(['lv', 'ee']);
});

test('sources that disagree are marked until all but one value are refuted', () => {
  const both = [
    fact('founded', '2019', ['a'], { conflicting: true }),
    fact('founded', '2020', ['b'], { conflicting: true }),
  ];
  expect(groupFacts(both)[0]!.conflicting).toBe(true);
  const settled = [both[0]!, { ...both[1]!, refuted }];
  expect(groupFacts(settled)[0]!.conflicting).toBe(false);
});
