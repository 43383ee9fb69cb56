import { expect, test } from 'vitest';
import { buildSchema, findBreakingChanges } from '../apps/server/node_modules/graphql/index.js';
import { printSdl } from '../apps/server/src/graphql/sdl.ts';
import { read } from './repository.ts';

test('apps/server/schema.graphql is what the nouns say', () => {
  expect(read('apps/server/schema.graphql'), 'node apps/server/src/graphql/print.ts').toBe(printSdl());
});

test('nothing that a client of the last release relies on is broken', () => {
  const released = buildSchema(read('golden/schema.released.graphql'));
  const broken = findBreakingChanges(released, buildSchema(read('apps/server/schema.graphql')));
  expect(broken.map(({ description }) => description)).toEqual([]);
});

test('the check would notice a field that is gone', () => {
  const [before, after] = [buildSchema('type Query { a: Int b: Int }'), buildSchema('type Query { a: Int }')];
  expect(findBreakingChanges(before, after).map(({ description }) => description)).toEqual([
    'Query.b was removed.',
  ]);
});
