import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { signInternal } from '@summit/process/internalIdentity';
import { internalKeys } from '@summit/process/keys';
import { createLoggerTo } from '@summit/process/log';
import { afterAll, expect, test, vi } from 'vitest';
import { freePort } from '../../../../checks/testPostgres.ts';
import type { Context } from '../context.ts';
import { joinTenant, startTenant, testDatabase } from '../database/testing.ts';
import { exportRoutes } from '../export/export.http.ts';
import { fileRoutes } from '../file/file.http.ts';
import { graphqlHost } from '../graphql/host.ts';
import { readLimits } from '../graphql/limits.ts';
import { nouns } from '../graphql/nouns.ts';
import { requestContext } from '../graphql/request.ts';
import { executableSchema } from '../graphql/schema.ts';
import { httpServer } from '../http.ts';
import { markingName } from '../tenant/marking.ts';
import { importRoutes } from './import.http.ts';
import { stopWatching } from './importFeed.ts';
import { importTesting } from './testing.ts';

const database = await testDatabase();
const { home } = await importTesting(database);
const keys = internalKeys('a secret for tests, long enough to pass');
const log = createLoggerTo(() => {}, 'test');
const host = graphqlHost({
  schema: executableSchema(nouns),
  limits: readLimits(),
  introspection: false,
  log,
});
const MOST = 200_000;
const QUOTA = 1_000_000;

async function door(most = MOST, quota = QUOTA): Promise<string> {
  const port = await freePort();
  const server = httpServer({
    port,
    publicKey: keys.publicKey,
    db: database.db,
    positionSecret: new Uint8Array(32).fill(7),
    files: { home, most, quota },
    log,
    routes: [
      ...fileRoutes,
      ...importRoutes,
      ...exportRoutes,
      {
        method: 'POST',
        path: '/graphql',
        scope: 'user',
        handle: ({ request, response, ctx }) => host(request, response, requestContext(ctx)),
      },
    ],
    health: () => undefined,
  });
  await server.run();
  afterAll(async () => {
    await stopWatching(database.db);
    await server.stop();
  });
  return `http://127.0.0.1:${port}`;
}

const address = await door();
const ada = await startTenant(database.db);
const eve = await startTenant(database.db);

function headers({ actor, scope }: Context): Record<string, string> {
  const token = signInternal(
    {
      sub: actor.id,
      tenant: scope.tenant,
      name: actor.name,
      roles: [...actor.roles],
      clearance: markingName(scope.clearance),
      scope: 'user',
    },
    keys.privateKey,
  );
  return { authorization: `Bearer ${token}` };
}

async function call(
  ctx: Context,
  path: string,
  init: RequestInit = {},
  at = address,
  // biome-ignore lint/suspicious/noExplicitAny: answers are compared below
): Promise<{ status: number; body: any }> {
  const response = await fetch(at + path, { ...init, headers: { ...headers(ctx), ...init.headers } });
  const text = await response.text();
  return {
    status: response.status,
    body: response.headers.get('content-type')?.includes('application/json') ? JSON.parse(text) : text,
  };
}

// biome-ignore lint/suspicious/noExplicitAny: answers are compared below
async function ask(ctx: Context, query: string, variables: object = {}): Promise<any> {
  const { body } = await call(ctx, '/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables }),
  });
  return body;
}

async function ended(ctx: Context, id: string) {
  return vi.waitFor(
    async () => {
      const { body } = await call(ctx, `/api/imports/${id}`);
      expect(['queued', 'running', 'undoing']).not.toContain(body.state);
      return body;
    },
    { timeout: 90_000, interval: 50 },
  );
}

function form(fields: Record<string, string>, content: string, name = 'people.csv'): FormData {
  const body = new FormData();
  for (const [field, value] of Object.entries(fields)) body.append(field, value);
  body.append('file', new Blob([content]), name);
  return body;
}

const PEOPLE =
  'id,type,name,birth_date\na,Person,Ada Byron,1815-12-10\nb,Person,Brian Kernighan,1942-01-30\n"c,Person\n';
const incoming = async () => readdir(join(home, 'blobs', 'incoming')).catch(() => []);

