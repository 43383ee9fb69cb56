import { expect, test } from 'vitest';
import type { Direction, GraphLink } from './graphQueries.ts';
import { stepsBy } from './steps.ts';

const link = (source: string, target: string, directed = true): GraphLink => ({
  ...{ id: '', type: 'knows', reference: false, dataset: '', validFrom: null, validTo: null },
  source,
  target,
  directed,
});
const links = [link('a', 'b'), link('c', 'a'), link('a', 'd', false), link('a', 'b')];

test.each<[Direction, string[]]>([
  ['OUT', ['b', 'd']],
  ['IN', ['c', 'd']],
  ['ANY', ['b', 'c', 'd']],
])('links lead %s where they point, and both ways where they do not', (direction, expected) => {
  expect([...(stepsBy(links, direction).get('a') ?? [])].sort()).toEqual(expected);
});
