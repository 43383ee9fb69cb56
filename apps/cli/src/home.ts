import { chmod, mkdir, statfs, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Where everything of one Summit lies. */
export type Home = {
  root: string;
  postgres: string;
  logs: string;
  run: string;
  state: string;
  lock: string;
  cliToken: string;
  marker: string;
};

export function homeOf(root: string): Home {
  const run = join(root, 'run');
  return {
    root,
    postgres: join(root, 'postgres'),
    logs: join(root, 'logs'),
    run,
    state: join(run, 'state.json'),
    lock: join(run, 'lock'),
    cliToken: join(root, 'cli-token'),
    marker: join(root, '.summit-home'),
  };
}

/** Makes the folders. As root, the database's own user must be able to walk through, and only that. */
export async function prepareHome(home: Home): Promise<void> {
  await mkdir(home.root, { recursive: true });
  await chmod(home.root, process.getuid?.() === 0 ? 0o711 : 0o700);
  for (const folder of [home.logs, home.run]) await mkdir(folder, { recursive: true, mode: 0o700 });
  // Reset deletes only folders that carry this mark.
  await writeFile(home.marker, 'Data of one Summit. `make reset` deletes this folder.\n');
}

const NEEDED_BYTES = 512 * 1024 * 1024;

/** A sentence when the disk under `folder` has too little room to start, else undefined. */
export async function diskProblem(folder: string): Promise<string | undefined> {
  const { bavail, bsize } = await statfs(folder);
  const free = bavail * bsize;
  if (free >= NEEDED_BYTES) return undefined;
  const mb = Math.floor(free / 1024 / 1024);
  return `The disk under ${folder} is full (${mb} MB free, 512 MB needed). Free some space, or set SUMMIT_HOME in .env to a folder on another disk.`;
}
