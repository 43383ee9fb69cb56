import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';

const skipped = new Set(['node_modules', 'dist', '__pycache__', '.venv']);

/** A digest of the contents of files and folders, so that work is redone exactly when its input changed. */
export async function treeDigest(root: string, paths: string[]): Promise<string> {
  const hash = createHash('sha256');
  for (const path of paths) await add(root, join(root, path), hash);
  return hash.digest('hex');
}

async function add(root: string, path: string, hash: ReturnType<typeof createHash>): Promise<void> {
  if (!existsSync(path)) return;
  if (!(await stat(path)).isDirectory()) {
    hash
      .update(`${relative(root, path)}\0`)
      .update(await readFile(path))
      .update('\0');
    return;
  }
  for (const name of (await readdir(path)).sort()) {
    if (!skipped.has(name) && !name.endsWith('.egg-info')) await add(root, join(path, name), hash);
  }
}

/** Says whether the stamp file holds this digest, i.e. the work was done for this input. */
export const isStamped = async (stamp: string, digest: string): Promise<boolean> =>
  (await readFile(stamp, 'utf8').catch(() => '')) === digest;
