import { existsSync, readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { inspect } from '../inspect.ts';
import { parseMapping } from '../mapping/mapping.ts';
import type { SourceFile } from '../source.ts';
import { readBytes, readHead } from './bytes.ts';
import { detectFormat } from './detectFormat.ts';
import { jsonReader, ndjsonReader } from './format.json.ts';
import { readerOf } from './readers.ts';
import { count, readAll, reference, referencePath, written } from './readingFixtures.ts';

/** What an import does with a file it knows nothing of: look, guess, read. */
async function readAsGuessed(file: SourceFile) {
  const { format, mapping } = await inspect(file);
  const reader = await readerOf(format);
  return count(await readAll(reader, file, mapping === undefined ? {} : { mapping: parseMapping(mapping) }));
}
const lines = (path: string): unknown[] => {
  const bytes = readFileSync(referencePath(path));
  const text = path.endsWith('.gz') ? gunzipSync(bytes).toString() : bytes.toString();
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);
};
const keep = parseMapping('values: exact\nqueries: [{ entities: { row: { schema: Thing, rest: keep } } }]');

describe('hostile tables', () => {
  test.each([
    ['big-ints.csv', [{ id: ['9007199254740993'] }, { id: ['9007199254740992'] }]],
    ['bom-semicolon.csv', [{ name: ['Müller'], amount: ['1234.50'] }]],
    ['cr-only.csv', [{ name: ['a'] }, { name: ['b'] }]],
    [
      'dates.csv',
      [
        { date: ['01/02/2020'] },
        { date: ['2020-13-01'] },
        { date: ['1999-12-31'] },
        { date: ['0000-00-00'] },
        { date: ['2020-02-30T25:00Z'] },
      ],
    ],
    ['dup-header.csv', [{ name: ['a'], 'name (2)': ['b'] }]],
    ['latin1.csv', [{ name: ['Müller'] }]],
    ['long-line.csv.gz', []],
    ['nul.csv', [{ name: ['c'] }]],
  ])('%s', async (name, expected) => {
    const { facts, rejects } = await readAsGuessed(reference(`hostile/csv/${name}`));
    expect(facts.map(({ props }) => props)).toMatchObject(expected);
    expect(facts).toHaveLength(expected.length);
    expect(rejects).toEqual(
      { 'long-line.csv.gz': { ROW_TOO_LONG: 1 }, 'nul.csv': { NUL_BYTE: 1 } }[name] ?? {},
    );
  });

  test('csv-spectrum reads as its authors say', async () => {
    const folder = referencePath('hostile/csv-spectrum');
    const names = (await readdir(folder)).filter((name) => name.endsWith('.csv'));
    expect(names.length).toBeGreaterThanOrEqual(5);
    for (const name of names) {
      const expected = JSON.parse(
        readFileSync(`${folder}/${name.replace('.csv', '.json')}`, 'utf8'),
      ) as Record<string, string>[];
      const { facts } = count(
        await readAll(await readerOf('csv'), reference(`hostile/csv-spectrum/${name}`), { mapping: keep }),
      );
      expect(
        facts.map(({ props }) =>
          Object.fromEntries(Object.entries(props).map(([key, [value]]) => [key, value])),
        ),
      ).toEqual(expected);
    }
  });
});

describe('hostile XML is refused before anything expands or is opened', () => {
  test.each([
    ['billion-laughs.graphml', /DTD/],
    ['deep-nesting.graphml.gz', /deeper than/],
    ['wrong-encoding.gexf', /encoding is UTF-16/],
    ['xxe-file.gexf', /DTD/],
    ['xxe-parameter.graphml', /DTD/],
  ])('%s', async (name, problem) => {
    await expect(readAsGuessed(reference(`hostile/svg-xml/${name}`))).rejects.toThrow(problem);
  });

  test('an XInclude is counted, not followed', async () => {
    const { facts, warnings } = await readAsGuessed(reference('hostile/svg-xml/xinclude.gexf'));
    expect(facts).toMatchObject([{ kind: 'record', sourceKey: '1', props: {} }]);
    expect(warnings).toEqual({ OUTSIDE_REFERENCE_IN_XML: 1 });
  });

  test('ten million character references in one element are bounded', async () => {
    const content = `<graphml><key id="k"/><graph><node id="1"><data key="k">${'&#65;'.repeat(5_000_000)}</data></node></graph></graphml>`;
    await expect(readAll(await readerOf('graphml'), written('t.graphml', content))).rejects.toThrow(
      /8 MiB|4 MiB of text/,
    );
  });

  test.each([
    ['an attribute', '<graphml a="', 'x'],
    ['a text', '<graphml>', 'x'],
    ['a comment', '<graphml><!--', 'x'],
    ['a name', '<', 'x'],
    ['character references', '<graphml a="', '&#65;'],
  ])('%s without end grows no memory', async (_, start, piece) => {
    const block = Buffer.from(piece.repeat(1024 * 1024));
    let sent = 0;
    const file: SourceFile = {
      name: 't.graphml',
      bytes: 0,
      async *open() {
        yield Buffer.from(start);
        for (; sent < 1000; sent++) yield block;
      },
    };
    await expect(readAll(await readerOf('graphml'), file)).rejects.toMatchObject({ code: 'FILE_DAMAGED' });
    expect(sent).toBeLessThan(40);
  });

  test('what is no graph has no format', async () => {
    for (const name of (await readdir(referencePath('hostile/svg-xml'))).filter((each) =>
      /\.(svg|xml)$/.test(each),
    )) {
      expect(detectFormat(await readHead(reference(`hostile/svg-xml/${name}`)), name)).toBeUndefined();
    }
  });
});

