import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseMapping } from '../mapping/mapping.ts';
import type { FormatReader, ReadOptions } from '../source.ts';
import { guessDelimiter } from './csvDialect.ts';
import { csvReader } from './format.csv.ts';
import { ftmReader } from './format.ftm.ts';
import { graphmlReader } from './format.graphml.ts';
import { jsonReader, ndjsonReader } from './format.json.ts';
import { stixReader } from './format.stix.ts';
import { count, readAll, written } from './readingFixtures.ts';

const keepAll = parseMapping(
  'values: exact\nqueries: [{ entities: { row: { schema: Thing, rest: keep } } }]',
);
const byId = parseMapping(
  'values: exact\nqueries: [{ entities: { row: { schema: Thing, id_column: id, rest: keep } } }]',
);

/** Text that a file may hold: no U+0000, no half pairs. */
const text = fc.string({ unit: 'grapheme', maxLength: 12 }).map((value) => value.replaceAll('\0', ''));
const cell = fc.oneof(text, fc.stringMatching(/^[a",;\n\r |]{0,8}$/));
const quoted = (value: string) => `"${value.replaceAll('"', '""')}"`;

describe('CSV', () => {
  test('every table comes back as it was written, with any delimiter and line end', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(cell, cell, cell), { minLength: 1, maxLength: 12 }),
        fc.constantFrom(',', ';', '\t', '|'),
        fc.constantFrom('\n', '\r\n', '\r'),
        fc.integer({ min: 1, max: 64 }),
        async (rows, delimiter, newline, chunkBytes) => {
          const lines = [['a', 'b', 'c'], ...rows].map((row) => row.map(quoted).join(delimiter) + newline);
          const file = written('t.csv', lines.join(''), chunkBytes);
          const objects = await readAll(csvReader, file, { mapping: keepAll, delimiter, encoding: 'utf-8' });
          // A row without any value has nothing to say; it is a row all the same.
          expect(objects).toHaveLength(rows.length);
          expect(objects.map((object) => object.fate)).toEqual(rows.map(() => 'rows'));
          objects.forEach((object, at) => {
            const fact = object.fate === 'rows' ? object.rows[0]! : undefined;
            const said = Object.fromEntries(
              ['a', 'b', 'c']
                .map((name, column) => [name, rows[at]![column]!])
                .filter(([, value]) => value!.trim() !== ''),
            );
            expect(
              Object.fromEntries(Object.entries(fact!.props).map(([name, [value]]) => [name, value])),
            ).toEqual(said);
          });
        },
      ),
      { numRuns: 200 },
    );
  });

  test('the place of each row is exact: its bytes, alone under the header, give the same row', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(cell, cell), { minLength: 1, maxLength: 8 }), async (rows) => {
        const content = Buffer.from(['a,b', ...rows.map((row) => row.map(quoted).join(','))].join('\r\n'));
        for (const object of await readAll(csvReader, written('t.csv', content), {
          mapping: keepAll,
          encoding: 'utf-8',
        })) {
          const { byteOffset, byteLength } = object.ref;
          const again = Buffer.concat([
            Buffer.from('a,b\r\n'),
            content.subarray(byteOffset!, byteOffset! + byteLength!),
          ]);
          const [alone] = await readAll(csvReader, written('t.csv', again), {
            mapping: keepAll,
            encoding: 'utf-8',
          });
          expect(object.fate === 'rows' && alone?.fate === 'rows' && alone.rows[0]!.props).toEqual(
            object.fate === 'rows' && object.rows[0]!.props,
          );
        }
      }),
      { numRuns: 60 },
    );
  });

  test.each(['utf-8', 'utf-8 with mark', 'utf-16le', 'utf-16be', 'utf-16le without mark'])(
    '%s is recognised',
    async (encoding) => {
      const content = 'id;name\r\n1;Jürgen 😀\r\n2;Łódź\r\n3;Zoë\r\n4;Anna\r\n5;Bob\r\n';
      const bytes = {
        'utf-8': () => Buffer.from(content),
        'utf-8 with mark': () => Buffer.from(`\ufeff${content}`),
        'utf-16le': () => Buffer.from(`\ufeff${content}`, 'utf16le'),
        'utf-16be': () => Buffer.from(`\ufeff${content}`, 'utf16le').swap16(),
        'utf-16le without mark': () => Buffer.from(content, 'utf16le'),
      }[encoding]!();
      for (const chunkBytes of [1, 3, 1000]) {
        const { facts, rejects } = count(
          await readAll(csvReader, written('t.csv', bytes, chunkBytes), { mapping: byId }),
        );
        expect(rejects).toEqual({});
        expect(facts.map(({ sourceKey, props }) => [sourceKey, props.name])).toEqual([
          ['1', ['Jürgen 😀']],
          ['2', ['Łódź']],
          ['3', ['Zoë']],
          ['4', ['Anna']],
          ['5', ['Bob']],
        ]);
      }
    },
  );

  test.each([
    ['sep=;\r\nid;name\r\n1;"x;y"\r\n', {}, 'x;y'],
    ['id, name\n1, "x, y"\n', {}, 'x, y'],
    ['id,name\n1,"say \\"hi\\", he said"\n', {}, 'say "hi", he said'],
    [
      Buffer.from([0x69, 0x64, 0x2c, 0x6e, 0x61, 0x6d, 0x65, 0x0a, 0x31, 0x2c, 0xcf, 0xf0, 0xe8, 0x0a]),
      { encoding: 'windows-1251' },
      'При',
    ],
  ] as const)('%j is read as its writer meant it', async (content, options, name) => {
    const { facts, rejects } = count(
      await readAll(csvReader, written('t.csv', content), { mapping: byId, ...options }),
    );
    expect([facts.map(({ props }) => props.name), rejects]).toEqual([[[name]], {}]);
  });

  test('a delimiter inside of quotes does not count', () => {
    expect(guessDelimiter('a;b\n"1,2,3,4";x\n"1,2,3,4";y\n')).toBe(';');
    expect(guessDelimiter('name\nonly\n')).toBe(',');
    expect(guessDelimiter('a\tb\tc\n1\t2\t3')).toBe('\t');
  });
});

