import { basename, dirname } from 'node:path';
import { expect, test } from 'vitest';
import { files, isGenerated, read, sources } from './repository.ts';

const MAX_LINES = 400;

test(`a file longer than ${MAX_LINES} lines says why`, () => {
  const ours = files.filter((path) => /\.(tsx?|mjs|py|sh|css)$/.test(path) && !isGenerated(path));
  const long = ours
    .filter((path) => !read(path).includes(`Longer than ${MAX_LINES} lines because`))
    .map((path) => `${path}: ${read(path).split('\n').length}`)
    .filter((line) => Number(line.split(': ')[1]) > MAX_LINES + 1);
  expect(long).toEqual([]);
});

test('no file or folder has a name that means everything', () => {
  const forbidden = /^(utils?|helpers?|common|core|manager|service|misc|shared|types|constants|lib)$/;
  const named = sources.flatMap((path) =>
    [basename(path).replace(/\.\w+$/, ''), ...dirname(path).split('/').slice(2)]
      .filter((name) => forbidden.test(name))
      .map((name) => `${path}: ${name}`),
  );
  expect(named).toEqual([]);
});

test('no version, mood or plan stands in a file name', () => {
  expect(
    sources.filter((path) => /[._-](v\d+|new|old|final|temp|tmp|copy|backup|legacy|todo)\b/i.test(path)),
  ).toEqual([]);
});

test('nothing is left for later in the code, nothing is skipped in the tests', () => {
  const found = files
    .filter(
      (path) =>
        /^(apps|packages|servers|checks|e2e|bench|clients)\/.*\.(tsx?|py)$/.test(path) &&
        !path.startsWith('checks/files'),
    )
    .flatMap((path) => {
      const text = read(path);
      return [
        /\b(TODO|FIXME|XXX)\b/,
        /\b(test|it|describe)\.(skip|todo|only)\b/,
        /pytest\.mark\.skip/,
        /\|\| true\b/,
      ]
        .filter((pattern) => pattern.test(text))
        .map((pattern) => `${path}: ${pattern}`);
    });
  expect(found).toEqual([]);
});

test('relative imports name the file they mean', () => {
  const bare = sources
    .filter((path) => /^apps\/(server|gateway|cli)|^packages|^servers/.test(path))
    .flatMap((path) =>
      [...read(path).matchAll(/from\s+['"](\.[^'"]+)['"]/g)]
        .filter(([, target]) => !/\.(ts|tsx|json|js)$/.test(target!))
        .map(([, target]) => `${path}: ${target}`),
    );
  expect(bare).toEqual([]);
});