describe('hostile archives', () => {
  test.each([
    ['bomb.csv.gz', /no ordinary file/],
    ['nested-5.zip', /no XLSX workbook/],
    ['same-name-twice.zip', /"A.csv" stands in it twice/],
    ['zip-slip.zip', /\.\.\/\.\.\/\.\.\/\.\.\/tmp\/summit-zip-slip\.txt/],
  ])('%s', async (name, problem) => {
    await expect(readAsGuessed(reference(`hostile/archives/${name}`))).rejects.toThrow(problem);
    expect(existsSync('/tmp/summit-zip-slip.txt')).toBe(false);
  });
});

test('the JSON test suite: what must be refused is, what must be read is', async () => {
  for (const { name, expect: expected, bytes_base64: bytes } of lines(
    'hostile/json-test-suite.ndjson.gz',
  ) as { name: string; expect: string; bytes_base64: string }[]) {
    // Each document stands as one value of an object, and alone.
    const document = Buffer.from(bytes, 'base64');
    const content = Buffer.concat([Buffer.from('{"v":'), document, Buffer.from('}')]);
    const objects = await readAll(
      ndjsonReader,
      written('t.ndjson', Buffer.concat([content, Buffer.from('\n{"v":1}\n')])),
      { mapping: keep },
    );
    const alone = await readAll(jsonReader, written('t.json', document), { mapping: keep }).catch(
      (error: { code?: string }) => error.code,
    );
    if (expected === 'reject')
      expect([name, objects.some(({ fate }) => fate === 'reject')]).toEqual([name, true]);
    // U+0000, a key twice and half a pair are JSON, and are refused for what they do further on.
    const refused =
      /null|duplicated|surrogate|nonCharacterInUTF-8_U\+FFFF|escaped_noncharacter/.test(name) ||
      document.includes(10);
    if (expected === 'accept' && !refused)
      expect([name, objects.map(({ fate }) => fate)]).toEqual([name, ['rows', 'rows']]);
    expect(Array.isArray(alone) || alone === 'FILE_DAMAGED').toBe(true);
  }
});

// Quadratic cost would be hours: the time limit of a test is enough.
test('two million brackets in a line are refused', async () => {
  const deep = '['.repeat(2_000_000);
  for (const format of ['ndjson', 'ftm', 'json', 'stix'] as const) {
    const content =
      format === 'json' || format === 'stix'
        ? `[${deep}${deep.replaceAll('[', ']')}]`
        : `${deep}\n{"x":${deep}\n`;
    const options = {
      mapping: parseMapping('queries: [{ entities: { e: { schema: Thing, id_column: id } } }]'),
    };
    const objects = await readAll(await readerOf(format), written(`t.${format}`, content), options);
    expect(objects.map((object) => object.fate === 'reject' && object.code)).toContain('TOO_DEEP');
  }
});

test('naughty strings and attack payloads come back as they were given, from CSV and from NDJSON', async () => {
  const texts = [
    ...(lines('hostile/blns.ndjson') as { string: string }[]).map((each) => each.string),
    ...(lines('hostile/payloads.ndjson.gz') as { payload: string }[]).map((each) => each.payload),
  ];
  expect(texts.length).toBeGreaterThan(1900);
  const mapping = parseMapping(
    'values: exact\nqueries: [{ entities: { row: { schema: Thing, id_column: n, properties: { name: { column: text } } } } }]',
  );
  const csv = ['n,text', ...texts.map((text, at) => `${at},"${text.replaceAll('"', '""')}"`)].join('\n');
  const ndjson = texts.map((text, at) => JSON.stringify({ n: at, text })).join('\n');
  for (const [format, content] of [
    ['csv', csv],
    ['ndjson', ndjson],
  ] as const) {
    const objects = await readAll(await readerOf(format), written(`t.${format}`, content), {
      mapping,
      encoding: 'utf-8',
    });
    expect(objects).toHaveLength(texts.length);
    const props = new Map(count(objects).facts.map((fact) => [fact.sourceKey, fact.props]));
    texts.forEach((text, at) => {
      const storable = !text.includes('\0') && text.isWellFormed();
      const expected = !storable ? undefined : text.trim() === '' ? {} : { name: [text] };
      expect([format, text, props.get(String(at))]).toEqual([format, text, expected]);
    });
  }
});

test('a source that stops being read is closed', async () => {
  let closed = false;
  const file: SourceFile = {
    name: 't',
    bytes: 10,
    async *open() {
      try {
        for (;;) yield Buffer.from('x');
      } finally {
        closed = true;
      }
    },
  };
  for await (const _ of readBytes(file, {})) break;
  expect(closed).toBe(true);
});
