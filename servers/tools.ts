import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';

/** Where programs that are no part of the clone are kept, for all clones of this user. */
export const toolsFolder = (environment: NodeJS.ProcessEnv = process.env): string =>
  join(environment.XDG_CACHE_HOME || join(homedir(), '.cache'), 'summit-tools');

/**
 * The folder of a tool, made by `make` in a place beside it on the first call. It is renamed when complete, so that what was
 * cut short is never used. `name` ends in the version.
 */
export async function bringOnce(name: string, make: (folder: string) => Promise<void>): Promise<string> {
  const folder = join(toolsFolder(), name);
  if (existsSync(folder)) return folder;
  await mkdir(dirname(folder), { recursive: true });
  const work = await mkdtemp(join(dirname(folder), `.${name}.`));
  try {
    await make(work);
    await rename(work, folder).catch((error: unknown) => {
      // A twin was quicker.
      if (!existsSync(folder)) throw error;
    });
    return folder;
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}
