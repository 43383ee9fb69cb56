import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { getPriority } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Product, runSummit, startProduct } from './product.ts';

type Service = { service: string; pid: number | null; state: string; restarts: number };

let product: Product;
beforeAll(async () => {
  product = await startProduct();
});
afterAll(() => product?.stop());

const services = (): Service[] =>
  (JSON.parse(readFileSync(join(product.home, 'run/state.json'), 'utf8')) as { services: Service[] })
    .services;
const supervisor = (): number => Number(readFileSync(join(product.home, 'run/lock'), 'utf8'));
const pidOf = (name: string): number => services().find(({ service }) => service === name)!.pid!;

const isReady = async (): Promise<boolean> =>
  fetch(`${product.api}/health/ready`).then(
    ({ ok }) => ok,
    () => false,
  );

async function until(what: string, condition: () => boolean | Promise<boolean>): Promise<void> {
  for (const deadline = Date.now() + 60_000; !(await condition()); await delay(50)) {
    if (Date.now() > deadline) throw new Error(`not within a minute: ${what}`);
  }
}

const viewer = async (token: string): Promise<number> => {
  const response = await fetch(`${product.api}/graphql`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ query: '{ viewer { id } }' }),
  });
  return response.status;
};

test('background work gives way to what people wait for, in the database too', async () => {
  const priorities = (): Record<string, number> =>
    Object.fromEntries(
      ['postgres', 'server', 'worker', 'gateway'].map((name) => [name, getPriority(pidOf(name))]),
    );
  await until('the worker has a low priority', async () => priorities().worker === 5);
  expect(priorities()).toEqual({ postgres: 0, server: 0, worker: 5, gateway: 0 });
  const sessions = async () => {
    const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
    const parents = await Promise.all(
      pids.map((pid) => readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')),
    );
    return pids.filter((_, at) => parents[at]!.split(') ')[1]?.split(' ')[1] === String(pidOf('postgres')));
  };
  await until('so have its sessions', async () => (await sessions()).some((pid) => getPriority(pid) === 5));
});

test.each(['postgres', 'server', 'worker', 'gateway'])(
  '%s killed without warning comes back by itself',
  async (name) => {
    const before = pidOf(name);
    process.kill(before, 'SIGKILL');
    await until(`${name} is started again`, () => {
      const { pid, state } = services().find(({ service }) => service === name)!;
      return state === 'up' && pid !== null && pid !== before;
    });
    await until('everything is ready', isReady);
  },
);

test('all killed at once come back, and the tokens made before still work', async () => {
  const token = await product.token('before the crash');
  for (const { pid } of services()) if (pid) process.kill(pid, 'SIGKILL');
  await until('everything is ready', isReady);
  await until('the token is accepted', async () => (await viewer(token)) === 200);
});

test('a second up finds it running', async () => {
  const before = supervisor();
  expect(JSON.parse(await product.summit('up', '--json'))).toMatchObject({ already: true, ui: product.ui });
  expect(supervisor()).toBe(before);
});

test('a second up with other settings says which it was not started with', async () => {
  const before = supervisor();
  expect(JSON.parse(await product.summit('up', '--json'))).toMatchObject({ changed: [] });
  const said = await runSummit({ ...product.env, LOG_LEVEL: 'warn' }, ['up']);
  expect(said).toContain('It was started with other values of LOG_LEVEL.');
  expect(supervisor()).toBe(before);
});

test('after the supervisor itself was killed, up starts cleanly', async () => {
  const before = services().map(({ pid }) => pid);
  process.kill(supervisor(), 'SIGKILL');
  expect(JSON.parse(await product.summit('up', '--json'))).toMatchObject({ already: false });
  expect(services().map(({ pid }) => pid)).not.toContainEqual(expect.toBeOneOf(before));
  expect(await isReady()).toBe(true);
});

test('no link and no secret stands in any log or in the list of processes', async () => {
  const { url } = JSON.parse(await product.summit('signin-link', '--json')) as { url: string };
  const secret = url.split('/').at(-1)!;
  // Opened at the door and asked for at random: neither leaves the token anywhere.
  expect((await fetch(url)).status).toBeLessThan(500);
  expect((await fetch(`${product.api}/healthz?${secret}`)).ok).toBe(true);
  const logs = readdirSync(join(product.home, 'logs')).map((name) =>
    readFileSync(join(product.home, 'logs', name), 'utf8'),
  );
  for (const name of ['JWT_SECRET', 'SESSION_SECRET', 'ENCRYPTION_KEY']) {
    expect(logs.join('\n')).not.toContain(product.env[name]!);
  }
  expect(logs.join('\n')).not.toContain(secret);
  for (const name of ['server', 'worker'] as const) {
    const environment = readFileSync(`/proc/${pidOf(name)}/environ`, 'utf8');
    expect(environment).not.toMatch(/JWT_SECRET=|DATABASE_OWNER_URL=/);
  }
});

test('down keeps the data, and a taken port is refused with one sentence', async () => {
  const digest = await product.summit('digest', '--json');
  await product.summit('down');
  expect(await isReady()).toBe(false);
  const holder = createServer().listen(Number(product.env.UI_PORT), '127.0.0.1');
  try {
    await expect(product.summit('up')).rejects.toThrow(
      `Port ${product.env.UI_PORT} is taken. Stop what uses it, or set UI_PORT`,
    );
  } finally {
    await new Promise((done) => holder.close(done));
  }
  await product.summit('up', '--json');
  expect(JSON.parse(await product.summit('digest', '--json')).content).toBe(JSON.parse(digest).content);
});

test('reset refuses a folder that is not ours', async () => {
  const stranger = { ...product.env, SUMMIT_HOME: join(product.home, 'postgres') };
  expect(existsSync(stranger.SUMMIT_HOME)).toBe(true);
  await expect(runSummit(stranger, ['reset', '--yes'])).rejects.toThrow('was not made by Summit');
});

const AT_A_TERMINAL = 'import os, pty, sys; sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))';

/** Runs a command at a terminal and answers its question; resolves to what stood there and its exit code. */
function answered(env: NodeJS.ProcessEnv, words: string[], answer: string) {
  const cwd = resolve(import.meta.dirname, '..');
  const child = spawn('python3', ['-c', AT_A_TERMINAL, ...words], { cwd, env });
  return new Promise<{ code: number | null; said: string }>((done, failed) => {
    let said = '';
    let asked = false;
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      if (asked || !said.includes('Type yes: ')) return;
      asked = true;
      child.stdin.write(answer);
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
    child.once('error', failed);
    child.once('close', (code) => done({ code, said }));
  });
}

const CTRL_C = '\x03';
const CTRL_D = '\x04';

test('reset asks: only yes deletes, and any other answer is no failure', async () => {
  const home = join(product.home, 'run', 'another');
  mkdirSync(home);
  writeFileSync(join(home, '.summit-home'), '');
  const env = { ...product.env, SUMMIT_HOME: home };
  for (const answer of ['no\n', '\n', CTRL_D, CTRL_C]) {
    const { code, said } = await answered(env, ['make', 'reset'], answer);
    expect(said).toMatch(/Type yes: .*\nNothing was deleted\.\s*$/s);
    expect(code).toBe(0);
    expect(existsSync(home)).toBe(true);
  }
  const { code, said } = await answered(env, ['make', 'reset'], 'yes\n');
  expect(said).toContain(`Deleted ${home}.`);
  expect(code).toBe(0);
  expect(existsSync(home)).toBe(false);
  // Nobody is there to be asked: that is one.
  await expect(runSummit(product.env, ['reset'])).rejects.toThrow('to answer yes: bin/summit reset --yes');
});

test('two of them run side by side', async () => {
  const twin = await startProduct();
  try {
    expect((await fetch(`${twin.api}/health/ready`)).ok).toBe(true);
    expect(await isReady()).toBe(true);
  } finally {
    await twin.stop();
  }
});
