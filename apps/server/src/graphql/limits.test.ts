import { parse } from 'graphql';
import { expect, test } from 'vitest';
import { readLimits, refuseExcess } from './limits.ts';

const limits = readLimits();
const refused = (query: string) => () => refuseExcess(parse(query), undefined, {}, limits);

test('a page of a connection counts once, whatever the connection is called', () => {
  const links = (fields: string) =>
    `{ entity(id: "a") { links(first: 1000) { edges { node { ${fields} } } } } }`;
  expect(refused(links('id relationship { id type }'))).not.toThrow();
  expect(refused(links('neighbour { links(first: 1000) { edges { node { id } } } }'))).toThrow(/costs more/);
});

test('a plain list of the same name repeats what is asked of it', () => {
  const subgraph = (fields: string) => `{ neighbourhood(limit: 1000) { links { ${fields} } } }`;
  expect(refused(subgraph('id type'))).not.toThrow();
  expect(refused(subgraph('datasets { links(first: 1000) { id } }'))).toThrow(/costs more/);
});
