import { appendFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { prepareWeb } from './web.ts';

/** A clone whose builder only counts how often it was called: when to build is what is looked at, not how. */
let clone: string;
const at = (...path: string[]) => join(clone, 'apps/web', ...path);
beforeAll(async () => {
  clone = await mkdtemp(join(tmpdir(), 'summit-web-'));
  await mkdir(at('src'), { recursive: true });
  await mkdir(at('node_modules/vite/bin'), { recursive: true });
  await writeFile(at('src/main.ts'), 'first');
  await writeFile(at('index.html'), '<html>');
  await writeFile(join(clone, 'pnpm-lock.yaml'), 'lockfile');
  await writeFile(
    at('node_modules/vite/bin/vite.js'),
    `const fs = require('node:fs');
     if (fs.existsSync('fail')) { console.error('does not compile'); process.exit(1); }
     fs.rmSync('dist', { recursive: true, force: true });
     fs.mkdirSync('dist');
     fs.writeFileSync('dist/index.html', fs.readFileSync('src/main.ts'));
     fs.appendFileSync('builds', 'x');`,
  );
});
afterAll(() => rm(clone, { recursive: true, force: true }));

const builds = async () => (await readFile(at('builds'), 'utf8').catch(() => '')).length;
const prepare = () => prepareWeb(clone, () => {});

test('pages are built again when a source, a package or the built files changed, and not otherwise', async () => {
  await prepare();
  await prepare();
  expect(await builds()).toBe(1);

  await writeFile(at('src/main.ts'), 'second');
  await prepare();
  expect([await builds(), await readFile(at('dist/index.html'), 'utf8')]).toEqual([2, 'second']);

  await appendFile(join(clone, 'pnpm-lock.yaml'), 'newer');
  await prepare();
  expect(await builds()).toBe(3);

  await rm(at('dist'), { recursive: true });
  await prepare();
  expect(await builds()).toBe(4);
});

test('a build that fails says why and is tried again', async () => {
  await writeFile(at('src/main.ts'), 'third');
  await writeFile(at('fail'), '');
  await expect(prepare()).rejects.toThrow('does not compile');
  await rm(at('fail'));
  await prepare();
  expect(await readFile(at('dist/index.html'), 'utf8')).toBe('third');
});
