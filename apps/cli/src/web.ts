import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runToEnd } from './runToEnd.ts';
import { isStamped, treeDigest } from './treeDigest.ts';

/** What the pages are built from: their sources, and the packages that the lock file names. */
const inputs = [
  ...['src', 'public', 'index.html', 'package.json', 'vite.config.ts', 'tsconfig.json'],
  ...['../../tsconfig.json', '../../pnpm-lock.yaml'],
];

/** Builds the web pages when their sources changed since the last build. */
export async function prepareWeb(clone: string, say: (text: string) => void): Promise<void> {
  const web = join(clone, 'apps/web');
  const stamp = join(web, 'dist/.built-from');
  const digest = await treeDigest(web, inputs);
  if (existsSync(join(web, 'dist/index.html')) && (await isStamped(stamp, digest))) return;
  say('Building the web pages …');
  const vite = join(web, 'node_modules/vite/bin/vite.js');
  const { code, output } = await runToEnd(process.execPath, [vite, 'build', '--logLevel', 'warn'], {
    cwd: web,
    // What people load is the small and fast build, whatever mode the processes run in.
    env: { ...process.env, NODE_ENV: 'production' },
  });
  if (code !== 0) throw new Error(`the web pages could not be built:\n${output}`);
  await writeFile(stamp, digest);
}
