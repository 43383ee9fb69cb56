import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { CommandError } from './installation.ts';

/** Says before anything is sent what is wrong with a file that a person named. @throws CommandError */
export async function mustBeReadable(path: string): Promise<void> {
  try {
    if ((await stat(path)).isDirectory()) throw new CommandError(`${path} is a folder; name a file.`);
    await access(path, constants.R_OK);
  } catch (error) {
    if (error instanceof CommandError) throw error;
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') throw new CommandError(`There is no file ${path}.`);
    if (code === 'EACCES' || code === 'EPERM')
      throw new CommandError(`${path} may not be read by this user; its owner can allow it.`);
    throw new CommandError(`${path} cannot be read (${code ?? (error as Error).message}).`);
  }
}
