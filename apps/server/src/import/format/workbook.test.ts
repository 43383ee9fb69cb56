import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { strToU8, type Zippable, zipSync } from 'fflate';
import { afterAll, describe, expect, test } from 'vitest';
import { inspect } from '../inspect.ts';
import { parseMapping } from '../mapping/mapping.ts';
import { sourceFromPath } from '../source.ts';
import { xlsxReader, xlsxSheets } from './format.xlsx.ts';
import { countAll, readAll, reference, written } from './readingFixtures.ts';
import { openZip } from './zip.ts';

const folder = mkdtempSync(join(tmpdir(), 'summit-workbook-'));
afterAll(() => rmSync(folder, { recursive: true }));

const mapping = parseMapping(
  'values: exact\nqueries: [{ entities: { row: { schema: Thing, rest: keep } } }]',
);
const parts = (sheet: string, more: Record<string, string> = {}): Zippable =>
  Object.fromEntries(
    Object.entries({
      '[Content_Types].xml': '<Types/>',
      'xl/workbook.xml':
        '<workbook xmlns:r="r"><sheets><sheet name="Hidden" state="hidden" r:id="r2"/><sheet name="People" r:id="r1"/></sheets></workbook>',
      'xl/_rels/workbook.xml.rels':
        '<Relationships><Relationship Id="r1" Target="worksheets/one.xml"/><Relationship Id="r2" Target="/xl/worksheets/two.xml"/><Relationship Id="x" TargetMode="External" Target="http://127.0.0.1:9/"/></Relationships>',
      'xl/sharedStrings.xml':
        '<sst><si><t>name</t></si><si><t>born</t></si><si><r><t>Ada </t></r><r><t>Lovelace</t></r><rPh><t>phonetic</t></rPh></si><si><t>a_x000D_b</t></si></sst>',
      'xl/styles.xml':
        '<styleSheet><numFmts><numFmt numFmtId="170" formatCode="[$-409]d\\-mmm\\-yy"/><numFmt numFmtId="171" formatCode="&quot;day&quot; 0.00"/></numFmts><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="170"/><xf numFmtId="171"/></cellXfs></styleSheet>',
      'xl/worksheets/one.xml': `<worksheet><sheetData>${sheet}</sheetData></worksheet>`,
      'xl/worksheets/two.xml':
        '<worksheet><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>secret</t></is></c></row><row r="2"><c r="A2"><v>7</v></c></row></sheetData></worksheet>',
      ...more,
    }).map(([name, text]) => [name, strToU8(text)]),
  );
const header =
  '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c><c r="C1" t="inlineStr"><is><t>sum</t></is></c></row>';
const save = (name: string, zip: Uint8Array) => {
  const path = join(folder, name);
  writeFileSync(path, zip);
  return sourceFromPath(path, zip.length);
};

test('cells give their values: shared and inline texts, dates by style, booleans, what formulas last said', async () => {
  const sheet = `${header}
    <row r="2"><c r="A2" t="s"><v>2</v></c><c r="B2" s="1"><v>36679</v></c><c r="C2"><f>A1+WEBSERVICE("http://127.0.0.1:9")</f><v>12.50</v></c></row>
    <row r="4"><c r="A4" t="s"><v>3</v></c><c r="B4" s="2"><v>36679.5</v></c><c r="C4" s="3"><v>3</v></c></row>
    <row r="5"><c r="A5" t="str"><f>1</f><v>told</v></c><c r="C5" t="b"><v>1</v></c></row>
    <row r="6"/>
    <row r="7"><c r="A7" t="e"><v>#N/A</v></c><c r="D7"><v>1</v></c></row>`;
  const file = save('t.xlsx', zipSync(parts(sheet)));
  expect(await xlsxSheets(file, {})).toEqual(['People', 'Hidden']);
  const objects = await readAll(xlsxReader, file, { mapping });
  expect(objects.map((object) => (object.fate === 'rows' ? object.rows[0]!.props : object.fate))).toEqual([
    { name: ['Ada Lovelace'], born: ['2000-06-02'], sum: ['12.50'] },
    { name: ['a\rb'], born: ['2000-06-02T12:00:00'], sum: ['3'] },
    { name: ['told'], sum: ['true'] },
    'reject',
  ]);
  expect(objects[1]!.ref).toMatchObject({ row: 2, line: 4, path: 'People!A4' });
  expect(objects[3]).toMatchObject({ code: 'COLUMN_COUNT' });
  const hidden = await countAll(xlsxReader, file, { mapping, sheet: 'Hidden' });
  expect(hidden.facts[0]!.props).toEqual({ secret: ['7'] });
  await expect(readAll(xlsxReader, file, { mapping, sheet: 'None' })).rejects.toMatchObject({
    code: 'FILE_DAMAGED',
  });
});

