import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { runSummit } from './product.ts';

const env = JSON.parse(inject('productEnv')) as NodeJS.ProcessEnv;
const summit = (...arguments_: string[]) => runSummit(env, arguments_);
const json = async <T>(...arguments_: string[]): Promise<T> =>
  JSON.parse(await summit(...arguments_, '--json')) as T;

let folder: string;
let file: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'summit command line '));
  file = join(folder, 'people.ndjson');
  const entities = [
    { id: 'p1', schema: 'Person', properties: { name: ['Avery Patel'], country: ['ee'] } },
    { id: 'c1', schema: 'Company', properties: { name: ['Kalda Marine OÜ'] } },
    { id: 'd1', schema: 'Directorship', properties: { director: ['p1'], organization: ['c1'] } },
  ];
  await writeFile(
    file,
    `${entities.map((entity) => JSON.stringify(entity)).join('\n')}\n{"not": "an entity"}\n`,
  );
});
afterAll(() => rm(folder, { recursive: true, force: true }));

type Counts = { created: number; updated: number; unchanged: number; removed: number };
type Result = { import: string; rows: number; rejects: number; records: Counts; relationships: Counts };
const digest = async (dataset: string) =>
  (await json<{ content: string }>('digest', '--dataset', dataset)).content;

test('smoke waits, probes both doors, writes a fact, reads it back and undoes it', async () => {
  expect((await summit('smoke')).split('\n')).toEqual([
    'waiting up to 45 s',
    '✅ UI is up',
    '✅ Gateway is up',
    expect.stringMatching(/^✅ A fact was written, read back and undone/),
  ]);
});

test('a file is previewed, imported, imported again without a change, and taken back', async () => {
  const preview = await json<Result>('import', file, '--dataset', 'line', '--preview');
  expect(preview).toMatchObject({ records: { created: 2 }, relationships: { created: 1 }, rejects: 1 });
  await expect(digest('line')).rejects.toThrow();

  const first = await json<Result>('import', file, '--dataset', 'line', '--format', 'ftm');
  expect(first).toMatchObject({
    rows: 4,
    records: { created: 2 },
    relationships: { created: 1 },
    rejects: 1,
  });
  const content = await digest('line');
  const again = await json<Result>('import', file, '--dataset', 'line', '--format', 'ftm');
  expect(again).toMatchObject({ records: { created: 0, unchanged: 2 }, relationships: { unchanged: 1 } });
  expect(await digest('line')).toBe(content);

  await summit('undo', '--import', first.import);
  const { edges } = JSON.parse(
    await summit('query', '{ datasets { edges { node { key counts { records relationships } } } } }'),
  ).datasets as { edges: { node: { key: string; counts: object } }[] };
  const left = edges.find(({ node }) => node.key === 'line');
  expect(left?.node.counts ?? { records: 0, relationships: 0 }).toEqual({ records: 0, relationships: 0 });
});

test('what is exported can be imported elsewhere, counts and all', async () => {
  const options = ['--dataset', 'out', '--format', 'ftm'];
  await json<Result>('import', file, ...options);
  const target = join(folder, 'out.ftm.json');
  await summit('export', ...options, '--output', target);
  expect((await readFile(target, 'utf8')).trim().split('\n')).toHaveLength(3);
  const copied = await json<Result>('import', target, '--dataset', 'copy', '--format', 'ftm');
  expect(copied).toMatchObject({ records: { created: 2 }, relationships: { created: 1 }, rejects: 0 });
});

test('how a table is read is said, and a preview prints the mapping', async () => {
  const table = join(folder, 'companies.csv');
  await writeFile(table, 'company number,name,address\n1,Kalda Marine,"Sadama 1"\n');
  const said = await summit('import', table, '--dataset', 'told', '--preview');
  expect(said).toMatch(/^Read as CSV \(recognised\); each row an? \w+ \(guessed\): .*name ← name/m);
  expect(said).toContain('queries:');
  await expect(summit('import', folder, '--dataset', 'told')).rejects.toThrow(/is a folder; name a file/);
});

test('what is not there to export is answered with what is', async () => {
  await json<Result>('import', file, '--dataset', 'there', '--format', 'ftm');
  await expect(summit('export', '--dataset', 'nope')).rejects.toThrow(
    /There is no dataset "nope"\. There is: .*there/,
  );
  const title = 'A case to export';
  const made = JSON.parse(
    await summit('query', `mutation { createInvestigation(input: {title: "${title}"}) { ids } }`),
  ) as { createInvestigation: { ids: [string] } };
  const [id] = made.createInvestigation.ids;
  for (const wrong of ['nope', '00000000-0000-7000-8000-00000000000f'])
    await expect(summit('export', '--investigation', wrong)).rejects.toThrow(`${id}  ${title}`);
});

