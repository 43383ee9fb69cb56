import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { parseMapping } from '../mapping/mapping.ts';
import type { SourceObject } from '../source.ts';
import { CsvAssembler, type CsvRow } from './csvRows.ts';
import { csvReader } from './format.csv.ts';
import { ftmReader } from './format.ftm.ts';
import { jsonReader, ndjsonReader } from './format.json.ts';
import { count, countAll, readAll, written } from './readingFixtures.ts';
import { parseStrictJson } from './strictJson.ts';

const mapping = parseMapping(
  'values: exact\nqueries: [{ entities: { row: { schema: Thing, rest: keep } } }]',
);
const rejectsOf = (objects: SourceObject[]) =>
  objects.flatMap((object) =>
    object.fate === 'reject' ? [[object.code, object.ref.row, object.ref.line, object.ref.byteOffset]] : [],
  );

describe('a bad row of CSV is rejected alone, with its place', () => {
  const read = async (content: string | Buffer, encoding: 'utf-8' = 'utf-8') =>
    readAll(csvReader, written('t.csv', content), { mapping, encoding });

  test('invalid UTF-8', async () => {
    const content = Buffer.concat([
      Buffer.from('a,b\n1,'),
      Buffer.from([0xc3, 0x28]),
      Buffer.from('\n2,ok\n'),
    ]);
    const objects = await read(content);
    expect(rejectsOf(objects)).toEqual([['BAD_ENCODING', 1, 2, 4]]);
    expect(objects[0]).toMatchObject({ reason: 'byte 6 is not UTF-8' });
    expect(objects[1]!.fate).toBe('rows');
  });

  test('U+0000, too few and too many cells', async () => {
    const objects = await read('a,b\n1,x\0y\n2\n3,4,5\n6,7\n');
    expect(rejectsOf(objects)).toEqual([
      ['NUL_BYTE', 1, 2, 4],
      ['COLUMN_COUNT', 2, 3, 10],
      ['COLUMN_COUNT', 3, 4, 12],
    ]);
    expect(objects[2]).toMatchObject({ raw: '3,4,5' });
  });

  test('a quote that never closes costs its own line only', async () => {
    const objects = await read('a,b\n1,"open\n2,x\n3,"y\nz"\n');
    expect(rejectsOf(objects)).toEqual([['UNCLOSED_QUOTE', 1, 2, 4]]);
    expect(objects.slice(1).map((object) => object.fate === 'rows' && object.rows[0]!.props)).toEqual([
      { a: ['2'], b: ['x'] },
      { a: ['3'], b: ['y\nz'] },
    ]);
  });

  test('text after a closing quote', async () => {
    expect(rejectsOf(await read('a,b\n"1"x,2\n3,4\n'))).toEqual([['BAD_SYNTAX', 1, 2, 4]]);
  });

  test('a hundred thousand cells', async () => {
    expect(rejectsOf(await read(`a,b\n${','.repeat(100_000)}\n1,2\n`))).toEqual([
      ['TOO_MANY_COLUMNS', 1, 2, 4],
    ]);
  });

  test('half of a surrogate pair in UTF-16', async () => {
    const content = Buffer.from('\ufeffa,b\n1,\ud800x\n2,y\n', 'utf16le');
    expect(rejectsOf(await readAll(csvReader, written('t.csv', content), { mapping }))).toEqual([
      ['LONE_SURROGATE', 1, 2, 10],
    ]);
  });

  test('a header that cannot be read refuses the file', async () => {
    await expect(read('a,"b\n1,2\n')).rejects.toMatchObject({ code: 'FILE_DAMAGED' });
    await expect(read(`${'a,'.repeat(100_000)}\n`)).rejects.toMatchObject({ code: 'FILE_DAMAGED' });
  });
});