test('NDJSON: every object comes back as it was written', async () => {
  const value = fc.oneof(text, fc.integer(), fc.boolean(), fc.array(text, { maxLength: 3 }));
  const row = fc.dictionary(
    fc.string({ minLength: 1, maxLength: 6 }).filter((key) => !key.includes('\0')),
    value,
    { maxKeys: 5 },
  );
  await fc.assert(
    fc.asyncProperty(
      fc.array(row, { minLength: 1, maxLength: 10 }),
      fc.integer({ min: 1, max: 50 }),
      async (rows, chunkBytes) => {
        const file = written(
          't.ndjson',
          rows.map((each) => `${JSON.stringify(each)}\n`).join(''),
          chunkBytes,
        );
        const objects = await readAll(ndjsonReader, file, { mapping: keepAll });
        expect(objects.map(({ fate }) => fate)).toEqual(rows.map(() => 'rows'));
        objects.forEach((object, at) => {
          const props = object.fate === 'rows' ? object.rows[0]!.props : {};
          for (const [key, said] of Object.entries(rows[at]!)) {
            const texts = [
              ...new Set(
                [said]
                  .flat()
                  .map(String)
                  .filter((each) => each.trim() !== ''),
              ),
            ];
            expect(Object.hasOwn(props, key) ? props[key] : []).toEqual(texts);
          }
        });
      },
    ),
    { numRuns: 200 },
  );
});

describe('where chunks are cut changes nothing', () => {
  const stix = JSON.stringify({
    type: 'bundle',
    id: 'bundle--63ab8e67-acac-4817-845a-d09f0e86954c',
    objects: [
      {
        type: 'tool',
        spec_version: '2.1',
        id: 'tool--98fd8dc1-6cc7-4908-899f-07473f55149a',
        created: '2015-05-15T09:12:16.432Z',
        modified: '2015-05-15T09:12:16.432Z',
        name: 'a "quoted" \\ näme ]}',
      },
      { type: 'tool', spec_version: '2.1', id: 'not an id', name: 'x' },
      { type: 'url', id: 'url--98fd8dc1-6cc7-4908-899f-07473f55149b', value: 'http://example.org/[{' },
    ],
  });
  const cases: [name: string, reader: FormatReader, content: string, options: ReadOptions][] = [
    [
      't.csv',
      csvReader,
      'a,b\r\n1,"x\r\ny"\r2,z\n\n"unclosed,3\n4,"é"\n5,"x"y\n6,7,8\n"last',
      { mapping: keepAll },
    ],
    ['t.ndjson', ndjsonReader, '{"a":1}\r\n\n{"a":"é","a":2}\n[1]\n{"b":[1,"x"]}', { mapping: keepAll }],
    [
      't.json',
      jsonReader,
      ' {"meta": {"x": [1]}, "rows": [ {"a": "]"} , {"a": {"b": 1}}, 5 ], "end": null} ',
      { mapping: keepAll },
    ],
    [
      't.ftm',
      ftmReader,
      '{"id":"a","schema":"Person","properties":{"name":["Ä"]}}\n{"id":"b"}\n{"id":"a","schema":"LegalEntity","properties":{"name":["B"]}}\n',
      {},
    ],
    ['t.json', stixReader, stix, {}],
    [
      't.graphml',
      graphmlReader,
      '<graphml><key id="k" attr.name="näme"/><graph><node id="1"><data key="k">é&amp;</data></node><edge source="1" target="2"/></graph></graphml>',
      {},
    ],
  ];
  test.each(cases)('%s %#', async (name, reader, content, options) => {
    const bytes = Buffer.from(content);
    const whole = await readAll(reader, written(name, bytes, bytes.length), options);
    expect(whole.length).toBeGreaterThan(1);
    // Offsets inside XML are those of the parser, which counts signs.
    const comparable = (objects: unknown) => JSON.stringify(objects).replaceAll(/"position":\d+,?/g, '');
    for (let chunkBytes = 1; chunkBytes <= 24; chunkBytes++) {
      expect(comparable(await readAll(reader, written(name, bytes, chunkBytes), options))).toBe(
        comparable(whole),
      );
    }
  });

  test.each(cases)(
    '%s %# goes on after any number of settled rows',
    async (name, reader, content, options) => {
      const file = written(name, content);
      const whole = (await readAll(reader, file, options)).filter(({ fate }) => fate !== 'notice');
      for (let skip = 0; skip <= whole.length; skip++) {
        const rest = (await readAll(reader, file, { ...options, skip })).filter(
          ({ fate }) => fate !== 'notice',
        );
        expect(rest).toEqual(whole.slice(skip));
      }
    },
  );
});
