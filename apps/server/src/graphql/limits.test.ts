import { parse } from 'graphql';
import { expect, test } from 'vitest';
import { readLimits, refuseExcess } from './limits.ts';

const limits = readLimits();
const refused =
  (query: string, variables: Record<string, unknown> = {}) =>
  () =>
    refuseExcess(parse(query), undefined, variables, limits);

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

test('a page counts wherever it is said: in a default, in an input, in a variable of one', () => {
  const nested = 'links { datasets { links(first: 1000) { id } } }';
  expect(refused(`{ neighbourhood(input: { limit: 1000 }) { ${nested} } }`)).toThrow(/costs more/);
  const given = `query($i: I) { neighbourhood(input: $i) { ${nested} } }`;
  expect(refused(given, { i: { limit: 1000 } })).toThrow(/costs more/);
  expect(refused(given, { i: { limit: 2 } })).not.toThrow();
  const deep =
    'edges { node { links(first: $n) { edges { node { links(first: $n) { edges { node { id } } } } } } } }';
  const byDefault = `query($n: Int = 1000) { entity(id: "a") { links(first: $n) { ${deep} } } }`;
  expect(refused(byDefault)).toThrow(/costs more/);
  expect(refused(byDefault, { n: 2 })).not.toThrow();
  expect(refused(`query($i: I = {limit: 1000}) { neighbourhood(input: $i) { ${nested} } }`)).toThrow(
    /costs more/,
  );
});

test('few questions to the graph fit one request, however little is read of the answers', () => {
  const ask = (times: number) =>
    `query($i: I) { ${Array.from({ length: times }, (_, n) => `a${n}: neighbourhood(input: $i) { servedBy }`).join(' ')} }`;
  expect(refused(ask(50), { i: { limit: 1000 } })).toThrow(/costs more/);
  expect(refused(ask(10), { i: { limit: 1000 } })).not.toThrow();
});

test.each([
  ['paths', 'paths(input: { from: "a", to: "b", maxHops: 6 }) { servedBy }'],
  ['links among entities', 'subgraph(entityIds: ["a", "b"]) { servedBy }'],
])('%s are a question, of now and of a moment; what an answer calls so is none', (_, question) => {
  const ask = (times: number) => Array.from({ length: times }, (_, n) => `a${n}: ${question}`).join(' ');
  for (const within of ['', 'at(time: "2026-01-01") '])
    for (const [times, fits] of [
      [50, false],
      [10, true],
    ] as const) {
      const asked = refused(within ? `{ ${within}{ ${ask(times)} } }` : `{ ${ask(times)} }`);
      if (fits) expect(asked).not.toThrow();
      else expect(asked).toThrow(/costs more/);
    }
  const answer = Array.from({ length: 50 }, (_, n) => `p${n}: paths { hops }`).join(' ');
  expect(refused(`{ paths(input: { from: "a", to: "b", k: 3 }) { ${answer} } }`)).not.toThrow();
});
