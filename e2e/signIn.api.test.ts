import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { Browser, send } from '../apps/gateway/src/testing/callers.ts';
import { testDatabase } from '../apps/server/src/database/testing.ts';
import { freePort } from '../checks/testPostgres.ts';
import { cloneRoot } from '../packages/process/src/config.ts';
import { internalKeys } from '../packages/process/src/keys.ts';

const secrets = {
  JWT_SECRET: 'end to end jwt secret, long enough to pass',
  SESSION_SECRET: 'end to end session secret, long enough too',
  ENCRYPTION_KEY: '0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef',
};

let home: string;
let environment: Record<string, string>;
let databaseUrl: string;
let ui: number;
let api: number;
const children: ChildProcess[] = [];

/** Starts one of Summit's processes and waits until it says that it is ready. */
async function start(
  name: string,
  script: string,
  args: string[],
  env: Record<string, string>,
): Promise<ChildProcess> {
  const child = spawn(process.execPath, [join(cloneRoot, script), ...args], {
    env: { PATH: process.env.PATH!, ...env },
  });
  children.push(child);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      output += chunk;
    });
  }
  await vi.waitFor(() => expect(output).toContain(`${name} ready`), { timeout: 60_000, interval: 100 });
  return child;
}

async function startBoth({ SESSION_SECRET, ENCRYPTION_KEY, JWT_SECRET }: typeof secrets): Promise<void> {
  await start('server', 'apps/server/src/main.ts', ['api'], {
    ...environment,
    DATABASE_URL: databaseUrl,
    SESSION_SECRET,
    ENCRYPTION_KEY,
    INTERNAL_PUBLIC_KEY: internalKeys(JWT_SECRET).publicRaw,
  });
  await start('gateway', 'apps/gateway/src/main.ts', [], { ...environment, JWT_SECRET, SESSION_SECRET });
}

async function stopBoth(): Promise<void> {
  for (const child of children.splice(0).reverse()) {
    child.kill('SIGTERM');
    if (child.exitCode === null) await once(child, 'exit');
  }
}

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'summit-e2e-'));
  const { ownerUrl, appUrl } = await testDatabase();
  [ui, api] = [await freePort(), await freePort()];
  environment = {
    SUMMIT_HOME: home,
    UI_PORT: String(ui),
    GATEWAY_PORT: String(api),
    SERVER_PORT: String(await freePort()),
    GATEWAY_METRICS_PORT: String(await freePort()),
    SERVER_METRICS_PORT: String(await freePort()),
    DATABASE_OWNER_URL: ownerUrl,
  };
  databaseUrl = appUrl;
  await startBoth(secrets);
}, 180_000);

afterAll(async () => {
  await stopBoth();
  await rm(home, { recursive: true });
}, 60_000);

// biome-ignore lint/suspicious/noExplicitAny: answers are compared below
async function operator(...words: string[]): Promise<any> {
  const child = spawn(
    process.execPath,
    [join(cloneRoot, 'apps/server/src/main.ts'), 'operator', ...words, '--json'],
    {
      env: { PATH: process.env.PATH!, ...environment, ENCRYPTION_KEY: secrets.ENCRYPTION_KEY },
    },
  );
  const [out, problem] = await Promise.all([text(child.stdout), text(child.stderr)]);
  if (!out) throw new Error(problem);
  return JSON.parse(out);
}

const viewer = JSON.stringify({ query: '{ viewer { id name roles clearance tenant { name } } }' });
const path = (url: string) => new URL(url).pathname;

test('the first link signs the first owner in; GraphQL knows who it is at both doors', async () => {
  const { url, user } = await operator('signin-link');
  expect(url).toBe(`http://localhost:${ui}${path(url)}`);
  const browser = new Browser(ui);
  await browser.pressSignIn(path(url));
  const me = await browser.script('/auth/me');
  expect(me.json.user).toMatchObject({ id: user.id, name: 'Owner', roles: ['owner'], clearance: 'TLP:RED' });

  const asked = await browser.script('/graphql', { method: 'POST', body: viewer });
  expect(asked.json.data.viewer).toMatchObject({ id: user.id, name: 'Owner', tenant: { name: 'Summit' } });

  const { token } = await operator('token-create', '--name', 'end to end');
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const program = await send(api, '/graphql', { method: 'POST', headers, body: viewer });
  expect(program.json.data.viewer.id).toBe(user.id);
});

test('a second person in a second browser is somebody else, until disabled', async () => {
  await operator('user-add', 'Grace', '--role', 'reader', '--clearance', 'TLP:GREEN');
  const { url } = await operator('signin-link', '--user', 'Grace');
  const browser = new Browser(ui);
  await browser.pressSignIn(path(url));
  expect((await browser.script('/auth/me')).json.user).toMatchObject({ name: 'Grace', roles: ['reader'] });

  const again = new Browser(ui);
  expect((await again.pressSignIn(path(url))).status).toBe(401);

  await operator('user-disable', 'Grace');
  // The promise is 5 s; six times that for a busy machine.
  await vi.waitFor(async () => expect((await browser.script('/auth/me')).status).toBe(401), {
    timeout: 30_000,
    interval: 100,
  });
});

test('every process is ready, and says so through the gateway', async () => {
  expect((await send(api, '/health/ready')).json).toEqual({ status: 'ready' });
  expect((await send(api, '/health/detailed')).json).toMatchObject({
    status: 'ok',
    services: { postgres: 'healthy', server: 'healthy', neo4j: 'not-configured', redis: 'not-configured' },
    errors: [],
  });
});

test('with new secrets everybody signs in again, and nothing fails on the way; tokens of programs stay', async () => {
  const { url } = await operator('signin-link');
  const browser = new Browser(ui);
  await browser.pressSignIn(path(url));
  expect((await browser.script('/auth/me')).status).toBe(200);
  // Half-way through signing in.
  const midway = new Browser(ui);
  const begun = await midway.once('/auth/login');
  expect(begun.status).toBe(303);
  const { token } = await operator('token-create', '--name', 'kept');

  await stopBoth();
  await startBoth({
    ...secrets,
    JWT_SECRET: 'another end to end jwt secret, long enough to pass',
    SESSION_SECRET: 'another end to end session secret, long enough',
  });
  const asked = { method: 'POST', body: viewer };
  for (const answer of [await browser.script('/auth/me'), await browser.script('/graphql', asked)]) {
    expect(answer.status).toBe(401);
    expect(answer.text).toContain('"UNAUTHENTICATED"');
  }
  expect(await browser.script('/auth/session')).toMatchObject({ status: 200, json: { user: null } });
  expect((await midway.go(path(begun.headers.location!))).status).toBeLessThan(500);
  expect((await midway.go('/auth/callback?code=x&state=y')).status).toBeLessThan(500);
  const again = await operator('signin-link');
  for (const who of [browser, midway]) {
    await who.pressSignIn(path(who === browser ? again.url : (await operator('signin-link')).url));
    expect((await who.script('/auth/me')).json.user).toMatchObject({ name: 'Owner' });
  }
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  expect((await send(api, '/graphql', { ...asked, headers })).json.data.viewer.name).toBe('Owner');

  // Who signs out with a session of before is signed out.
  const old = new Browser(ui);
  old.cookies.set([...browser.cookies.keys()].find((name) => name.includes('session'))!, {
    value: 'g'.repeat(43),
    path: '/',
    attributes: '',
  });
  expect(await old.script('/auth/logout', { method: 'POST', body: '{}' })).toMatchObject({
    status: 200,
    json: { signedOut: true },
  });
}, 180_000);