test('the undo of the last act says what it took back, and how to have it again', async () => {
  const title = 'A case to take back';
  await summit('query', `mutation { createInvestigation(input: {title: "${title}"}) { ids } }`);
  const cases = async () => summit('query', '{ investigations { edges { node { title } } } }');
  await expect(summit('undo')).rejects.toThrow(/asks before it takes back .*A case to take back.*--yes/);
  expect(await cases()).toContain(title);
  const said = await summit('undo', '--yes');
  expect(said).toMatch(/^Taken back: “.*A case to take back.*”, by Owner, \d{4}-\d\d-\d\d \d\d:\d\d UTC\.$/m);
  expect(await cases()).not.toContain(title);
  const again = /bin\/summit (undo (?:-- )?[\w-]+)/.exec(said)![1]!;
  await summit(...again.split(' '));
  expect(await cases()).toContain(title);
});

test('a question is asked as text, with variables, and a wrong one is answered with the server’s words', async () => {
  const answer = JSON.parse(await summit('query', '{ viewer { name roles } }')) as {
    viewer: { roles: string[] };
  };
  expect(answer.viewer.roles).toContain('owner');
  const document = 'query Find($text: String!) { search(query: $text) { hits { entity { caption } } } }';
  expect(await summit('query', document, '--variables', '{"text":"Kalda Marine"}')).toContain('Kalda');
  await expect(summit('query', '{ nothing }')).rejects.toThrow(/nothing/);
});

test('a second person gets a link of their own; tokens are made by name', async () => {
  expect(await summit('user', 'add', 'Second Person', '--role', 'analyst')).toContain(
    'role analyst, clearance TLP:RED: reads everything in the tenant.',
  );
  expect(
    await summit('user', 'add', 'Careful Person', '--role', 'reader', '--clearance', 'TLP:GREEN'),
  ).toContain('clearance TLP:GREEN: reads what is marked up to TLP:GREEN, and changes nothing.');
  const { url } = await json<{ url: string }>('signin-link', '--user', 'Second Person');
  expect(url.startsWith(`${inject('productUi')}/auth/link/`)).toBe(true);
  expect((await json<{ token: string }>('token', 'create', '--name', 'notebook')).token).toMatch(/^smt_/);
});

test('a person is disabled and enabled again, a token is revoked, and both are listed', async () => {
  const name = 'Third Person';
  await summit('user', 'add', name);
  const { token } = await json<{ token: string }>('token', 'create', '--name', 'third', '--user', name);
  const ask = async () => {
    const { status } = await fetch(`${inject('productApi')}/graphql`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: '{"query":"{ viewer { name } }"}',
    });
    return status;
  };
  const listed = async () =>
    (await json<{ name: string; disabledAt: string | null }[]>('user', 'list')).find(
      (each) => each.name === name,
    );
  expect(await ask()).toBe(200);
  expect(await summit('user', 'disable', name)).toContain('Third Person is disabled');
  expect(await listed()).toMatchObject({ disabledAt: expect.any(String) });
  expect(await summit('user', 'list')).toMatch(/Third Person +analyst +TLP:RED +disabled/);
  await expect.poll(ask, { timeout: 30_000 }).toBe(401);
  expect(await json('user', 'enable', name)).toMatchObject({ name, disabled: false });
  await expect.poll(ask, { timeout: 30_000 }).toBe(200);
  expect(await summit('token', 'list')).toMatch(/third +Third Person +analyst/);
  expect(await json('token', 'revoke', 'third')).toMatchObject({ revoked: [expect.any(String)] });
  await expect.poll(ask, { timeout: 30_000 }).toBe(401);
  await expect(summit('token', 'revoke', 'third')).rejects.toThrow(/no such thing/);
  await expect(summit('user', 'disable', 'Nobody At All')).rejects.toThrow(/there is no person/);
});

test('status, logs and doctor report', async () => {
  const status = await json<{ running: boolean; services: { service: string }[] }>('status');
  expect(status.running).toBe(true);
  expect(status.services.map(({ service }) => service).sort()).toEqual([
    'gateway',
    'postgres',
    'server',
    'worker',
  ]);
  // A shell with other settings is told where it runs, not where they say.
  const elsewhere = await runSummit({ ...env, GATEWAY_PORT: '8999' }, ['status']);
  expect(elsewhere).toContain(`API  ${inject('productApi')}`);
  expect(elsewhere).toMatch(/other ports than are set here \(.*8999\)/);
  // The product serves the other files of this run too: its first lines may stand far above.
  const all = ['--no-follow', '--lines', '1000000'];
  expect(await summit('logs', 'gateway', ...all)).toContain('gateway ready');
  expect(await summit('logs', 'migrate', ...all)).toContain('migrations completed');
  const lines = (await summit('logs', 'server', '--no-follow', '--json')).split('\n');
  for (const line of lines) expect(() => JSON.parse(line)).not.toThrow();
  await expect(summit('logs', 'nobody', '--no-follow')).rejects.toThrow('There is no log of nobody');
});

test('both doors answer on IPv4 and IPv6 and nowhere else', async () => {
  for (const door of [inject('productUi'), inject('productApi')]) {
    const { port } = new URL(door);
    for (const host of ['127.0.0.1', '[::1]', 'localhost']) {
      expect((await fetch(`http://${host}:${port}/healthz`)).status, `${host}:${port}`).toBe(200);
    }
  }
});
