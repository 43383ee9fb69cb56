import { randomBytes, randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { beforeAll, describe, expect, inject, test } from 'vitest';
import {
  addPerson,
  asking,
  foundTenant,
  operate,
  type Person,
  sampleIsThere,
  startImport,
} from './asking.ts';
import { type Kind, type Place, places, type Things } from './schemaWalk.ts';

const api = inject('productApi');
const env = JSON.parse(inject('productEnv')) as NodeJS.ProcessEnv;

type World = { person: Person; things: Things; cursors: Record<string, string>; marker: string };
type Made = { ids: string[]; change: { id: string } };

let mine: World;
let theirs: World;

/** A tenant that has one of everything; `marker` stands in all of its texts and nowhere else. */
async function build(name: string): Promise<World> {
  const marker = `Zanzibar${name}`;
  const person = await addPerson(env, await foundTenant(env, `Tenant ${name}`), name, '--role', 'owner');
  // It comes in the background: lists would differ between two questions, and what is compared in the end with the beginning.
  await sampleIsThere(api, person);
  const ask = asking(api, person.token);
  const dataset = `wall-${name.toLowerCase()}`;
  const lines = [
    { id: 'a', schema: 'Person', properties: { name: [`${marker} Left`] } },
    { id: 'b', schema: 'Company', properties: { name: [`${marker} Right`] } },
    { id: 'o', schema: 'Ownership', properties: { owner: ['a'], asset: ['b'] } },
  ].map((line) => JSON.stringify(line));
  const file = { name: `${marker}.ftm.ndjson`, body: [...lines, `{"rejected": "${marker}"`].join('\n') };
  const id = await startImport(api, person.token, file, { dataset, format: 'ftm' });
  for (let state = ''; state !== 'DONE'; await delay(50)) {
    state = (
      await ask<{ import: { state: string } }>('query($id: ID!) { import(id: $id) { state } }', { id })
    ).import.state;
    if (state === 'FAILED') throw new Error('the import of the fixture failed');
  }
  const form = new FormData();
  form.append('file', new Blob([file.body]), file.name);
  const uploaded = await fetch(`${api}/api/files`, {
    method: 'POST',
    headers: { authorization: `Bearer ${person.token}` },
    body: form,
  });
  const { id: fileId } = (await uploaded.json()) as { id: string };

  type Found = {
    search: {
      hits: { entity: { id: string; links: { edges: { node: { relationship: { id: string } } }[] } } }[];
    };
  };
  const found = await ask<Found>(
    'query($query: String!) { search(query: $query) { hits { entity { id links { edges { node { relationship { id } } } } } } } }',
    {
      query: `${marker} Left`,
    },
  );
  const { entity } = found.search.hits[0]!;
  const { createInvestigation } = await ask<{ createInvestigation: Made }>(
    'mutation($input: CreateInvestigationInput!) { createInvestigation(input: $input) { ids change { id } } }',
    { input: { title: `${marker} case` } },
  );
  const investigationId = createInvestigation.ids[0]!;
  const { writeNote } = await ask<{ writeNote: Made }>(
    'mutation($input: WriteNoteInput!) { writeNote(input: $input) { ids change { id } } }',
    { input: { investigationId, text: `${marker} note` } },
  );
  const paged = ['datasets', 'changes', 'investigations', 'imports'];
  const pages = await ask<Record<string, { pageInfo: { endCursor: string } }>>(
    `{ ${paged.map((field) => `${field}(first: 1) { pageInfo { endCursor } }`).join(' ')} }`,
  );
  const cursors = Object.fromEntries(paged.map((field) => [field, pages[field]!.pageInfo.endCursor]));
  const things: Things = {
    record: entity.id,
    relationship: entity.links.edges[0]!.node.relationship.id,
    case: investigationId,
    note: writeNote.ids[0]!,
    import: id,
    file: fileId,
    user: person.id,
    position: writeNote.change.id,
    dataset,
    cursor: cursors.changes!,
  };
  return { person, things, cursors, marker };
}

/** Something of the same shape that nobody has. */
const nothing = (kind: Kind): string => {
  if (kind === 'position') return randomBytes(16).toString('base64url');
  return kind === 'dataset' ? `wall-${randomBytes(6).toString('hex')}` : randomUUID();
};

/** Of an answer what may not depend on what was named. */
const normal = (text: string, named: string): string =>
  text
    .replaceAll(named, '‹named›')
    .replace(/"requestId":"[^"]*"/g, '"requestId":"‹request›"')
    .replace(/"[\w-]{22}"/g, '"‹position›"')
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '‹time›')
    .replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, '‹uuid›');

async function send(path: string, init: RequestInit = {}): Promise<{ status: number; text: string }> {
  const response = await fetch(`${api}${path}`, {
    ...init,
    headers: { authorization: `Bearer ${mine.person.token}`, ...init.headers },
    signal: AbortSignal.timeout(30_000),
  });
  return { status: response.status, text: await response.text() };
}

const askAt = ({ document, variables, operation }: Place, named: string) =>
  send('/graphql', {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: operation === 'subscription' ? 'text/event-stream' : 'application/json',
    },
    body: JSON.stringify({ query: document, variables: variables(mine.things, named) }),
  });

/** Nothing of the other tenant stands in an answer, but for what was sent. */
function expectNoneOfTheirs(text: string, named: string): void {
  const rest = text.replaceAll(named, '');
  for (const theirThing of [theirs.marker, ...Object.values(theirs.things), theirs.person.tenant]) {
    expect(rest.includes(theirThing), `${theirThing} in ${rest}`).toBe(false);
  }
}

