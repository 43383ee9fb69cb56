import { describe, expect, test } from 'vitest';
import { gexfReader } from './format.gexf.ts';
import { graphmlReader } from './format.graphml.ts';
import { countAll, readAll, reference, written } from './readingFixtures.ts';

const graphml = (inside: string) =>
  written(
    't.graphml',
    `<?xml version="1.0"?><graphml xmlns="http://graphml.graphdrawing.org/xmlns">${inside}</graphml>`,
  );
const gexf = (inside: string) =>
  written(
    't.gexf',
    `<gexf xmlns="http://gexf.net/1.3" xmlns:viz="http://gexf.net/1.3/viz" version="1.3">${inside}</gexf>`,
  );

describe('GraphML', () => {
  test('keys give names and defaults, edges their direction, positions go to the chart', async () => {
    const { facts, warnings, rejects } = await countAll(
      graphmlReader,
      graphml(`
        <key id="d0" for="node" attr.name="colour"><default>yellow</default></key>
        <key id="d1" for="edge" attr.name="weight"/><key id="x" for="node" attr.name="x"/><key id="y" for="node" attr.name="y"/>
        <key id="t" for="node" attr.name="type"/><key id="n" for="node" attr.name="name"/>
        <graph edgedefault="undirected">
          <node id="a"><data key="d0">green</data><data key="x">1.5</data><data key="y">-2</data><data key="t">person</data><data key="n">Ada &amp; co</data></node>
          <node id="b"/>
          <edge id="e" source="a" target="b"><data key="d1">0.5</data></edge>
          <edge source="a" target="b" directed="true"/><edge source="a" target="b" directed="true"/>
        </graph>`),
    );
    expect([warnings, rejects]).toEqual([{}, {}]);
    expect(facts).toMatchObject([
      {
        kind: 'record',
        sourceKey: 'a',
        schema: 'Person',
        caption: 'Ada & co',
        position: { x: 1.5, y: -2 },
        props: { colour: ['green'] },
      },
      { kind: 'record', sourceKey: 'b', schema: 'Node', caption: 'b', props: { colour: ['yellow'] } },
      {
        kind: 'relationship',
        sourceKey: 'e',
        source: 'a',
        target: 'b',
        directed: false,
        props: { weight: ['0.5'] },
      },
      { sourceKey: 'a\0b\0UnknownLink\x001', directed: true },
      { sourceKey: 'a\0b\0UnknownLink\x002', directed: true },
    ]);
  });

  test('nested graphs, ports and hyperedges are counted', async () => {
    const { warnings, facts } = await countAll(
      graphmlReader,
      graphml(`<graph edgedefault="directed"><node id="a"><port name="p"/><graph edgedefault="undirected"><node id="b"/><edge source="b" target="a"/></graph></node>
        <hyperedge><endpoint node="a"/></hyperedge><edge source="a" target="b" sourceport="p"/></graph>`),
    );
    expect(warnings).toEqual({ PORT: 2, NESTED_GRAPH: 1, HYPEREDGE: 1 });
    expect(facts).toMatchObject([
      { sourceKey: 'b', props: { parent: ['a'] } },
      { kind: 'relationship', directed: false },
      { sourceKey: 'a' },
      { kind: 'relationship', directed: true },
    ]);
  });

  test('a node twice, a node without an id, an edge without an end', async () => {
    const { rejects } = await countAll(
      graphmlReader,
      graphml(
        '<graph><node id="a"/><node id="a"/><node/><edge source="a"/><edge id="e" source="a" target="a"/><edge id="e" source="a" target="a"/></graph>',
      ),
    );
    expect(rejects).toEqual({ DUPLICATE_KEY: 2, MISSING_ID: 1, END_MISSING: 1 });
  });

  test('broken XML is one clear error', async () => {
    for (const inside of ['<graph>', '<graph><node id="a"></graph>', '<graph>&undefined;</graph>']) {
      await expect(readAll(graphmlReader, graphml(inside))).rejects.toMatchObject({ code: 'FILE_DAMAGED' });
    }
    await expect(readAll(graphmlReader, written('t.graphml', ''))).rejects.toMatchObject({
      code: 'FILE_DAMAGED',
    });
    await expect(readAll(graphmlReader, written('t.graphml', '<svg/>'))).rejects.toThrow(/its root is <svg>/);
  });

  test('an undeclared prefix of names or a name that is a trap changes nothing', async () => {
    const { facts } = await countAll(
      graphmlReader,
      graphml('<key id="k" attr.name="__proto__"/><graph><node id="a"><data key="k">x</data></node></graph>'),
    );
    expect(Object.getOwnPropertyDescriptor(facts[0]!.props, '__proto__')?.value).toEqual(['x']);
    expect(({} as { x?: unknown }).x).toBeUndefined();
  });
});

describe('GEXF', () => {
  test('attributes with defaults and lists, positions, kinds of edges', async () => {
    const { facts } = await countAll(gexfReader, reference('graphs/gexf-graphml/v1_3_writer.gexf'));
    expect(facts).toMatchObject([
      { sourceKey: 'john', props: { booleans: ['true', 'false'], numbers: ['1', '3.5'] } },
      { sourceKey: 'suzy' },
      {
        kind: 'relationship',
        sourceKey: 'js',
        type: 'likes',
        source: 'john',
        target: 'suzy',
        directed: true,
      },
    ]);
    const list = await countAll(gexfReader, reference('graphs/gexf-graphml/liststring.gexf'));
    expect(list.facts[0]).toMatchObject({
      caption: 'Gephi',
      props: { types: ['cooking', 'money'], frog: ['true'] },
    });
    expect(list.facts[3]).toMatchObject({ props: { frog: ['false'] } });
  });

  test('spells and start/end become valid times; undirected is the default', async () => {
    const { facts } = await countAll(
      gexfReader,
      gexf(`<graph mode="dynamic"><nodes>
        <node id="a" label="A" start="2009-03-01" end="2009-03-10"/>
        <node id="b"><spells><spell start="2010-01-01" end="2010-02-01"/><spell start="2011-01-01"/></spells><viz:position x="3" y="4" z="0"/></node>
        <node id="c" start="17"><nodes><node id="d"/></nodes></node></nodes>
        <edges><edge source="a" target="b" weight="2"/><edge source="a" target="b" type="mutual"/></edges></graph>`),
    );
    expect(facts).toMatchObject([
      { sourceKey: 'a', validFrom: '2009-03-01', validTo: '2009-03-10' },
      {
        sourceKey: 'b',
        validFrom: '2010-01-01',
        position: { x: 3, y: 4 },
        props: { spell: ['2010-01-01/2010-02-01', '2011-01-01/'] },
      },
      { sourceKey: 'd', props: { parent: ['c'] } },
      { sourceKey: 'c', validFrom: '17' },
      { kind: 'relationship', directed: false, props: { weight: ['2'] } },
      { kind: 'relationship', directed: true, props: { mutual: ['true'] } },
    ]);
    expect(facts[1]).not.toHaveProperty('validTo');
  });

  test('ends that no node has stay as they are: links wait for their records', async () => {
    const { record, relationship, rejects } = await countAll(
      gexfReader,
      reference('graphs/gexf-graphml/missing_nodes.gexf'),
    );
    expect({ record, relationship, rejects }).toEqual({ record: 2, relationship: 4, rejects: {} });
  });
});
