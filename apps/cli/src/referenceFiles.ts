import { existsSync, globSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { cloneRoot } from '@summit/process/config';

/** The folder of real files whose contents are known; it stands beside the clone and is no part of it. */
export const referenceFolder = resolve(cloneRoot, process.env.SUMMIT_SHARED_DATA || '../shared/data');

export const hasReferenceFiles = (): boolean => existsSync(join(referenceFolder, 'MANIFEST.tsv'));

/** What a test says when it reads one of them. */
const uses = /SHARED_DATA|\breference(?:Path)?\(|\bshared\(|\bsharedData\(|bench\/generated\.ts/;

/** Test files that cannot run without the reference files, as paths from the clone. */
export function testsOnReferenceFiles(): string[] {
  return globSync(['apps/*/src/**/*.test.ts', 'e2e/*.test.ts', 'bench/**/*.test.ts'], {
    cwd: cloneRoot,
  }).filter((path) => uses.test(readFileSync(join(cloneRoot, path), 'utf8')));
}
