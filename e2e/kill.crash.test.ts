import { readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { decodePosition } from '../apps/server/src/change/position.ts';
import { generate } from '../bench/generated.ts';
import { addPerson, ask, asking, foundTenant, operate, type Person, startImport } from './asking.ts';
import { type Acknowledged, acknowledge, createCase, editOf, peopleFile, work } from './mixedLoad.ts';
import { type Product, startProduct } from './product.ts';

/** How often each process and then all of them are killed; more of them import more rows. */
const ROUNDS = Number(process.env.SUMMIT_KILL_ROUNDS || 1);
const ENTITIES = 9_000 * ROUNDS;
const RELATIONSHIPS = 24_000 * ROUNDS;
const IMPORTED_WITHIN_MS = 120_000 * ROUNDS;

type Service = { service: string; pid: number | null; state: string };
type Fate = { state: string; result: Record<string, unknown> | null; progress: { rows: number } };
/** One tenant with two people who work in one case while two files come in. */
type World = { tenant: string; ann: Person; ben: Person; case: string; imports: string[] };

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

async function until(what: string, withinMs: number, condition: () => boolean | Promise<boolean>) {
  for (const deadline = Date.now() + withinMs; !(await condition()); await delay(50))
    if (Date.now() > deadline) throw new Error(`not within ${withinMs} ms: ${what}`);
}

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

const digest = (tenant: string, ...words: string[]) =>
  operate<Record<string, unknown>>(product.env, 'digest', '--tenant', tenant, ...words);
const facts = async (tenant: string, dataset: string) => {
  const { position: _, workspace: __, ...rest } = await digest(tenant, '--dataset', dataset);
  return rest;
};

async function fate(person: Person, id: string): Promise<Fate | undefined> {
  const document = 'query($id: ID!) { import(id: $id) { state result progress { rows } } }';
  const answer = await ask<{ import: Fate }>(product.api, person.token, document, { id }).catch(
    // fetch says so of a connection that breaks; anything else is ours.
    (error: unknown) => {
      if (error instanceof TypeError || error instanceof SyntaxError) return undefined;
      throw error;
    },
  );
  const unexpected = answer?.errors.filter(({ extensions }) => !/UNAVAILABLE|TIMEOUT/.test(extensions.code));
  if (unexpected?.length) throw new Error(JSON.stringify(unexpected));
  return answer?.data?.import;
}

async function becomes(person: Person, id: string, state: string): Promise<Fate> {
  for (const deadline = Date.now() + IMPORTED_WITHIN_MS; ; await delay(100)) {
    const now = await fate(person, id);
    if (now?.state === state) return now;
    if (now?.state === 'FAILED' || Date.now() > deadline)
      throw new Error(`the import is not ${state}: ${JSON.stringify(now)}`);
  }
}

/** A tenant with the people to judge, a case, and the two files on their way in. */
async function open(name: string): Promise<World> {
  const tenant = await foundTenant(product.env, name);
  const ann = await addPerson(product.env, tenant, 'Ann', '--role', 'owner');
  const ben = await addPerson(product.env, tenant, 'Ben', '--role', 'owner');
  const people = await startImport(
    product.api,
    ann.token,
    { name: 'people.ftm.ndjson', body: peopleFile },
    { dataset: 'people', format: 'ftm' },
  );
  await becomes(ann, people, 'DONE');
  const imports: string[] = [];
  for (const file of files) imports.push(await startImport(product.api, ann.token, file, { dataset: 'big' }));
  return { tenant, ann, ben, case: await createCase(product.api, ann), imports };
}

let disturbed: World;
let done: { ann: Acknowledged[]; ben: Acknowledged[] };
const allDone = () => [...done.ann, ...done.ben];

test('each process and then all of them are killed while files come in and two people work', {
  timeout: 300_000 * ROUNDS,
}, async () => {
  disturbed = await open('Disturbed');
  const total = files.reduce((rows, { body }) => rows + body.filter((byte) => byte === 10).length, 0);
  const rowsIn = async () => {
    const fates = await Promise.all(disturbed.imports.map((id) => fate(disturbed.ann, id)));
    return fates.reduce((rows, each) => rows + (each?.progress.rows ?? 0), 0);
  };
  let goesOn = true;
  const working = Promise.all([
    work(product.api, disturbed.ann, 0, disturbed.case, () => goesOn),
    work(product.api, disturbed.ben, 1, disturbed.case, () => goesOn),
  ]);
  // A failure is met at the end; until then it must not end the process.
  working.catch(() => {});

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
  const fates = await Promise.all(disturbed.imports.map((id) => becomes(disturbed.ann, id, 'DONE')));
  goesOn = false;
  const [ann, ben] = await working;
  done = { ann, ben };
  const unknown = allDone().filter((each) => each.unknown > 0).length;
  console.log(
    [
      ...lines,
      `imports done ${((performance.now() - started) / 1000).toFixed(1)} s later`,
      `${allDone().length} edits acknowledged, ${unknown} of them after an unknown outcome`,
    ].join('\n'),
  );
  expect(fates.map(({ result }) => result?.rejects)).toEqual([0, 0]);
  expect(unknown).toBeGreaterThan(0);
  // Whoever serves, holds or does the import was killed while rows were still going in, or nothing is shown of it.
  expect(met).toEqual(expect.arrayContaining(['gateway', 'worker', 'all', 'postgres']));
});

test('every acknowledged edit is there exactly once', async () => {
  const query = asking(product.api, disturbed.ann.token);
  type Case = {
    investigation: {
      notes: { id: string; text: string }[];
      items: {
        edges: { node: { entityId: string; entity: { caption: string } } }[];
        pageInfo: { hasNextPage: boolean; endCursor: string };
      };
    };
  };
  const items = new Map<string, string>();
  let notes: Case['investigation']['notes'] = [];
  for (let after: string | null = null; ; ) {
    const document = `query($id: ID!, $after: String) { investigation(id: $id) {
      notes { id text }
      items(first: 200, after: $after) { edges { node { entityId entity { caption } } } pageInfo { hasNextPage endCursor } } } }`;
    const { investigation }: Case = await query<Case>(document, { id: disturbed.case, after });
    notes = investigation.notes;
    for (const { node } of investigation.items.edges) items.set(node.entityId, node.entity.caption);
    if (!investigation.items.pageInfo.hasNextPage) break;
    after = investigation.items.pageInfo.endCursor;
  }
  const of = (act: string) =>
    allDone()
      .filter((each) => each.act === act)
      .map(({ id, label }) => `${id} ${label}`)
      .sort();
  expect(notes.map(({ id, text }) => `${id} ${text}`).sort()).toEqual(of('writeNote'));
  expect([...items].map(([id, caption]) => `${id} ${caption}`).sort()).toEqual(of('createEntity'));
  const { judgements } = await facts(disturbed.tenant, 'people');
  expect(judgements).toBe(of('judge').length);
});

test('each acknowledged change is one of the history’s, exactly once, and ids strictly increase', async () => {
  const query = asking(product.api, disturbed.ann.token);
  type Changes = {
    changes: {
      edges: { node: { id: string; action: string; at: string } }[];
      pageInfo: { hasNextPage: boolean; endCursor: string };
    };
  };
  const found: { id: string; action: string; at: string }[] = [];
  for (let after: string | null = null; ; ) {
    const document = `query($after: String) { changes(first: 200, after: $after) {
      edges { node { id action at } } pageInfo { hasNextPage endCursor } } }`;
    const { changes }: Changes = await query<Changes>(document, { after });
    found.push(...changes.edges.map(({ node }) => node));
    if (!changes.pageInfo.hasNextPage) break;
    after = changes.pageInfo.endCursor;
  }
  const secret = Buffer.from(product.env.ENCRYPTION_KEY!, 'hex');
  const ids = found.map(({ id }) => decodePosition(secret, disturbed.tenant, id)).reverse();
  expect(ids.every((id, at) => at === 0 || id > ids[at - 1]!)).toBe(true);

  const acknowledged = allDone().map(({ change }) => change);
  expect(new Set(acknowledged).size).toBe(acknowledged.length);
  // No edit of theirs but the acknowledged ones left a change, so nothing was done twice or without word.
  const edits = new Set(['judgement.recorded', 'note.written', 'entity.created']);
  const made = found.filter(({ action }) => edits.has(action)).map(({ id }) => id);
  expect(made.toSorted()).toEqual(acknowledged.toSorted());
});

test('an edit sent once more under its key is answered with the change it made', async () => {
  for (const edit of [...done.ann.slice(-2), ...done.ann.slice(0, 1)])
    expect(await acknowledge(product.api, disturbed.ann.token, edit)).toMatchObject({
      change: edit.change,
      id: edit.id,
    });
});

test('digests and results equal those of an undisturbed run of the same import and edits', async () => {
  const calm = await open('Undisturbed');
  const repeat = async (person: Person, half: 0 | 1, edits: Acknowledged[]) => {
    for (const n of edits.keys())
      await acknowledge(product.api, person.token, editOf(person.name, half, n, calm.case));
  };
  await Promise.all([repeat(calm.ann, 0, done.ann), repeat(calm.ben, 1, done.ben)]);
  for (const [at, id] of calm.imports.entries()) {
    const { import: _, seconds: __, ...expected } = (await becomes(calm.ann, id, 'DONE')).result!;
    expect((await fate(disturbed.ann, disturbed.imports[at]!))!.result).toMatchObject(expected);
  }
  for (const dataset of ['people', 'big'])
    expect(await facts(disturbed.tenant, dataset), dataset).toEqual(await facts(calm.tenant, dataset));
  const { content: _, workspace: __, position: ___, ...counts } = await digest(disturbed.tenant);
  expect(await digest(calm.tenant)).toMatchObject(counts);
});

test('both imports are undone afterwards, and what people did stays', async () => {
  const before = await facts(disturbed.tenant, 'people');
  const query = asking(product.api, disturbed.ann.token);
  for (const id of disturbed.imports.toReversed()) {
    await query('mutation($input: ImportActInput!) { undoImport(input: $input) { import { id } } }', {
      input: { id },
    });
    await becomes(disturbed.ann, id, 'UNDONE');
  }
  const { dataset } = await query<{ dataset: { counts: object } | null }>(
    '{ dataset(key: "big") { counts { records relationships references } } }',
  );
  expect(dataset?.counts ?? null).toBeOneOf([null, { records: 0, relationships: 0, references: 0 }]);
  expect(await facts(disturbed.tenant, 'people')).toEqual(before);
});
