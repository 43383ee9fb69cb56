import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { program } from '../apps/cli/src/main.ts';
import { files, read, root } from './repository.ts';

const pages = files.filter((path) => path.endsWith('.md') && !path.includes('node_modules'));

test('every link and picture in the documentation leads somewhere', () => {
  const dead = pages.flatMap((page) =>
    [...read(page).matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)[^)]*\)/g)]
      .filter(([, target]) => !existsSync(join(root, dirname(page), target!)))
      .map(([, target]) => `${page} → ${target}`),
  );
  expect(dead).toEqual([]);
});

test('every command in the documentation exists', () => {
  const targets = new Set(
    [...read('Makefile').matchAll(/^([a-z][a-z ]*):/gm)].flatMap(([, names]) => names!.split(' ')),
  );
  const commands = new Set(program().commands.flatMap((each) => [each.name(), ...each.aliases()]));
  commands.add('bootstrap');
  const unknown = pages.flatMap((page) => {
    const text = read(page);
    const makes = [...text.matchAll(/`make ([a-z]+)|^make ([a-z]+)/gm)].map(
      ([, quoted, shown]) => quoted ?? shown!,
    );
    const summits = [...text.matchAll(/bin\/summit ([a-z-]+)/g)].map(([, name]) => name!);
    return [
      ...makes.filter((name) => !targets.has(name)).map((name) => `${page}: make ${name}`),
      ...summits.filter((name) => !commands.has(name)).map((name) => `${page}: summit ${name}`),
    ];
  });
  expect(unknown).toEqual([]);
});

test('every file path in backquotes exists', () => {
  const known = (path: string) =>
    existsSync(join(root, path)) || files.some((file) => file.endsWith(`/${path}`));
  const gone = pages.flatMap((page) =>
    [...read(page).matchAll(/`((?:apps|packages|checks|bin|e2e|docs|golden|clients|bench|demo)\/[\w./-]+)`/g)]
      .map(([, path]) => path!.replace(/\/$/, ''))
      .filter((path) => !path.includes('NAME') && !known(path))
      .map((path) => `${page}: ${path}`),
  );
  expect(gone).toEqual([]);
});
