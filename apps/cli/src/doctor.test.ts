import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { envFileFindings, judgeDatabase, judgePeople } from './doctor.ts';

const sound = {
  settings: { max_prepared_transactions: '0', max_connections: '60' },
  connections: 5,
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
