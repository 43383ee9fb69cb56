import { expect, test } from 'vitest';
import { inspect } from '../inspect.ts';
import { parseMapping } from '../mapping/mapping.ts';
import { jsonReader } from './format.json.ts';
import { readAll, written } from './readingFixtures.ts';

const document = JSON.stringify({
  about: 'two tables',
  nodes: [
    { id: 'a', name: 'Avery' },
    { id: 'b', name: 'Bo' },
  ],
  edges: [{ from: 'a', to: 'b', since: '2019' }],
});
const file = written('graph.json', document);
const mapping = parseMapping(
  'values: exact\nqueries: [{ entities: { row: { schema: Thing, rest: keep } } }]',
);

test('a document with several lists says which there are, and each can be looked at', async () => {
  const first = await inspect(file);
  expect(first).toMatchObject({ format: 'json', sheets: ['nodes', 'edges'] });
  expect(first.columns.map(({ name }) => name)).toEqual(['id', 'name']);
  const second = await inspect(file, { sheet: 'edges' });
  expect(second.columns.map(({ name }) => name)).toEqual(['from', 'to', 'since']);
  expect((await inspect(written('list.json', '[{"sheets":[1]}]'))).sheets).toEqual([]);
  expect((await inspect(written('one.json', '{"name":"Avery"}'))).sheets).toEqual([]);
});

test('the chosen list is read, the other one is named in a warning', async () => {
  const read = (sheet?: string) => readAll(jsonReader, file, { mapping, ...(sheet && { sheet }) });
  const rowsOf = async (sheet?: string) =>
    (await read(sheet)).flatMap((object) =>
      object.fate === 'rows' ? object.rows.map(({ props }) => props) : [],
    );
  const warned = async (sheet?: string) =>
    (await read(sheet)).flatMap(({ warnings = [] }) => warnings.map(({ detail }) => detail));
  expect(await rowsOf()).toEqual([
    { id: ['a'], name: ['Avery'] },
    { id: ['b'], name: ['Bo'] },
  ]);
  expect(await rowsOf('edges')).toEqual([{ from: ['a'], to: ['b'], since: ['2019'] }]);
  expect(await warned()).toEqual(['only the list at /nodes is read; the one at /edges is not']);
  expect(await warned('edges')).toEqual(['only the list at /edges is read; the one at /nodes is not']);
});

test('a list that is not there is not taken for an empty one', async () => {
  await expect(readAll(jsonReader, file, { mapping, sheet: 'links' })).rejects.toMatchObject({
    code: 'INPUT_INVALID',
  });
});
