import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { postgresLevel, RotatingLog } from './rotatingLog.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'summit-logs-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('JSON lines stay, anything else becomes one', () => {
  const log = new RotatingLog(join(folder, 'server.log'), 'server');
  log.line('{"level":"info","message":"hello"}');
  log.line('Error: boom', 'error');
  log.line('  ');
  const lines = readFileSync(log.path, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(lines[0]).toEqual({ level: 'info', message: 'hello' });
  expect(lines[1]).toMatchObject({ level: 'error', process: 'server', message: 'Error: boom' });
  expect(lines).toHaveLength(2);
});

test('the file is cut by size and only a few old ones are kept', () => {
  const log = new RotatingLog(join(folder, 'server.log'), 'server', {}, 200);
  for (let count = 0; count < 50; count++) log.line(JSON.stringify({ message: `line ${count}` }));
  expect(readdirSync(folder).sort()).toEqual([
    'server.log',
    ...[1, 2, 3, 4].map((age) => `server.log.${age}`),
  ]);
  for (const name of readdirSync(folder))
    expect(readFileSync(join(folder, name)).length).toBeLessThanOrEqual(200);
  expect(readFileSync(log.path, 'utf8')).toContain('line 49');
});

test('secrets and link tokens never reach the file', () => {
  const log = new RotatingLog(join(folder, 'server.log'), 'server', {
    JWT_SECRET: 'canary-value-0123456789',
  });
  log.line('started with canary-value-0123456789 and smt_0123456789abcdef');
  expect(readFileSync(log.path, 'utf8')).not.toMatch(/canary|smt_0123/);
});

test.each([
  ['2026-01-01 00:00:00.000 UTC [1] FATAL:  the database system is starting up', 'fatal'],
  ['2026-01-01 00:00:00.000 UTC [1] ERROR:  deadlock detected', 'error'],
  ['2026-01-01 00:00:00.000 UTC [1] WARNING:  odd', 'warn'],
  ['2026-01-01 00:00:00.000 UTC [1] LOG:  checkpoint complete', 'info'],
])('%s', (line, level) => {
  expect(postgresLevel(line)).toBe(level);
});
