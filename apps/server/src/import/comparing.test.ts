import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { type Batch, Gathering } from './batch.ts';
import { Comparing } from './comparing.ts';
import { referencePath } from './format/readingFixtures.ts';
import type { Asked } from './keys.ts';
import { Preparer } from './prepare.ts';
import { readBatches } from './readBatches.ts';
import type { SourceObject } from './source.ts';
import type { Differing } from './standing.ts';

const folder = await mkdtemp(join(tmpdir(), 'summit-comparing-'));
afterAll(() => rm(folder, { recursive: true, force: true }));

const person = (id: string, name: string) =>
  `${JSON.stringify({ id, schema: 'Person', properties: { name: [name] } })}\n`;

async function fileOf(content: string): Promise<string> {
  const path = join(folder, `${Math.random()}.ndjson`);
  await writeFile(path, content);
  return path;
}

const nothingDiffers = (): Differing => ({ records: [], links: [] });
const allDiffers = ({ records, links }: Asked): Differing => ({
  records: [...Array(records.count).keys()],
  links: [...Array(links.count).keys()],
});

async function read(
  path: string,
  options: { format?: string; facts?: number; answer?: (asked: Asked) => Differing } = {},
): Promise<Batch[]> {
  const { format = 'ftm', facts = 100, answer } = options;
  const batches: Batch[] = [];
  const reading = readBatches(
    {
      importId: '0198c0de-0000-7000-8000-000000000000',
      datasetKey: 'test',
      marking: 1,
      clearance: 4,
      path,
      bytes: (await stat(path)).size,
      filename: basename(path),
      format,
      types: [],
      options: {},
      skip: 0,
      withIds: true,
    },
    () => ({ facts, compared: answer !== undefined }),
    answer && (async (asked) => answer(asked)),
  );
  for await (const batch of reading) batches.push(batch);
  return batches;
}

const linesOf = (batches: Batch[]) =>
  batches
    .flatMap(({ records, links }) => [records, links])
    .flatMap((bytes) => new TextDecoder().decode(bytes).split('\n'))
    .filter((line) => line !== '')
    .sort();
const namesOf = (batches: Batch[]) =>
  linesOf(batches)
    .map((line) => line.split('\t')[2])
    .sort();

/** All that batches say, however the file was cut into them. */
const sumOf = (batches: Batch[]) => {
  const sum = (pick: (batch: Batch) => number) => batches.reduce((all, batch) => all + pick(batch), 0);
  return {
    upTo: batches.at(-1)!.upTo,
    rows: sum(({ rows }) => rows),
    records: sum(({ recordCount, standing }) => recordCount + standing.record),
    relationships: sum(({ relationshipCount, standing }) => relationshipCount + standing.relationship),
    references: sum(({ referenceCount, standing }) => referenceCount + standing.reference),
    rejects: batches.flatMap(({ rejects }) => rejects),
    metadata: batches.flatMap(({ metadata }) => metadata),
    superseded: sum(({ superseded }) => superseded),
    marking: Math.max(...batches.map(({ marking }) => marking)),
    readMarking: Math.max(...batches.map(({ readMarking }) => readMarking)),
    ids: batches.flatMap(({ ids }) => ids).sort(),
  };
};

test.each([
  ['ftm', 'ftm/mapping/donations.ijson'],
  ['ftm', 'ftm/entities/parteispenden.ftm.ndjson'],
  ['stix', 'stix/attack/mobile-attack-14.1.stix21.json.gz'],
])('a %s file (%s) gives the same whether it is compared or not', async (format, name) => {
  const path = referencePath(name);
  const usual = await read(path, { format });
  const all = await read(path, { format, answer: allDiffers });
  expect(linesOf(all)).toEqual(linesOf(usual));
  expect(sumOf(all)).toEqual(sumOf(usual));

  const none = await read(path, { format, answer: nothingDiffers });
  expect(linesOf(none)).toEqual([]);
  expect(sumOf(none)).toEqual(sumOf(usual));

  const third = ({ records, links }: Asked) => ({
    records: [...Array(records.count).keys()].filter((at) => at % 3 === 0),
    links: [...Array(links.count).keys()].filter((at) => at % 3 === 1),
  });
  const some = await read(path, { format, answer: third });
  const rows = new Set(linesOf(usual));
  expect(linesOf(some).every((line) => rows.has(line))).toBe(true);
  expect(linesOf(some).length).toBeGreaterThan(0);
  expect(linesOf(some).length).toBeLessThan(rows.size);
  expect(sumOf(some)).toEqual(sumOf(usual));
});

