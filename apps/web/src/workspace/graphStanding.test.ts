import { expect, test } from 'vitest';
import { graphStanding, type Projection } from './graphStanding.ts';

const copy = (given: Partial<Projection>): Projection => ({
  name: 'neo4j',
  state: 'following',
  lagChanges: 0,
  lagIsExact: true,
  lagSeconds: 0,
  ...given,
});
const said = (given: Partial<Projection>, runs = false) => {
  const found = graphStanding(copy(given), runs);
  return found && `${found.says} ${found.means}`;
};

test('a copy that keeps up is not spoken of', () => {
  expect(said({})).toBeUndefined();
  expect(said({}, true)).toBeUndefined();
  expect(said({ lagChanges: 40, lagSeconds: 0.4 })).toBeUndefined();
  expect(said({ state: 'paused' })).toBeUndefined();
});

test('one that trails says by how many changes and for how long, and what may lack them', () => {
  expect(said({ lagChanges: 14, lagSeconds: 180 })).toBe(
    'The graph store is 14 changes, 3 min, behind. Paths, common neighbours and expanding may lack what is newer; chart, table and facts do not.',
  );
  expect(said({ state: 'paused', lagChanges: 1, lagSeconds: 2 })).toContain(
    'is 1 change, 2 s, behind. It is paused.',
  );
});

test('changes that were not all counted, seen or not, are said to be so many at least, and no others are', () => {
  const far = { state: 'waiting', lagSeconds: 60 };
  expect(said({ ...far, lagChanges: 2_000, lagIsExact: false })).toContain('is at least 2,000 changes,');
  // Of the 2,000 that were looked at 1 is theirs to see.
  expect(said({ ...far, lagChanges: 1, lagIsExact: false })).toContain('is at least 1 change,');
  expect(said({ ...far, lagChanges: 5_400 }, true)).toContain('is 5,400 changes,');
});

test('one that does not answer says what waits for it and what works', () => {
  expect(said({ state: 'down' })).toMatch(
    /does not answer\. Paths, .* wait for it, and go on by themselves; everything else works/,
  );
});

test('one that is held up and lacks nothing yet is spoken of to who runs the place', () => {
  expect(said({ state: 'paused' }, true)).toContain('lacks nothing yet. It is paused.');
});

test('while it is filled Postgres answers, and nothing is missing', () => {
  for (const runs of [false, true])
    expect(said({ state: 'filling', lagChanges: 3, lagSeconds: 90 }, runs)).toBeUndefined();
});
