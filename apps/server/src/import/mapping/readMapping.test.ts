import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { ontology } from '../../ontology/ontology.ts';
import { parseMapping } from './mapping.ts';
import { Columns } from './mappingCells.ts';
import { planMapping } from './mappingPlan.ts';
import { readMapping, tryMapping } from './readMapping.ts';

const [asker, neighbour] = [
  { tenant: 'one', person: 'a' },
  { tenant: 'other', person: 'b' },
];
const LONGEST = 128 * 1024;
/** As much of it as a mapping may be long. */
const full = (unit: string, head = '', tail = '') =>
  head + unit.repeat(Math.floor((LONGEST - head.length - tail.length) / unit.length)) + tail;
const numbered = (line: (at: number) => string, head = '', tail = ''): string => {
  let text = head;
  for (let at = 0; text.length + line(at).length + tail.length <= LONGEST; at++) text += line(at);
  return text + tail;
};
const wide = numbered(
  (at) => `          p${at}: { column: c${at} }\n`,
  'queries:\n  - entities:\n      e:\n        schema: Person\n        key: id\n        properties:\n',
);

/** Processor time of this thread, which answers requests, in ms: unlike the time that passes it is not that of others too. */
async function held(work: () => Promise<unknown>): Promise<{ ms: number; said: unknown }> {
  const before = process.threadCpuUsage();
  const said = await work().then(
    () => 'read',
    (error: { code?: string }) => error.code ?? error,
  );
  const { user, system } = process.threadCpuUsage(before);
  return { ms: (user + system) / 1000, said };
}

const home = await mkdtemp(join(tmpdir(), 'summit-mapping-'));
afterAll(() => rm(home, { recursive: true, force: true }));
beforeAll(() => readMapping(asker, 'queries: [{ entities: { e: { schema: Person, key: id } } }]'));

describe('whatever a mapping says, the thread that answers is held for less than 100 ms', () => {
  test.each([
    ['an honest one of full length', wide, 'read'],
    ['anchors of one node', full('&a ', 'queries: '), 'MAPPING_INVALID'],
    ['keys within keys', full('? '), 'MAPPING_INVALID'],
    ['lists within lists', full('['), 'MAPPING_INVALID'],
    ['JSON within JSON', full('{"a":'), 'MAPPING_INVALID'],
    [
      'aliases of a large node',
      full('x,', 'a: &a [', `]\nqueries: [${'*a,'.repeat(49)}]`),
      'MAPPING_INVALID',
    ],
    ['one that is too long', `${wide}${wide}`, 'MAPPING_INVALID'],
  ])('%s', { timeout: 30_000 }, async (_, yaml, outcome) => {
    const { ms, said } = await held(() => readMapping(asker, yaml));
    expect(said).toBe(outcome);
    expect(ms).toBeLessThan(100);
  });

  test('and so it is while rows are mapped', { timeout: 30_000 }, async () => {
    const path = join(home, 'rows.csv');
    await writeFile(path, `c0\n${'1\n'.repeat(500_000)}`);
    const keys = numbered((at) => `k${at}: {schema: Person, key: c0}, `, 'queries: [{entities: {', '}}]');
    const { size } = await stat(path);
    const asked = {
      path,
      bytes: size,
      filename: 'rows.csv',
      format: 'csv',
      mapping: keys,
      options: {},
      types: [],
    };
    const { ms, said } = await held(() => tryMapping(asker, asked));
    expect(said).toBe('read');
    expect(ms).toBeLessThan(100);
  });
});

test('it reads what parseMapping reads, and says its problems', async () => {
  expect(await readMapping(asker, wide)).toEqual(parseMapping(wide));
  await expect(readMapping(asker, 'queries: []')).rejects.toMatchObject({
    code: 'MAPPING_INVALID',
    details: { problem: expect.stringContaining('queries') },
  });
});

test('who comes after one that takes too long gets an answer, and too many are not let wait', {
  timeout: 30_000,
}, async () => {
  // However quick the machine: its five seconds go by while the thread has only begun.
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const slow = readMapping(asker, full('&a ', 'queries: ')).catch(
    (error: { details: object }) => error.details,
  );
  const others = Array.from({ length: 25 }, () =>
    readMapping(asker, 'queries: [{ entities: { e: { schema: Person, key: id } } }]').then(
      ({ queries }) => queries.length,
      ({ code }) => code,
    ),
  );
  const answered: string[] = [];
  const theirs = ['neighbour', 'colleague'].map((who) =>
    readMapping(
      who === 'neighbour' ? neighbour : { ...asker, person: 'c' },
      'queries: [{ entities: { e: { schema: Person, key: id } } }]',
    ).then(() => answered.push(who)),
  );
  void others[2]!.then(() => answered.push('the third of the first'));
  vi.advanceTimersByTime(5_000);
  vi.useRealTimers();
  expect(await slow).toEqual({ problem: 'reading it takes more than 5 s' });
  expect(await Promise.all(others)).toEqual([...Array(20).fill(1), ...Array(5).fill('RATE_LIMITED')]);
  await Promise.all(theirs);
  // Who has a full queue waits for the others as they do for one of it.
  expect(answered).toEqual(['neighbour', 'colleague', 'the third of the first']);
});

test('entities that need each other in a long chain are put in order at once', () => {
  const { queries } = parseMapping(wide);
  const entities = Object.fromEntries(
    Array.from({ length: 5_000 }, (_, at) => [
      `e${at}`,
      { schema: 'Person', key: ['id'], properties: at < 4_999 ? { parent: { entity: `e${at + 1}` } } : {} },
    ]),
  );
  const before = process.threadCpuUsage();
  planMapping({ queries: [{ ...queries[0]!, entities }] }, new Columns(), ontology);
  expect(process.threadCpuUsage(before).user / 1000).toBeLessThan(500);
});
