import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cloneRoot } from '@summit/process/config';

/** What a test says when it reads one of them. */
const uses = /SHARED_DATA|\breferenceFolder\b|\breference(?:Path)?\(|\bshared\(|bench\/generated\.ts/;

/** Test files that cannot run without the reference files, as paths from the clone. */
export function testsOnReferenceFiles(): string[] {
  return globSync(['apps/*/src/**/*.test.ts', 'e2e/*.test.ts', 'bench/**/*.test.ts'], {
    cwd: cloneRoot,
  }).filter((path) => uses.test(readFileSync(join(cloneRoot, path), 'utf8')));
}