const stateOf = async ({ person }: World) => {
  const { content, workspace } = await operate<Record<string, string>>(
    env,
    'digest',
    '--tenant',
    person.tenant,
  );
  type Changes = {
    changes: { edges: { node: { id: string } }[] };
    imports: { edges: { node: { state: string } }[] };
  };
  const about = await asking(
    api,
    person.token,
  )<Changes>(
    '{ changes(first: 1) { edges { node { id } } } imports(first: 50) { edges { node { id state } } } }',
  );
  return { content, workspace, ...about };
};

const all = places();
const asked = all.filter(({ kind }) => kind !== 'cursor');

beforeAll(async () => {
  mine = await build('Mine');
  theirs = await build('Theirs');
});

test('the walk finds the whole schema', () => {
  const fields = new Set(all.map(({ field }) => field));
  for (const field of [
    'entity',
    'paths',
    'diff',
    'judge',
    'addItems',
    'undoImport',
    'startImport',
    'importProgress',
  ])
    expect(fields).toContain(field);
  expect(asked.length).toBeGreaterThan(70);
});

describe('what another tenant has is named as if it did not exist', () => {
  let before: object;
  beforeAll(async () => {
    before = await stateOf(theirs);
  });

  test.each(asked.map((place) => [`${place.operation} ${place.field} ${place.path}`, place] as const))(
    '%s',
    async (_, place) => {
      const [named, unknown] = [theirs.things[place.kind], nothing(place.kind)];
      const answer = await askAt(place, named);
      const control = await askAt(place, unknown);
      // The document itself is right: what is refused is what it names.
      expect(answer.text).not.toMatch(/GRAPHQL_INVALID|QUERY_TOO_COMPLEX|"INTERNAL"/);
      expect(answer.status).toBe(control.status);
      expect(normal(answer.text, named)).toBe(normal(control.text, unknown));
      expectNoneOfTheirs(answer.text, named);
    },
  );

  test('and nothing of it was changed by all that', async () => {
    expect(await stateOf(theirs)).toEqual(before);
  });
});

test('cursors of another tenant open no page of it', async () => {
  for (const place of all.filter(({ kind, path }) => kind === 'cursor' && path === 'after')) {
    for (const cursor of new Set([
      theirs.cursors[place.field] ?? theirs.things.cursor,
      ...Object.values(theirs.cursors),
    ])) {
      const { text } = await askAt(place, cursor);
      expect(text).not.toMatch(/GRAPHQL_INVALID|"INTERNAL"/);
      expectNoneOfTheirs(text, cursor);
    }
  }
});

test('counts, facets and lists know nothing of another tenant', async () => {
  const query = `query($text: String!) {
    search(query: $text) { bounded { total } facets { values { value count } } hits { entity { id } } }
    datasets(first: 200, includeNotebooks: true) { edges { node { key title } } bounded { total } }
    investigations(first: 200) { edges { node { title } } bounded { total } }
    imports(first: 200) { edges { node { filename } } bounded { total } }
    changes(first: 200) { edges { node { summary actor { name } } } bounded { total } }
    digest { records relationships judgements }
  }`;
  const body = (text: string) => JSON.stringify({ query, variables: { text } });
  const headers = { 'content-type': 'application/json' };
  const { text } = await send('/graphql', { method: 'POST', headers, body: body(theirs.marker) });
  expectNoneOfTheirs(text, '');
  expect(JSON.parse(text)).toMatchObject({ data: { search: { hits: [], bounded: { total: 0 } } } });
});

describe('downloads and uploads under /api', () => {
  const paths: [string, Kind, (named: string) => [string, RequestInit?]][] = [
    ['the original file', 'file', (id) => [`/api/files/${id}`]],
    ['an import', 'import', (id) => [`/api/imports/${id}`]],
    ['its rejects', 'import', (id) => [`/api/imports/${id}/rejects`]],
    ['a dataset', 'dataset', (key) => [`/api/exports?format=ftm&dataset=${key}`]],
    ['a case', 'case', (id) => [`/api/exports?format=json&investigationId=${id}`]],
    ['a selection', 'record', (id) => [`/api/exports?format=csv&entityIds=${id}`]],
    [
      'a selection by POST',
      'record',
      (id) => ['/api/exports', { method: 'POST', body: JSON.stringify({ format: 'csv', entityIds: [id] }) }],
    ],
    ['what a format cannot carry', 'dataset', (key) => [`/api/exports/manifest?format=csv&dataset=${key}`]],
    [
      'what it cannot carry of a case',
      'case',
      (id) => [`/api/exports/manifest?format=csv&investigationId=${id}`],
    ],
    [
      'an import of an uploaded file',
      'file',
      (id) => {
        const form = new FormData();
        form.append('dataset', 'taken');
        form.append('fileId', id);
        return ['/api/imports', { method: 'POST', body: form }];
      },
    ],
  ];

  test.each(paths)('%s', async (_, kind, at) => {
    const [named, unknown] = [theirs.things[kind], nothing(kind)];
    const answer = await send(...at(named));
    const control = await send(...at(unknown));
    expect(answer.status).toBe(control.status);
    expect(normal(answer.text, named)).toBe(normal(control.text, unknown));
    expectNoneOfTheirs(answer.text, named);
    // The same address gives one's own: what is shown above is no address that never answers.
    expect((await send(...at(mine.things[kind]))).status).toBeLessThan(300);
  });
});
