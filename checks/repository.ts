import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

export const root = resolve(import.meta.dirname, '..');

/** Every file of the repository, committed or about to be, as paths from its root. */
export const files: string[] = execFileSync('git', ['ls-files', '-co', '--exclude-standard', '-z'], {
  cwd: root,
  encoding: 'utf8',
})
  .split('\0')
  .filter((path) => path !== '' && existsSync(join(root, path)))
  .sort();

export const read = (path: string): string => readFileSync(join(root, path), 'utf8');

export const isTest = (path: string): boolean => /\.test\.tsx?$/.test(path);

export const isGenerated = (path: string): boolean => /(^|\/)generated\/|\.generated\./.test(path);

/** Our own TypeScript, tests and generated code left out. */
export const sources: string[] = files.filter(
  (path) =>
    /^(apps|packages|servers|bench|demo)\/.*\.tsx?$/.test(path) && !isTest(path) && !isGenerated(path),
);
