import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig } from '@summit/process/config';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { envExample } from './envExample.ts';
import { fillSecrets, parseEnvFile, prepareEnvFile, readEnvironment } from './envFile.ts';

let clone: string;
beforeEach(async () => {
  clone = await mkdtemp(join(tmpdir(), 'summit clone '));
  await writeFile(join(clone, '.env.example'), envExample());
});
afterEach(() => rm(clone, { recursive: true, force: true }));

const env = () => readFile(join(clone, '.env'), 'utf8');

test('lines, quotes and comments are read', () => {
  expect(parseEnvFile('# note\nA=1\n export B = two words \nC="x # y"\nD=z # why\nE=\nbad line\n')).toEqual({
    A: '1',
    B: 'two words',
    C: 'x # y',
    D: 'z',
    E: '',
  });
});

test('without .env one is made, private, with strong secrets that need no quoting', async () => {
  expect((await prepareEnvFile(clone)).created).toBe(true);
  expect((await stat(join(clone, '.env'))).mode & 0o777).toBe(0o600);
  const values = parseEnvFile(await env());
  for (const name of ['JWT_SECRET', 'JWT_REFRESH_SECRET', 'SESSION_SECRET']) {
    expect(values[name]).toMatch(/^[\w-]{48}$/);
  }
  expect(values.ENCRYPTION_KEY).toMatch(/^[0-9a-f]{64}$/);
  expect(() => readConfig(values, ['JWT_SECRET', 'SESSION_SECRET', 'ENCRYPTION_KEY'])).not.toThrow();
});

test('what is set is never overwritten, and every other byte stays', async () => {
  await writeFile(
    join(clone, '.env'),
    '# mine\nUI_PORT=3001\nJWT_SECRET=keep-this-value\nSESSION_SECRET=\n',
    { mode: 0o644 },
  );
  expect(await prepareEnvFile(clone)).toEqual({
    created: false,
    filled: ['JWT_REFRESH_SECRET', 'SESSION_SECRET', 'ENCRYPTION_KEY'],
  });
  const text = await env();
  expect(text).toContain('# mine\nUI_PORT=3001\nJWT_SECRET=keep-this-value\nSESSION_SECRET=');
  expect((await stat(join(clone, '.env'))).mode & 0o777).toBe(0o600);
  expect((await prepareEnvFile(clone)).filled).toEqual([]);
  expect(await env()).toBe(text);
});

test('a file that ends without a line break is continued correctly', () => {
  const { text } = fillSecrets('UI_PORT=3001');
  expect(text.split('\n')[0]).toBe('UI_PORT=3001');
});

test('the environment wins over the file; empty means unset in both', async () => {
  await writeFile(join(clone, '.env'), 'UI_PORT=3001\nGATEWAY_PORT=8081\nLOG_LEVEL=debug\n');
  const found = await readEnvironment(clone, { UI_PORT: '3002', GATEWAY_PORT: '' });
  expect(found).toMatchObject({ UI_PORT: '3002', GATEWAY_PORT: '8081', LOG_LEVEL: 'debug' });
});
