import { expect, test } from 'vitest';
import { inspect } from '../inspect.ts';
import { readHead } from './bytes.ts';
import { detectFormat } from './detectFormat.ts';
import { reference, written } from './readingFixtures.ts';

test.each([
  ['ftm/mapping/donations.ijson', 'ftm'],
  ['ftm/entities/t1.ftm.ndjson', 'ftm'],
  ['ftm/mapping/donations.csv', 'csv'],
  ['ftm/mapping/kek_company.csv.gz', 'csv'],
  ['stix/attack/mobile-attack-17.1.stix21.json.gz', 'stix'],
  ['stix/validator-v21/identity.json', 'stix'],
  ['stix/elevator-2.1-valid/archive-file.json', 'stix'],
  ['stix/examples/apt1.json', 'stix'],
  ['graphs/gexf-graphml/yeast.gexf.gz', 'gexf'],
  ['graphs/gexf-graphml/basic.graphml', 'graphml'],
  ['graphs/bitcoin-otc/trust.csv.gz', 'csv'],
  ['hostile/blns.ndjson', 'ndjson'],
  ['documents/formats/file.xlsx', 'xlsx'],
] as const)('%s is %s', async (path, format) => {
  const file = reference(path);
  expect(detectFormat(await readHead(file), file.name)).toBe(format);
});

test.each([
  ['a.json', '[{"a":1}]', 'json'],
  ['a.json', '{"data":[{"a":1},\n{"a":2}]}', 'json'],
  ['a.json', '{"a":1}\n{"a":2}\n', 'ndjson'],
  ['a.json', '{"a":1}', 'json'],
  ['a.txt', '{"a":1}\n{"a":2}\n', 'ndjson'],
  ['a.tsv', 'a\tb\n1\t2', 'csv'],
  ['noname', 'a,b\n1,2', 'csv'],
  ['a.pdf', '%PDF-1.4 a,b', undefined],
  ['a.bin', '\x00\x01\x02\x03', undefined],
  ['a.csv', '', undefined],
  ['a.xml', '<html/>', undefined],
  ['README.md', '# Summit\n\nBring in what sources say, and link it.\n\n- one\n- two\n', undefined],
  ['notes', 'Dear all,\nwe met Ann, Ben, and Cem.\nMore, later.\nYours\n', undefined],
  ['app.log', 'started\nstopped\nstarted\n', undefined],
  ['settings.yaml', 'name: Ann\nport: 80\nhost: here\n', undefined],
  ['people', 'name\nAnn\nBen\n', undefined],
  ['people.txt', 'name\nAnn\nBen\n', 'csv'],
  ['people.tab.gz', 'name\nAnn\n', 'csv'],
  ['export.dat', 'id;name\n1;"Ann; the first"\n2;Ben\n', 'csv'],
])('%s with %j is %s', (name, content, format) =>
  expect(detectFormat(Buffer.from(content), name)).toBe(format),
);

test('UTF-16 is seen through', () => {
  expect(detectFormat(Buffer.from('\ufeff{"a":1}\n{"a":2}', 'utf16le'), 'a.json')).toBe('ndjson');
  expect(detectFormat(Buffer.from('\ufeffa,b\n1,2', 'utf16le'), 'a.csv')).toBe('csv');
});

test('an old or encrypted workbook is refused with how to save it', async () => {
  await expect(inspect(written('a.xls', Buffer.from('d0cf11e0a1b11ae100', 'hex')))).rejects.toMatchObject({
    code: 'FILE_DAMAGED',
    details: { problem: expect.stringContaining('Save it as .xlsx without a password') },
  });
});

test('what nobody knows is refused with what to do', async () => {
  await expect(inspect(written('a.bin', '\x00\x01'))).rejects.toMatchObject({ code: 'FORMAT_UNKNOWN' });
});