test('a real file is recognised and guessed', async () => {
  const file = reference('documents/formats/file.xlsx');
  const found = await inspect(file);
  expect(found).toMatchObject({ format: 'xlsx', sheets: ['Sheet1', 'Sheet2'] });
  expect(
    (await countAll(xlsxReader, file, { mapping: parseMapping(found.mapping!) })).facts[0],
  ).toMatchObject({ caption: 'Mihai Viteazul' });
});

test('a million shared texts fit, because bytes are bounded and not counts', async () => {
  const sst = `<sst>${'<si><t>x</t></si>'.repeat(1_048_576)}</sst>`;
  const file = save(
    'many.xlsx',
    zipSync(parts(`${header}<row><c t="s"><v>1048575</v></c></row>`, { 'xl/sharedStrings.xml': sst }), {
      level: 1,
    }),
  );
  const objects = await readAll(xlsxReader, file, { mapping });
  expect(objects[0]).toMatchObject({ fate: 'rows', rows: [{ props: { x: ['x'] } }] });
}, 60_000);

describe('an archive is judged before anything is unpacked', () => {
  const named = (name: string) => zipSync({ ...parts(header), [name]: strToU8('x') });
  test.each([
    '../evil.xml',
    '/etc/passwd',
    'C:\\evil',
    'a\\..\\..\\b',
    'xl/CON',
    'nul.xml',
    'XL/WORKBOOK.xml',
  ])('%s', async (name) => {
    await expect(openZip(written('t.xlsx', named(name)), {})).rejects.toMatchObject({ code: 'FILE_DAMAGED' });
  });

  test('a symbolic link', async () => {
    const zip = zipSync({
      ...parts(header),
      link: [strToU8('/etc/passwd'), { os: 3, attrs: 0o120777 << 16 }],
    });
    await expect(openZip(written('t.xlsx', zip), {})).rejects.toThrow(/"link" is a symbolic link/);
  });

  test('more than 100 MiB, by what the directory says', async () => {
    const zip = zipSync({ ...parts(header), big: new Uint8Array(101 * 1024 * 1024) }, { level: 1 });
    await expect(openZip(written('t.xlsx', zip), {})).rejects.toThrow(/"big"/);
  });

  test('a directory that lies about the size', async () => {
    const zip = zipSync(
      parts(header, { 'xl/styles.xml': `<styleSheet>${' '.repeat(500_000)}</styleSheet>` }),
    );
    const at = zip.lastIndexOf(0x50) > 0 ? Buffer.from(zip.buffer).lastIndexOf('xl/styles.xml') - 46 : 0;
    Buffer.from(zip.buffer).writeUInt32LE(10, at + 24);
    await expect(readAll(xlsxReader, written('t.xlsx', zip), { mapping })).rejects.toMatchObject({
      code: 'FILE_DAMAGED',
    });
  });

  test('too many entries', async () => {
    const zip = zipSync(
      Object.fromEntries(Array.from({ length: 101 }, (_, at) => [`f${at}`, new Uint8Array()])),
    );
    await expect(openZip(written('t.xlsx', zip), { limits: { zipEntries: 100 } })).rejects.toThrow(
      /101 entries/,
    );
  });

  test('what is no zip, and a zip that is no workbook', async () => {
    await expect(readAll(xlsxReader, written('t.xlsx', 'PK nonsense'), { mapping })).rejects.toMatchObject({
      code: 'FILE_DAMAGED',
    });
    await expect(
      readAll(xlsxReader, written('t.xlsx', zipSync({ a: strToU8('b') })), { mapping }),
    ).rejects.toThrow(/no XLSX workbook/);
  });

  test('a DTD inside', async () => {
    const zip = zipSync(
      parts(header, {
        'xl/styles.xml': '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><styleSheet>&e;</styleSheet>',
      }),
    );
    await expect(readAll(xlsxReader, written('t.xlsx', zip), { mapping })).rejects.toThrow(/DTD/);
  });
});
