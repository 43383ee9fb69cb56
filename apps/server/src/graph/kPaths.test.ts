import { expect, test } from 'vitest';
import { kPaths, type Layers } from './kPaths.ts';

const layersOf = (...links: [hop: number, source: string, target: string][]): Layers => ({
  hop: links.map(([hop]) => hop),
  sources: links.map(([, source]) => source),
  targets: links.map(([, , target]) => target),
});
const ends = { from: 'a', to: 'z', hops: 3, k: 2 };
const itself = (record: string) => record;

test('the first paths by ids, without a repeated entity and without dead ends', () => {
  const layers = layersOf(
    [0, 'a', 'c'],
    [0, 'a', 'b'],
    [1, 'b', 'b2'],
    [1, 'c', 'b'],
    [1, 'c', 'lost'],
    [1, 'b', 'd'],
    [2, 'd', 'z'],
    [2, 'b', 'z'],
  );
  expect(kPaths(layers, ends, itself)).toEqual({
    paths: [
      ['a', 'b', 'd', 'z'],
      ['a', 'c', 'b', 'z'],
    ],
    stopped: false,
  });
  expect(kPaths(layers, { ...ends, k: 1 }, itself).paths).toEqual([['a', 'b', 'd', 'z']]);
});

test('records of one entity are one stop', () => {
  const layers = layersOf([0, 'a', 'b1'], [1, 'b2', 'c'], [2, 'c', 'z']);
  expect(kPaths(layers, ends, (record) => record[0]!).paths).toEqual([['a', 'b', 'c', 'z']]);
});

// Nine million walks, each of which comes back to the first hub.
test('two hubs that every walk comes through again and again are given up on, and the answer says so', () => {
  const leaves = Array.from({ length: 3_000 }, (_, at) => `leaf-${at}`);
  const layers = layersOf(
    [0, 'a', 'hub'],
    ...leaves.map((leaf): [number, string, string] => [1, 'hub', leaf]),
    ...leaves.map((leaf): [number, string, string] => [2, leaf, 'other']),
    ...leaves.map((leaf): [number, string, string] => [3, 'other', leaf]),
    ...leaves.map((leaf): [number, string, string] => [4, leaf, 'hub']),
    [5, 'hub', 'z'],
  );
  expect(kPaths(layers, { ...ends, hops: 6 }, itself)).toEqual({ paths: [], stopped: true });
});
