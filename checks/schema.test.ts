import { expect, test } from 'vitest';
import { printSdl } from '../apps/server/src/graphql/sdl.ts';
import { read } from './repository.ts';

test('apps/server/schema.graphql is what the nouns say', () => {
  expect(read('apps/server/schema.graphql'), 'node apps/server/src/graphql/print.ts').toBe(printSdl());
});

test('every field of a list that may grow is paged or bounded', () => {
  const unbounded = [
    ...read('apps/server/schema.graphql').matchAll(
      /^ {2}(\w+s): \[(Record|Relationship|Change|Import|Reject)!\]!/gm,
    ),
  ];
  expect(unbounded.map(([line]) => line)).toEqual([]);
});
