import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { RotatingLog } from './rotatingLog.ts';
import { SupervisedProcess } from './supervisedProcess.ts';

let folder: string;
let log: RotatingLog;
let running: SupervisedProcess | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'summit-process-'));
  log = new RotatingLog(join(folder, 'probe.log'), 'probe');
});
afterEach(async () => {
  await running?.stop();
  running = undefined;
  rmSync(folder, { recursive: true, force: true });
});

const steady = `process.on('SIGTERM', () => process.exit(0)); setInterval(() => {}, 1000); process.send({ ready: true });`;

function probe(code: string) {
  const waiting: (() => void)[] = [];
  const supervised: SupervisedProcess = new SupervisedProcess({
    name: 'probe',
    arguments: ['--input-type=module', '-e', code],
    env: { PATH: process.env.PATH },
    port: null,
    log,
    onChange: () => waiting.splice(0).forEach((wake) => void wake()),
  });
  running = supervised;
  const until = async (condition: () => boolean) => {
    while (!condition()) await new Promise<void>((done) => waiting.push(done));
  };
  return { supervised, until };
}

test('it is up once it says so, and stops in order', async () => {
  const { supervised } = probe(steady);
  await supervised.start();
  expect(supervised.status).toMatchObject({ state: 'up', restarts: 0, pid: expect.any(Number) });
  await supervised.stop();
  expect(supervised.status).toMatchObject({ state: 'stopped', pid: null });
});

test('a process that is killed is started again under a new number', async () => {
  const { supervised, until } = probe(steady);
  await supervised.start();
  const first = supervised.status.pid!;
  process.kill(first, 'SIGKILL');
  await until(() => supervised.status.state === 'up' && supervised.status.pid !== first);
  expect(supervised.status.restarts).toBe(1);
  expect(readFileSync(log.path, 'utf8')).toContain('probe ended (SIGKILL); starting again in 250 ms');
});

test('a process that cannot start fails with its last words instead of looping', async () => {
  const { supervised } = probe(`console.error('no such setting'); process.exit(2);`);
  await expect(supervised.start()).rejects.toThrow('no such setting');
  expect(supervised.status.state).toBe('stopped');
});
