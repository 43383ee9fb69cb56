import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { runToEnd } from '../apps/cli/src/runToEnd.ts';
import { type NameServer, startNameServer } from './names.ts';

let names: NameServer;
beforeAll(async () => {
  names = await startNameServer();
});
afterAll(() => names?.close());
afterEach(() => names.heal());

/** What a program of its own is told, by the C library. */
async function lookUp(name: string): Promise<string> {
  const code = `require('node:dns').lookup(${JSON.stringify(name)}, (error, address) => console.log(error?.code ?? address))`;
  const [command, ...words] = [...names.through, process.execPath, '-e', code];
  return (await runToEnd(command!, words)).output.trim();
}

test('a name leads where it is pointed, at once when that changes; the machine’s own names stay', async () => {
  names.points('db.summit.test', '127.0.0.1');
  expect(await lookUp('db.summit.test')).toBe('127.0.0.1');
  names.points('db.summit.test', '127.0.0.2');
  expect(await lookUp('db.summit.test')).toBe('127.0.0.2');
  expect(await lookUp('other.summit.test')).toBe('ENOTFOUND');
  expect(await lookUp('localhost')).toMatch(/^(127\.0\.0\.1|::1)$/);
});

test('it refuses, has a fault, is late, and says nothing', async () => {
  names.points('db.summit.test', '127.0.0.1');
  names.fails('NXDOMAIN');
  expect(await lookUp('db.summit.test')).toBe('ENOTFOUND');
  names.fails('SERVFAIL');
  expect(await lookUp('db.summit.test')).toBe('EAI_AGAIN');
  names.heal();
  names.late(1_000);
  const started = performance.now();
  expect(await lookUp('db.summit.test')).toBe('127.0.0.1');
  expect(performance.now() - started).toBeGreaterThan(1_000);
  names.silent();
  const before = names.asked;
  expect(await lookUp('db.summit.test')).toBe('EAI_AGAIN');
  expect(names.asked).toBeGreaterThan(before);
});