test('a line of 200 MB is skipped in constant memory, and the next row is read', async () => {
  const block = Buffer.alloc(1024 * 1024, 'x');
  const file = {
    name: 't.csv',
    bytes: 200 * block.length,
    async *open() {
      yield Buffer.from('a,b\n');
      for (let sent = 0; sent < 200; sent++) yield block;
      yield Buffer.from('\n1,2\n"');
      for (let sent = 0; sent < 20; sent++) yield block;
      yield Buffer.from('\n3,4\n');
    },
  };
  const before = process.memoryUsage().rss;
  const objects = await readAll(csvReader, file, { mapping, encoding: 'utf-8' });
  expect(process.memoryUsage().rss - before).toBeLessThan(150 * 1024 * 1024);
  expect(rejectsOf(objects)).toEqual([
    ['ROW_TOO_LONG', 1, 2, 4],
    ['ROW_TOO_LONG', 3, 4, 4 + 200 * block.length + 1 + 4],
  ]);
  expect(objects.map(({ fate }) => fate)).toEqual(['reject', 'rows', 'reject', 'rows']);
});

describe('JSON is refused rather than repaired', () => {
  const codes: [code: string, row: string][] = [
    ['DUPLICATE_KEY', '{"a":1,"a":2}'],
    ['DUPLICATE_KEY', '{"x":{"b":1,"\\u0062":2}}'],
    ['NUMBER_RANGE', '{"a":1e400}'],
    ['NUL_BYTE', '{"a":"x\\u0000"}'],
    ['LONE_SURROGATE', '{"a":"\\ud800"}'],
    ['TOO_DEEP', `{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`],
    ['BAD_SYNTAX', '{"a":1,}'],
    ['BAD_SYNTAX', '{"a":01}'],
    ['NOT_AN_OBJECT', '[1]'],
    ['NOT_AN_OBJECT', 'null'],
  ];
  test.each(codes)('%s', async (code, row) => {
    const objects = await readAll(ndjsonReader, written('t.ndjson', `${row}\n{"a":"good"}\n`), { mapping });
    expect(objects.map((object) => (object.fate === 'reject' ? object.code : object.fate))).toEqual([
      code,
      'rows',
    ]);
  });

  test('__proto__ is a key like any other, and nothing is polluted', async () => {
    const { facts } = await countAll(
      ndjsonReader,
      written('t.ndjson', '{"__proto__":{"polluted":"yes"},"__proto__x":1}\n{"__proto__":"plain"}'),
      { mapping },
    );
    expect(facts[0]!.props['__proto__.polluted']).toEqual(['yes']);
    expect(Object.getOwnPropertyDescriptor(facts[1]!.props, '__proto__')?.value).toEqual(['plain']);
    expect(({} as { polluted?: string }).polluted).toBeUndefined();
  });

  test('large integers keep their digits', async () => {
    const { facts } = await countAll(
      ndjsonReader,
      written('t.ndjson', '{"n":9007199254740993,"m":[-123456789012345678901]}'),
      { mapping },
    );
    expect(facts[0]!.props).toEqual({ n: ['9007199254740993'], m: ['-123456789012345678901'] });
  });

  test('a document that ends early or goes on is one clear error', async () => {
    for (const content of [
      '[{"a":1}',
      '[{"a":1}]]',
      '{"a":[1]',
      '[1,]',
      '',
      '{a:1}',
      '[{"a":1} {"a":2}]',
      `{${'"k":"v",'.repeat(100_000)}"z":[]}`,
    ]) {
      await expect(readAll(jsonReader, written('t.json', content), { mapping })).rejects.toMatchObject({
        code: 'FILE_DAMAGED',
      });
    }
  });

  test('UTF-16 is read, half of a pair in it is not repaired', async () => {
    const content = Buffer.from('\ufeff{"a":"Łódź 😀"}\n{"a":"\ud800"}\n', 'utf16le');
    for (const chunkBytes of [1, 5, 1000]) {
      const objects = await readAll(ndjsonReader, written('t.ndjson', content, chunkBytes), { mapping });
      expect(objects).toMatchObject([
        { rows: [{ props: { a: ['Łódź 😀'] } }] },
        { fate: 'reject', code: 'BAD_ENCODING' },
      ]);
    }
    const document = Buffer.from('\ufeff[{"a":"é"}]', 'utf16le').swap16();
    expect((await countAll(jsonReader, written('t.json', document), { mapping })).facts[0]!.props).toEqual({
      a: ['é'],
    });
  });

  test('a second list in a document is told of, not passed over', async () => {
    const counts = await countAll(
      jsonReader,
      written('t.json', '{"nodes":[{"a":1}],"edges":[{"b":2}],"none":[]}'),
      { mapping },
    );
    expect([counts.rows, counts.warnings]).toEqual([1, { SKIPPED_ELEMENT: 1 }]);
  });

  test('agrees with JSON.parse on what a value is', () => {
    for (const text of ['{"a":[1,2.5,-0,"x\\"y",{"b":null}],"c":true}', '[]', '"x"', '1e3']) {
      expect(parseStrictJson(text, 64)).toEqual(JSON.parse(text));
    }
  });
});