test('a file is uploaded, imported, its rejects fetched, its original got back, and all of it shows in GraphQL', async () => {
  const started = await call(ada, '/api/imports', {
    method: 'POST',
    body: form({ dataset: 'people' }, PEOPLE),
  });
  expect(started.status).toBe(202);
  expect(started.body).toMatchObject({ dataset: 'people', format: 'csv' });
  const id = started.body.import;
  const about = await ended(ada, id);
  expect(about.result).toMatchObject({ import: id, rows: 3, rejects: 1, records: { created: 2 } });

  const rows = await call(ada, `/api/imports/${id}/rejects?format=rows`);
  // With its header, so that the mended rows are a file of their own.
  expect(rows.body).toBe('id,type,name,birth_date\n"c,Person\n');
  const mended = await call(ada, '/api/files?filename=mended.csv', {
    method: 'POST',
    headers: { 'content-type': 'text/csv' },
    body: rows.body.replace('"c,Person', 'c,Person,Cleo,1990-01-01'),
  });
  const retry = await ask(
    ada,
    'mutation($input: RetryRejectsInput!) { retryRejects(input: $input) { import { id } } }',
    {
      input: { id, fileId: mended.body.id },
    },
  );
  expect((await ended(ada, retry.data.retryRejects.import.id)).result).toMatchObject({
    rows: 1,
    records: { created: 1 },
  });
  const table = await call(ada, `/api/imports/${id}/rejects`);
  expect(JSON.parse(table.body.split('\n')[0])).toMatchObject({ row: 3, line: 4, code: 'UNCLOSED_QUOTE' });
  expect((await call(ada, `/api/files/${started.body.fileId}`)).body).toBe(PEOPLE);

  const { data, errors } = await ask(
    ada,
    `query($id: ID!) { import(id: $id) { id state datasetKey format mapping result isPreview startedBy { name }
       dataset { key imports { edges { node { id } } } } progress { rows rejects bytesTotal }
       rejects { edges { node { line code raw } } bounded { total } } warnings preview { rows { id } }
       changes { edges { node { action summary importId } } } } imports { edges { node { id } } } }`,
    { id },
  );
  expect(errors).toBeUndefined();
  expect(data.import).toMatchObject({
    state: 'DONE',
    datasetKey: 'people',
    dataset: { key: 'people', imports: { edges: expect.arrayContaining([{ node: { id } }]) } },
    result: about.result,
    rejects: { edges: [{ node: { line: 4, code: 'UNCLOSED_QUOTE' } }], bounded: { total: 1 } },
    changes: { edges: [{ node: { action: 'import.written', importId: id } }] },
  });

  // Another tenant is told nothing of it.
  for (const path of [
    `/api/imports/${id}`,
    `/api/imports/${id}/rejects`,
    `/api/files/${started.body.fileId}`,
  ]) {
    expect((await call(eve, path)).status).toBe(404);
  }
  expect((await ask(eve, 'query($id: ID!) { import(id: $id) { id } }', { id })).data.import).toBeNull();
  const stolen = await ask(
    eve,
    'mutation($input: StartImportInput!) { startImport(input: $input) { import { id } } }',
    {
      input: { fileId: started.body.fileId, dataset: 'people' },
    },
  );
  expect(stolen.errors[0].extensions.code).toBe('NOT_FOUND');
});

test('an upload is looked at, its mapping tried, an import previewed, started, watched, undone', async () => {
  const { body: file } = await call(ada, '/api/files?filename=people.csv', {
    method: 'POST',
    headers: { 'content-type': 'text/csv' },
    body: PEOPLE,
  });
  const { data } = await ask(
    ada,
    'query($id: ID!) { uploadedFile(id: $id) { filename bytes format mapping columns { name becomes } rows } }',
    { id: file.id },
  );
  expect(data.uploadedFile).toMatchObject({ filename: 'people.csv', bytes: PEOPLE.length, format: 'csv' });
  const tried = await ask(
    ada,
    'query($input: PreviewMappingInput!) { previewMapping(input: $input) { rows { caption kind } rejects { code } errors } }',
    { input: { fileId: file.id, mapping: data.uploadedFile.mapping } },
  );
  expect(tried.data.previewMapping).toMatchObject({ errors: [], rejects: [{ code: 'UNCLOSED_QUOTE' }] });
  expect(tried.data.previewMapping.rows.map(({ caption }: { caption: string }) => caption)).toEqual([
    'Ada Byron',
    'Brian Kernighan',
  ]);
  const wrong = await ask(
    ada,
    'query($input: PreviewMappingInput!) { previewMapping(input: $input) { errors } }',
    {
      input: { fileId: file.id, mapping: 'queries: no' },
    },
  );
  expect(wrong.data.previewMapping.errors.length).toBe(1);

  const start =
    'mutation($input: StartImportInput!, $preview: Boolean!) { startImport(input: $input, preview: $preview) { import { id state } } }';
  const input = { fileId: file.id, dataset: 'looked-at' };
  const previewed = (await ask(ada, start, { input, preview: true })).data.startImport.import.id;
  expect(await ended(ada, previewed)).toMatchObject({
    state: 'previewed',
    result: { records: { created: 2 } },
  });

  const { id } = (await ask(ada, start, { input, preview: false })).data.startImport.import;
  const stream = await fetch(`${address}/graphql`, {
    method: 'POST',
    headers: { ...headers(ada), 'content-type': 'application/json', accept: 'text/event-stream' },
    body: JSON.stringify({
      query: 'subscription($id: ID!) { importProgress(id: $id) { state progress { rows } } }',
      variables: { id },
    }),
  });
  // It ends by itself when the import does.
  expect(await stream.text()).toContain('"state":"DONE"');

  const undone = await ask(
    ada,
    'mutation($input: ImportActInput!) { undoImport(input: $input) { import { state } } }',
    { input: { id } },
  );
  expect(undone.data.undoImport.import.state).toBe('UNDOING');
  expect((await ended(ada, id)).state).toBe('undone');
});

