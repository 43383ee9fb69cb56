import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { machineProblem, program } from './main.ts';
import { runToEnd } from './runToEnd.ts';

const commands = program().commands;
const leaves = commands.flatMap((each) => (each.commands.length > 0 ? each.commands : [each]));

test('every command that is promised exists', () => {
  const promised = [
    'up',
    'down',
    'reset',
    'status',
    'logs',
    'doctor',
    'smoke',
    'migrate',
    'import',
    'export',
    'query',
  ];
  promised.push('undo', 'digest', 'user', 'signin-link', 'token', 'bench');
  expect(commands.map((each) => each.name())).toEqual(expect.arrayContaining(promised));
});

test('each says what it does, and prints JSON where it reports', () => {
  for (const each of leaves) {
    expect(each.helpInformation()).toContain('Usage:');
    expect(each.description(), each.name()).not.toBe('');
    if (!['bench', 'check', 'schema', 'servers', 'test'].includes(each.name())) {
      expect(
        each.options.map(({ long }) => long),
        each.name(),
      ).toContain('--json');
    }
  }
});

test('what the machine refuses is one sentence; our own faults stay visible', () => {
  const problem = (code: string) => machineProblem(Object.assign(new Error(code), { code, path: '/data' }));
  expect(problem('EACCES')).toContain('/data belongs to another user');
  expect(problem('ENOSPC')).toContain('The disk is full');
  expect(problem('EROFS')).toContain('/data is read-only');
  expect(problem('ERR_SOMETHING')).toBeUndefined();
});

test('production hears at once that this version brings its own database', async () => {
  const home = await mkdtemp(join(tmpdir(), 'summit-production-'));
  const env = {
    ...process.env,
    NODE_ENV: 'production',
    SUMMIT_HOME: home,
    SUMMIT_MODE: '',
    OIDC_ISSUER: 'https://login.example',
    OIDC_CLIENT_ID: 'summit',
  };
  const { code, output } = await runToEnd(process.execPath, [join(import.meta.dirname, 'main.ts'), 'up'], {
    env,
  });
  expect({ code, output }).toEqual({
    code: 2,
    output: expect.stringContaining('NODE_ENV=production refuses the embedded database.'),
  });
  await rm(home, { recursive: true });
});
