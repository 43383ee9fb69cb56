import { readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { generate } from '../bench/generated.ts';
import { asking, startImport } from './asking.ts';
import { type Acknowledged, acknowledge, editOf } from './mixedLoad.ts';
import { type Product, startProduct } from './product.ts';
import { until } from './until.ts';
import {
  becomes,
  digestOf,
  expectEachOnce,
  expectInLog,
  expectRemembered,
  factsOf,
  fateOf,
  openWorld,
  startWork,
  type World,
} from './world.ts';

/** How often each process and then all of them are killed; more of them import more rows. */
const ROUNDS = Number(process.env.SUMMIT_KILL_ROUNDS || 1);
const ENTITIES = 9_000 * ROUNDS;
const RELATIONSHIPS = 24_000 * ROUNDS;
const IMPORTED_WITHIN_MS = 120_000 * ROUNDS;

type Service = { service: string; pid: number | null; state: string };

let product: Product;
let folder: string;
const files: { name: string; body: Uint8Array<ArrayBuffer> }[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'summit-kill-'));
  const made = await generate(folder, { entities: ENTITIES, relationships: RELATIONSHIPS });
  for (const name of ['entities.ndjson', 'relationships.ndjson'])
    files.push({ name, body: new Uint8Array(await readFile(join(made, name))) });
  product = await startProduct();
});
afterAll(async () => {
  await product?.stop();
  await rm(folder, { recursive: true, force: true });
});

const services = (): Service[] =>
  (JSON.parse(readFileSync(join(product.home, 'run/state.json'), 'utf8')) as { services: Service[] })
    .services;
const isReady = (): Promise<boolean> =>
  fetch(`${product.api}/health/ready`, { signal: AbortSignal.timeout(2_000) }).then(
    ({ ok }) => ok,
    () => false,
  );

/** Kills processes without warning and waits until all of them are back; resolves to the seconds it took. */
async function kill(...names: string[]): Promise<number> {
  const before = new Map(services().map(({ service, pid }) => [service, pid!]));
  const started = performance.now();
  for (const name of names) process.kill(before.get(name)!, 'SIGKILL');
  await until(`${names} are back`, 60_000, async () => {
    const now = services();
    const back = now.every(({ state }) => state === 'up');
    return (
      back &&
      now.every((each) => !names.includes(each.service) || each.pid !== before.get(each.service)) &&
      isReady()
    );
  });
  return (performance.now() - started) / 1000;
}

/** A world with the two files on their way in. */
type Disturbed = World & { imports: string[] };

async function open(name: string): Promise<Disturbed> {
  const world = await openWorld(product, name);
  const imports: string[] = [];
  for (const file of files)
    imports.push(await startImport(product.api, world.ann.token, file, { dataset: 'big' }));
  return { ...world, imports };
}

let disturbed: Disturbed;
let done: Acknowledged[];

test('each process and then all of them are killed while files come in and two people work', {
  timeout: 300_000 * ROUNDS,
}, async () => {
  disturbed = await open('Disturbed');
  const total = files.reduce((rows, { body }) => rows + body.filter((byte) => byte === 10).length, 0);
  const rowsIn = async () => {
    const fates = await Promise.all(disturbed.imports.map((id) => fateOf(disturbed, id)));
    return fates.reduce((rows, each) => rows + (each?.progress.rows ?? 0), 0);
  };
  const working = startWork(disturbed);

  const everything = services().map(({ service }) => service);
  // The gateway first: without it nothing is seen of the import, which goes on meanwhile.
  const victims = [['gateway'], ['worker'], everything, ['postgres'], ['server']];
  const kills = Array.from({ length: ROUNDS }, () => victims).flat();
  const lines: string[] = [];
  const met: string[] = [];
  for (const [at, names] of kills.entries()) {
    const wanted = (total * at) / (kills.length + 4);
    await until(
      `${Math.floor(wanted)} rows are in`,
      IMPORTED_WITHIN_MS,
      async () => (await rowsIn()) > wanted,
    );
    const rows = await rowsIn();
    if (rows < total) met.push(names.length > 1 ? 'all' : names[0]!);
    const seconds = await kill(...names);
    lines.push(
      `${names.length > 1 ? 'all' : names[0]} at ${rows} of ${total} rows: ready after ${seconds.toFixed(1)} s`,
    );
  }
  const started = performance.now();
  const fates = await Promise.all(
    disturbed.imports.map((id) => becomes(disturbed, id, 'DONE', IMPORTED_WITHIN_MS)),
  );
  done = await working.stop();
  const unknown = done.filter((each) => each.unknown > 0).length;
  console.log(
    [
      ...lines,
      `imports done ${((performance.now() - started) / 1000).toFixed(1)} s later`,
      `${done.length} edits acknowledged, ${unknown} of them after an unknown outcome`,
    ].join('\n'),
  );
  expect(fates.map(({ result }) => result?.rejects)).toEqual([0, 0]);
  expect(unknown).toBeGreaterThan(0);
  // Whoever serves, holds or does the import was killed while rows were still going in, or nothing is shown of it.
  expect(met).toEqual(expect.arrayContaining(['gateway', 'worker', 'all', 'postgres']));
});

test('every acknowledged edit is there exactly once', () => expectEachOnce(disturbed, done));

test('each acknowledged change is one of the history’s, exactly once, and ids strictly increase', () =>
  expectInLog(disturbed, done));

test('an edit sent once more under its key is answered with the change it made', () =>
  expectRemembered(disturbed, done));

test('digests and results equal those of an undisturbed run of the same import and edits', async () => {
  const calm = await open('Undisturbed');
  await Promise.all(
    [calm.ann, calm.ben].map(async (person, half) => {
      const count = done.filter(({ key }) => key.startsWith(person.name)).length;
      for (let n = 0; n < count; n++)
        await acknowledge(product.api, person.token, editOf(person.name, half as 0 | 1, n, calm.case));
    }),
  );
  for (const [at, id] of calm.imports.entries()) {
    const {
      import: _,
      seconds: __,
      ...expected
    } = (await becomes(calm, id, 'DONE', IMPORTED_WITHIN_MS)).result!;
    expect((await fateOf(disturbed, disturbed.imports[at]!))!.result).toMatchObject(expected);
  }
  for (const dataset of ['people', 'big'])
    expect(await factsOf(disturbed, dataset), dataset).toEqual(await factsOf(calm, dataset));
  const { content: _, workspace: __, position: ___, ...counts } = await digestOf(disturbed);
  expect(await digestOf(calm)).toMatchObject(counts);
});

test('both imports are undone afterwards, and what people did stays', async () => {
  const before = await factsOf(disturbed, 'people');
  const query = asking(product.api, disturbed.ann.token);
  for (const id of disturbed.imports.toReversed()) {
    await query('mutation($input: ImportActInput!) { undoImport(input: $input) { import { id } } }', {
      input: { id },
    });
    await becomes(disturbed, id, 'UNDONE', IMPORTED_WITHIN_MS);
  }
  const { dataset } = await query<{ dataset: { counts: object } | null }>(
    '{ dataset(key: "big") { counts { records relationships references } } }',
  );
  expect(dataset?.counts ?? null).toBeOneOf([null, { records: 0, relationships: 0, references: 0 }]);
  expect(await factsOf(disturbed, 'people')).toEqual(before);
});
