import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { freePort } from '../../../checks/testPostgres.ts';
import { startPostgres } from './embeddedPostgres.ts';
import { makeReachable } from './postgresBinaries.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'summit postgres '));
  await makeReachable(folder);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const options = async () => ({
  dataDir: join(folder, 'postgres'),
  port: await freePort(),
  settings: { fsync: 'off', shared_buffers: '32MB' },
});

const accepts = (port: number) =>
  new Promise<boolean>((done) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      done(true);
    });
    socket.once('error', () => done(false));
  });

test('a first start makes the cluster in a path with spaces and keeps its passwords private', async () => {
  const chosen = await options();
  const first = await startPostgres(chosen);
  expect(await accepts(chosen.port)).toBe(true);
  await first.stop();
  expect(await accepts(chosen.port)).toBe(false);

  const second = await startPostgres(chosen);
  await second.stop();
  expect(second.ownerUrl).toBe(first.ownerUrl);
  const { mode } = await stat(join(folder, 'postgres-logins.json'));
  expect(mode & 0o777).toBe(0o600);
  expect(await readFile(join(folder, 'postgres', 'pg_hba.conf'), 'utf8')).not.toContain('trust');
});

test('a server killed without warning is started again at once', async () => {
  const chosen = await options();
  const first = await startPostgres(chosen);
  process.kill(first.pid, 'SIGKILL');
  await first.exited;
  const second = await startPostgres(chosen);
  expect(await accepts(chosen.port)).toBe(true);
  await second.stop();
});

test('a server that outlived its supervisor is replaced', async () => {
  const chosen = await options();
  const orphan = await startPostgres(chosen);
  const next = await startPostgres(chosen);
  await orphan.exited;
  expect(next.pid).not.toBe(orphan.pid);
  await next.stop();
});

test('lost passwords are replaced by new ones', async () => {
  const chosen = await options();
  const first = await startPostgres(chosen);
  await first.stop();
  await rm(join(folder, 'postgres-logins.json'));
  const second = await startPostgres(chosen);
  expect(second.appUrl).not.toBe(first.appUrl);
  await second.stop();
});

test('a taken port is named with what to do', async () => {
  const chosen = await options();
  const holder = createServer().listen(chosen.port, '127.0.0.1');
  try {
    await expect(startPostgres(chosen)).rejects.toThrow(`Port ${chosen.port} is taken`);
  } finally {
    holder.close();
  }
});