describe('FollowTheMoney', () => {
  test('what is no entity is rejected with the reason', async () => {
    const lines = [
      '{"schema":"Person"}',
      '{"id":"a"}',
      '{"id":"b","schema":"Person","properties":[]}',
      '{"id":"c","schema":"Person","properties":{"name":[{"x":1}]}}',
      '{"id":"d","schema":"Payment","properties":{"payer":["x"]}}',
    ];
    expect(count(await readAll(ftmReader, written('t.ftm', lines.join('\n')))).rejects).toEqual({
      MISSING_ID: 1,
      UNKNOWN_SCHEMA: 1,
      INVALID_OBJECT: 2,
      END_MISSING: 1,
    });
  });

  test('a fragment that contradicts the others is rejected, they stay', async () => {
    const lines = [
      '{"id":"a","schema":"Person","properties":{"name":["A"]}}',
      '{"id":"a","schema":"Vessel","properties":{"name":["B"]}}',
    ];
    const { facts, rejects } = await countAll(ftmReader, written('t.ftm', lines.join('\n')));
    expect(facts).toMatchObject([{ schema: 'Person', props: { name: ['A'] } }]);
    expect(rejects).toEqual({ INCOMPATIBLE_FRAGMENTS: 1 });
  });
});

test('damaged gzip and a gzip bomb are one clear error', async () => {
  const table = gzipSync(`a,b\n${'1,2\n'.repeat(10_000)}`);
  await expect(
    readAll(csvReader, written('t.csv.gz', table.subarray(0, -20)), { mapping }),
  ).rejects.toMatchObject({ code: 'FILE_DAMAGED' });
  const bomb = gzipSync(Buffer.alloc(80 * 1024 * 1024, 'a'));
  await expect(readAll(csvReader, written('t.csv.gz', bomb), { mapping })).rejects.toThrow(
    /no ordinary file/,
  );
});

test('a quote that never closes before very many lines is one reject, and the lines are rows', () => {
  const assembler = new CsvAssembler({ delimiter: ',', rowBytes: 64 * 1024 * 1024 });
  const out: CsvRow[] = [];
  let offset = 0;
  let rows = 0;
  const problems: string[] = [];
  const lines = 300_000;
  for (let number = 1; number <= lines; number++) {
    const text = number === 1 ? '"open,1' : 'a,1';
    assembler.push(
      { text, line: { number, offset, length: text.length + 1, terminator: '\n' } as never },
      out,
    );
    offset += text.length + 1;
    for (const { problem } of out.splice(0)) problem ? problems.push(problem.code) : rows++;
  }
  assembler.end(out);
  for (const { problem } of out) problem ? problems.push(problem.code) : rows++;
  expect({ rows, problems }).toEqual({ rows: lines - 1, problems: ['UNCLOSED_QUOTE'] });
});
