import { expect, test } from 'vitest';
import { around, caseModel, chartNodes, readSort, shownCounts, sorted, toLink } from './caseModel.ts';
import type { CaseItem, GraphLink, Weight } from './caseQueries.ts';
import { readFilters } from './filters.ts';

const item = (id: string, schema: string, more: Partial<CaseItem> = {}): CaseItem => ({
  entityId: id,
  takenOut: null,
  x: 1,
  y: 2,
  pinned: false,
  hidden: false,
  entity: {
    id,
    caption: id.toUpperCase(),
    schema,
    countries: [],
    lastSeen: null,
    datasets: [{ key: 'register', title: 'Register', kind: 'SOURCE' }],
  },
  ...more,
});
const link = (source: string, target: string, more: Partial<GraphLink> = {}): GraphLink => ({
  source,
  target,
  type: 'Ownership',
  label: 'owns',
  directed: true,
  reference: false,
  datasets: 1,
  relationshipIds: [`${source}${target}`],
  validFrom: null,
  validTo: null,
  ...more,
});

const items = [
  item('a', 'Company'),
  item('b', 'Person'),
  item('c', 'Person', { hidden: true }),
  item('d', 'Person', { entity: null }),
];
const links = [
  link('a', 'b', { datasets: 2 }),
  link('a', 'c'),
  link('b', 'a', { type: 'x:y', reference: true }),
];
const weights = new Map<string, Weight>([['a', { links: 9, disagree: true }]]);

test('hidden, gone and filtered entities are told apart, and every count agrees', () => {
  const model = caseModel(items, links, weights, readFilters([]));
  expect(model.shown.map(({ id }) => id)).toEqual(['a', 'b']);
  expect(model.hidden.map(({ id }) => id)).toEqual(['c']);
  expect(model.gone.map(({ id }) => id)).toEqual(['d']);
  expect(model.shownLinks).toHaveLength(2);
  expect(model.disagreeing).toBe(1);
  expect(model.facets.schema).toEqual([
    { value: 'Company', label: 'Company', count: 1 },
    { value: 'Person', label: 'Person', count: 1 },
  ]);
});

test('a type filter hides the rest in place, and leaves the other types countable', () => {
  const model = caseModel(items, links, weights, readFilters(['schema:Company']));
  expect(model.shown.map(({ id }) => id)).toEqual(['a']);
  expect(model.shownLinks).toHaveLength(0);
  expect(model.facets.schema).toHaveLength(2);
  expect(chartNodes(model).map(({ id, hidden, x }) => [id, hidden, x])).toEqual([
    ['a', false, 1],
    ['b', true, 1],
    ['c', true, 1],
  ]);
});

test('certainty is how many sources say a relationship; references are inferred', () => {
  expect(links.map((one) => toLink(one).certainty)).toEqual(['several', 'one', 'inferred']);
  const model = caseModel(items, links, weights, readFilters(['certainty:several']));
  expect(model.shownLinks.map(({ target }) => target)).toEqual(['b']);
});

test('the inspector counts relationships on the chart as the server does: by type and direction', () => {
  const all = [...links.map(toLink), toLink(link('a', 'a'))];
  expect([...shownCounts(all, 'a')]).toEqual([
    ['Ownership OUT', 2],
    ['x:y IN', 1],
  ]);
  expect(around(all, ['b']).sort()).toEqual(['a', 'b']);
});

test('rows sort by any column, equals by name', () => {
  const { entities } = caseModel(items, links, weights, []);
  expect(sorted(entities, readSort('-links'))[0]?.id).toBe('a');
  expect(sorted(entities, readSort('name')).map(({ id }) => id)).toEqual(['a', 'b', 'c', 'd']);
  expect(readSort('nonsense')).toEqual({ by: 'links', isDescending: true });
});