test('rejects keep their place among rows of which nothing else is made', async () => {
  const path = await fileOf(`${person('a', 'Ann')}{"id":\n${person('b', 'Ben')}{}\n${person('c', 'Cem')}`);
  const usual = await read(path);
  const compared = await read(path, { answer: nothingDiffers });
  expect(sumOf(compared)).toEqual(sumOf(usual));
  expect(sumOf(compared).rejects.map(({ line }) => line)).toEqual([2, 4]);
});

test('what one object says goes the usual way as a whole when a part of it differs', async () => {
  const path = await fileOf(
    `${JSON.stringify({ id: 'flat', schema: 'Address', properties: { full: ['Here 1'] } })}\n${JSON.stringify({ id: 'a', schema: 'Person', properties: { name: ['Ann'], addressEntity: ['flat'] } })}\n`,
  );
  const answer = (asked: Asked) => {
    expect([asked.records.count, asked.links.count]).toEqual([2, 1]);
    return { records: [], links: [0] };
  };
  const [batch] = await read(path, { answer });
  expect(batch).toMatchObject({
    recordCount: 1,
    referenceCount: 1,
    standing: { record: 1, relationship: 0, reference: 0 },
  });
});

test('an answer comes while the next batch is read, and order stays', async () => {
  const people = Array.from({ length: 950 }, (_, at) => person(`p${at}`, `Person ${at}`)).join('');
  const asked: number[] = [];
  const answer = ({ records }: Asked) => {
    asked.push(records.count);
    return { records: [records.count - 1], links: [] };
  };
  const batches = await read(await fileOf(people), { answer });
  expect(asked).toEqual([...Array(9).fill(100), 50]);
  expect(batches.map(({ upTo }) => upTo)).toEqual([100, 200, 300, 400, 500, 600, 700, 800, 900, 950]);
  expect(namesOf(batches)).toEqual(
    [99, 199, 299, 399, 499, 599, 699, 799, 899, 949].map((at) => `Person ${at}`).sort(),
  );
});

const preparer = new Preparer({ importId: 'i', datasetKey: 'test', marking: 1, clearance: 4 });
const says = (sourceKey: string, name: string): SourceObject => ({
  fate: 'rows',
  ref: { row: 1 },
  rows: [{ kind: 'record', sourceKey, schema: 'Person', caption: name, props: { name: [name] } }],
});
const comparing = (...objects: SourceObject[]) => {
  const made = new Comparing(preparer);
  for (const object of objects) made.add(object);
  return made;
};

test('of what one batch says twice the last stands, though the first is what stood', () => {
  const gathering = new Gathering(preparer, 0, false, false);
  const made = comparing(says('a', 'Old'), says('b', 'Other'), says('a', 'New'));
  expect(made.asked().records.count).toBe(2);
  made.handOn(gathering, nothingDiffers(), new Set());
  const batch = gathering.take(0);
  expect(namesOf([batch])).toEqual(['New']);
  expect(batch).toMatchObject({ rows: 3, recordCount: 1, standing: { record: 1 } });
});

test('what the batch before changes is not taken for standing, for it was compared before that', () => {
  const gathering = new Gathering(preparer, 0, false, false);
  const changing = comparing(says('a', 'New'), says('b', 'Other')).handOn(
    gathering,
    { records: [0], links: [] },
    new Set(),
  );
  expect(namesOf([gathering.take(0)])).toEqual(['New']);
  comparing(says('a', 'Old'), says('b', 'Other')).handOn(gathering, nothingDiffers(), changing);
  expect(namesOf([gathering.take(0)])).toEqual(['Old']);
});

test('what no row can hold is a reject all the same', () => {
  const gathering = new Gathering(preparer, 0, false, false);
  const object = says('a', 'Ann');
  if (object.fate === 'rows') Object.assign(object.rows[0]!, { schema: 'x'.repeat(300) });
  comparing(object).handOn(gathering, nothingDiffers(), new Set());
  expect(gathering.take(0)).toMatchObject({ rows: 1, recordCount: 0, rejects: [{ code: 'INVALID_OBJECT' }] });
});