test('what is refused leaves nothing behind', async () => {
  const reader = await joinTenant(ada, { roles: ['reader'] });
  const post = (ctx: Context, body: FormData | string, path = '/api/imports', at = address) =>
    call(
      ctx,
      path,
      { method: 'POST', body, ...(typeof body === 'string' && { headers: { 'content-type': 'text/csv' } }) },
      at,
    );
  const refusals: [Promise<{ status: number; body: { error: { code: string } } }>, number, string][] = [
    [post(reader, form({ dataset: 'people' }, PEOPLE)), 403, 'FORBIDDEN'],
    [post(ada, form({}, PEOPLE)), 400, 'INPUT_INVALID'],
    [post(ada, form({ dataset: 'UPPER' }, PEOPLE)), 400, 'INPUT_INVALID'],
    [post(ada, form({ dataset: 'x', mode: 'append' }, PEOPLE)), 400, 'INPUT_INVALID'],
    [
      post(ada, form({ dataset: 'x' }, '\u0000\u0001\u0002 what is this', 'strange.pdf')),
      400,
      'FORMAT_UNKNOWN',
    ],
    [post(ada, form({ dataset: 'x', mapping: 'queries: 1' }, PEOPLE)), 400, 'MAPPING_INVALID'],
    [post(ada, 'x'.repeat(MOST + 1), '/api/files'), 413, 'TOO_LARGE'],
    [post(ada, form({ dataset: 'x' }, 'x'.repeat(MOST + 1))), 413, 'TOO_LARGE'],
    [post(ada, PEOPLE, '/api/files', await door(MOST, 10)), 413, 'QUOTA_EXCEEDED'],
    [post(ada, new FormData()), 400, 'INPUT_INVALID'],
    [call(ada, '/api/imports/../../etc/passwd'), 404, 'NOT_FOUND'] as never,
    [call(ada, '/api/files/not-an-id'), 404, 'NOT_FOUND'] as never,
  ];
  for (const [answer, status, code] of refusals) {
    const { status: got, body } = await answer;
    expect([got, body.error?.code]).toEqual([status, code]);
  }
  expect(await incoming()).toEqual([]);
});

test('a sender that leaves halfway leaves nothing behind', async () => {
  const leaving = new AbortController();
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      controller.enqueue(new Uint8Array(1_000));
      if ((await incoming()).length > 0) leaving.abort();
    },
  });
  await expect(
    fetch(`${address}/api/files`, {
      method: 'POST',
      headers: headers(ada),
      body,
      signal: leaving.signal,
      duplex: 'half',
    } as RequestInit),
  ).rejects.toThrow();
  await expect.poll(incoming, { timeout: 30_000, interval: 20 }).toEqual([]);
});

test('names of files are kept plain', async () => {
  const { body } = await call(ada, '/api/files', {
    method: 'POST',
    body: form({}, 'x', '../../etc/pass\u202Ewd\r\nX: y'),
  });
  expect(body.filename).not.toMatch(/[/\\\r\n\u202e]/);
  const response = await fetch(`${address}/api/files/${body.id}`, { headers: headers(ada) });
  expect(response.headers.get('content-disposition')).toMatch(
    /^attachment; filename="[^"]+"; filename\*=UTF-8''[\w%.~-]+$/,
  );
});
