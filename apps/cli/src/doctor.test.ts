import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { envFileFindings, judgePeople } from './doctor.ts';
import { judgeDatabase, judgeReplicas, judgeRoom } from './doctorDatabase.ts';

const sound = {
  settings: { max_prepared_transactions: '0', max_connections: '60' },
  connections: 5,
  login: 'summit_owner',
  sees: true,
  prepared: [],
  holders: [],
};

test('a sound database has nothing wrong', () => {
  expect(judgeDatabase(sound)).toEqual([]);
});

test('prepared transactions and whoever holds back the change log are named with the mend', () => {
  const holder = {
    pid: 4711,
    login: 'report',
    application: 'psql',
    state: 'idle in transaction',
    writes: true,
    seconds: 61.2,
  };
  const found = judgeDatabase({
    ...sound,
    settings: { ...sound.settings, max_prepared_transactions: '10' },
    prepared: [{ gid: 'lost', seconds: 90 }],
    holders: [holder],
  });
  expect(found).toHaveLength(3);
  expect(found[1]!.problem).toContain('lost');
  expect(found[2]).toMatchObject({ mend: expect.stringContaining('pg_terminate_backend(4711)') });
  expect(found[2]!.problem).toContain('61 s');
});

test('connections that run out are a warning', () => {
  expect(judgeDatabase({ ...sound, connections: 55 })).toMatchObject([{ warning: true }]);
});

test('pools that do not fit into what the database grants are a warning, with the numbers', () => {
  const settings = {
    max_connections: '60',
    superuser_reserved_connections: '3',
    reserved_connections: '0',
  };
  const pools = (size: number) => ({ PG_WRITE_POOL_SIZE: size, PG_READ_POOL_SIZE: size });
  const beside = { server: 4, worker: 7 };
  expect(judgeRoom(settings, pools(8), beside)).toEqual([]);
  expect(judgeRoom(settings, pools(20), beside)).toEqual([
    expect.objectContaining({
      problem: 'Server and worker may need 95 connections, and the database grants 57.',
      mend: 'Raise max_connections to 98, or lower PG_WRITE_POOL_SIZE and PG_READ_POOL_SIZE.',
      warning: true,
    }),
  ]);
});

test('an owner who does not see sessions, and replicas that cannot serve, are warnings', () => {
  expect(judgeDatabase({ ...sound, sees: false })).toMatchObject([
    { mend: 'As a superuser: grant pg_monitor to summit_owner', warning: true },
  ]);
  const replica = { place: 'db2:5432/summit', problem: null, behindBytes: 0 };
  expect(judgeReplicas([replica])).toEqual([]);
  expect(
    judgeReplicas([
      { ...replica, behindBytes: 200 * 1024 * 1024 },
      { ...replica, problem: 'it follows nobody' },
    ]).map(({ problem }) => problem),
  ).toEqual(['db2:5432/summit is 200 MB behind.', 'db2:5432/summit: it follows nobody.']);
});

test('an .env that others can read, with empty or equal secrets, is reported', async () => {
  const clone = await mkdtemp(join(tmpdir(), 'summit-doctor-'));
  try {
    expect(await envFileFindings(clone, {})).toMatchObject([{ about: '.env', mend: 'make bootstrap' }]);
    await writeFile(join(clone, '.env'), 'JWT_SECRET=one\nSESSION_SECRET=one\nENCRYPTION_KEY=\n', {
      mode: 0o644,
    });
    const text = (await envFileFindings(clone, {})).map(({ problem }) => problem).join(' ');
    expect(text).toContain('Other users');
    expect(text).toContain('JWT_REFRESH_SECRET, ENCRYPTION_KEY are empty');
    expect(text).toContain('SESSION_SECRET is the same as JWT_SECRET');
  } finally {
    await rm(clone, { recursive: true, force: true });
  }
});

test('that every owner is disabled is found, with whom to let in again', () => {
  const owner = (name: string, disabledAt: string | null) => ({ name, roles: ['owner'], disabledAt });
  const analyst = { name: 'Ann', roles: ['analyst'], disabledAt: null };
  const then = '2026-01-01T00:00:00Z';
  expect(judgePeople([owner('Owner', then), analyst])).toMatchObject([
    { about: 'people', mend: 'bin/summit user enable "Owner"' },
  ]);
  expect(judgePeople([owner('Owner', then), owner('Other', null)])).toEqual([]);
});
