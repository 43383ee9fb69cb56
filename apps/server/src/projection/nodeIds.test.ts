import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { NodeIds } from './nodeIds.ts';

test('gives each id the number it was set with, and nothing for others', () => {
  const ids = Array.from({ length: 20_000 }, () => randomUUID());
  const nodes = new NodeIds();
  for (const [node, id] of ids.entries()) nodes.set(id, node);
  expect(ids.every((id, node) => nodes.get(id) === node)).toBe(true);
  expect(
    Array.from({ length: 1_000 }, () => nodes.get(randomUUID())).every((each) => each === undefined),
  ).toBe(true);
});

test('ids that cannot be told apart are ambiguous', () => {
  const nodes = new NodeIds();
  nodes.set('00000000-0000-4000-8000-000000000001', 7);
  nodes.set('10000000-0000-4000-8000-000000000001', 8);
  expect(nodes.get('00000000-0000-4000-8000-000000000001')).toBe(NodeIds.ambiguous);
});
