import { expect, test } from 'vitest';
import { parseMapping } from '../mapping/mapping.ts';
import type { Fact } from '../source.ts';
import { readerOf } from './readers.ts';
import { countAll, written } from './readingFixtures.ts';

const keep = parseMapping('values: exact\nqueries: [{ entities: { row: { schema: Thing, rest: keep } } }]');
const clean = parseMapping(
  'queries: [{ entities: { row: { schema: Person, key: id, properties: { name: { column: name }, address: { column: address } } } } }]',
);
const id = 'identity--00000000-0000-4000-8000-000000000001';

const valuesOf = (facts: Fact[]) => facts.flatMap(({ props }) => Object.values(props).flat());

/** A name, and beside it values of white space alone. */
test.each([
  ['csv', 'a.csv', 'id,name,address\n1,Ann,"\n\n"\n2,Ben,"\u00a0\t"\n', keep],
  ['csv', 'a.csv', 'id,name,address\n1,Ann,"\n\n"\n2,Ben,"\u00a0\t"\n', clean],
  [
    'ndjson',
    'a.ndjson',
    '{"id":"1","name":"Ann","address":[" ","\\n"]}\n{"id":"2","name":"Ben","address":"\\t"}',
    keep,
  ],
  [
    'ftm',
    'a.ijson',
    '{"id":"1","schema":"Person","properties":{"name":["Ann"],"address":["\\n\\n"]},"datasets":[" "],"caption":" "}',
    undefined,
  ],
  [
    'stix',
    'a.json',
    `{"type":"bundle","id":"bundle--00000000-0000-4000-8000-000000000002","objects":[{"type":"identity","spec_version":"2.1","id":"${id}","created":"2020-01-01T00:00:00Z","modified":"2020-01-01T00:00:00Z","name":"Ann","description":" \\n","roles":["\\t"],"x_more":{"a":" ","b":"c"}}]}`,
    undefined,
  ],
  [
    'graphml',
    'a.graphml',
    '<graphml><key id="k" for="node" attr.name="address"/><key id="n" for="node" attr.name="name"/><graph><node id="1"><data key="n">Ann</data><data key="k"> \n </data></node></graph></graphml>',
    undefined,
  ],
  [
    'gexf',
    'a.gexf',
    '<gexf><graph><attributes class="node"><attribute id="k" title="address" type="string"/></attributes><nodes><node id="1" label="Ann"><attvalues><attvalue for="k" value="  "/></attvalues></node><node id="2" label=" "/></nodes></graph></gexf>',
    undefined,
  ],
] as const)('white space alone is no value: %s', async (format, name, content, mapping) => {
  const { facts } = await countAll(await readerOf(format), written(name, content), {
    ...(mapping && { mapping }),
  });
  expect(facts.length).toBeGreaterThan(0);
  const values = valuesOf(facts);
  expect(values).toContain('Ann');
  expect(values.filter((value) => value.trim() === '')).toEqual([]);
  for (const fact of facts) {
    expect(fact.props).not.toHaveProperty('address');
    expect(fact.caption?.trim()).not.toBe('');
  }
});
