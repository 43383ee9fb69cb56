import { describe, expect, test } from 'vitest';
import type { RejectRow } from '../import.queries.ts';
import type { SourceObject } from '../source.ts';
import { gexfReader } from './format.gexf.ts';
import { graphmlReader } from './format.graphml.ts';
import { readAll, written } from './readingFixtures.ts';
import { elementsWriter } from './rejectedElements.ts';

const readers = { graphml: graphmlReader, gexf: gexfReader };
const files = {
  graphml: `<graphml><key id="d0" attr.name="colour" for="node"/><graph edgedefault="undirected">
    <node id="a"><data key="d0">red &amp; "blue"</data></node>
    <node id="a"><data key="d0">twice -- &lt;b&gt;</data><data key="d0">other</data></node>
    <node><data key="d0">no id</data></node>
    <edge id="e" source="a" target=""><data key="weight">2</data></edge>
    <edge id="f" source="" target="b" directed="true"/></graph></graphml>`,
  gexf: `<gexf><graph defaultedgetype="directed"><attributes class="node"><attribute id="0" title="colour"/></attributes>
    <nodes><node id="a" label="A"/>
    <node id="a" label="Again" start="2019" end="2020-05-01"><attvalues><attvalue for="0" value="red"/></attvalues><position x="1" y="2"/></node></nodes>
    <edges><edge id="e" source="a" target="" type="undirected" kind="knows" weight="2"/></edges></graph></gexf>`,
};

const rejectsOf = (objects: SourceObject[]): RejectRow[] =>
  objects.flatMap((object, at) =>
    object.fate === 'reject'
      ? {
          number: at,
          row: object.ref.row ?? null,
          line: object.ref.line ?? null,
          byteOffset: null,
          code: object.code,
          reason: object.reason,
          raw: object.raw,
        }
      : [],
  );

function fileOf(format: 'graphml' | 'gexf', rejects: RejectRow[]): string {
  const { head, row, foot } = elementsWriter(format);
  return head + rejects.map((each, at) => row(each, at === 0)).join('') + foot;
}

describe.for(['graphml', 'gexf'] as const)('rejects of %s', (format) => {
  const read = (content: string) => readAll(readers[format], written(`t.${format}`, content), {});

  test('read again as they are, they are rejected for the same reasons, with the same content', async () => {
    const rejects = rejectsOf(await read(files[format]));
    expect(rejects.length).toBeGreaterThan(1);
    const again = rejectsOf(
      await read(fileOf(format, rejects).replaceAll(/<node id="a"/g, '<node id="a"/>$&')),
    );
    expect(again.map(({ code }) => code)).toEqual(rejects.map(({ code }) => code));
    expect(again.map(({ raw }) => JSON.parse(raw))).toEqual(rejects.map(({ raw }) => JSON.parse(raw)));
  });

  test('mended, they are facts with every value', async () => {
    const rejects = rejectsOf(await read(files[format]));
    const mended = fileOf(format, rejects)
      .replaceAll('<node id="a"', '<node id="c"')
      .replaceAll('<node id=""', '<node id="d"')
      .replaceAll('target=""', 'target="b"')
      .replaceAll('source=""', 'source="c"');
    const objects = await read(mended);
    expect(objects.every(({ fate }) => fate === 'rows')).toBe(true);
    const facts = objects.flatMap((object) => (object.fate === 'rows' ? object.rows : []));
    const again = facts.find(({ sourceKey }) => sourceKey === 'c')!;
    if (format === 'graphml') expect(again.props).toEqual({ colour: ['twice -- <b>', 'other'] });
    else
      expect(again).toMatchObject({
        props: { colour: ['red'], label: ['Again'] },
        validFrom: '2019',
        validTo: '2020-05-01',
        position: { x: 1, y: 2 },
      });
    expect(facts.find(({ sourceKey }) => sourceKey === 'e')).toMatchObject({
      source: 'a',
      target: 'b',
      directed: false,
      props: { weight: ['2'] },
      ...(format === 'gexf' && { type: 'knows' }),
    });
  });

  test('one that was not kept whole says so, and the file stays readable', async () => {
    const cut = {
      number: 1,
      row: 7,
      line: 9,
      byteOffset: null,
      code: 'INVALID_OBJECT',
      reason: 'too -- long-',
    };
    const content = fileOf(format, [
      { ...cut, raw: '{"id":"x","props":{"a":["b' },
      { ...cut, raw: '{"colour":["red"]}' },
    ]);
    expect(content.match(/NOT_RETRYABLE INVALID_OBJECT at line 9/g)).toHaveLength(2);
    expect(await read(content)).toEqual([]);
  });
});
