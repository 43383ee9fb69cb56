import { expect, test } from 'vitest';
import { arrange, type Problem } from './arrange.ts';
import { seeded } from './random.ts';

function problem(name: Problem['name'], count: number, pairs: number[]): Problem {
  return {
    name,
    x: new Float64Array(count).fill(Number.NaN),
    y: new Float64Array(count).fill(Number.NaN),
    fixed: new Uint8Array(count),
    links: Uint32Array.from(pairs),
    seed: 7,
  };
}

function randomPairs(count: number, links: number): number[] {
  const random = seeded(3);
  return Array.from({ length: links * 2 }, () => Math.floor(random() * count));
}

const nearestDistance = ({ x, y }: Problem) => {
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < x.length; i += 1) {
    for (let j = 0; j < i; j += 1) least = Math.min(least, Math.hypot(x[i]! - x[j]!, y[i]! - y[j]!));
  }
  return least;
};

test.each(['force', 'grid', 'circle'] as const)(
  'the same graph gives the same %s picture, with nobody on top of another',
  (name) => {
    const [one, two] = [0, 1].map(() => problem(name, 60, randomPairs(60, 90)));
    arrange(one!);
    arrange(two!);
    expect(one!.x).toEqual(two!.x);
    expect(one!.y).toEqual(two!.y);
    expect(one!.x.every(Number.isFinite)).toBe(true);
    expect(nearestDistance(one!)).toBeGreaterThan(24);
  },
);

test('new nodes join beside their neighbours and nothing else moves', () => {
  const base = problem('force', 40, randomPairs(40, 60));
  arrange(base);
  const joined = problem('join', 46, [...base.links, 3, 40, 3, 41, 3, 42, 5, 43, 43, 44]);
  joined.x.set(base.x);
  joined.y.set(base.y);
  joined.fixed.fill(1, 0, 40);
  arrange(joined);
  for (let i = 0; i < 40; i += 1) {
    expect(joined.x[i]).toBe(base.x[i]);
    expect(joined.y[i]).toBe(base.y[i]);
  }
  for (const i of [40, 41, 42]) {
    expect(Math.hypot(joined.x[i]! - joined.x[3]!, joined.y[i]! - joined.y[3]!)).toBeLessThan(400);
  }
  expect([...joined.x, ...joined.y].every(Number.isFinite)).toBe(true);
});

test('pinned nodes stay through a layout', () => {
  const pinned = problem('force', 30, randomPairs(30, 40));
  pinned.x[4] = 310;
  pinned.y[4] = -55;
  pinned.fixed[4] = 1;
  arrange(pinned);
  expect([pinned.x[4], pinned.y[4]]).toEqual([310, -55]);
});

test('parts that are not linked stand apart', () => {
  const parts = problem('force', 6, [0, 1, 1, 2, 3, 4, 4, 5]);
  arrange(parts);
  const span = (places: Float64Array, nodes: number[]) => nodes.map((i) => places[i]!).sort((a, b) => a - b);
  const isApart = (places: Float64Array) => {
    const [one, two] = [span(places, [0, 1, 2]), span(places, [3, 4, 5])];
    return one.at(-1)! < two[0]! || two.at(-1)! < one[0]!;
  };
  expect(isApart(parts.x) || isApart(parts.y)).toBe(true);
});
