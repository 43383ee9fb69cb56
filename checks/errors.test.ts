import { expect, test } from 'vitest';
import { errors } from '../packages/process/src/errors.ts';
import { errorsPage } from './errorsPage.ts';
import { files, isTest, read, sources } from './repository.ts';

const codes = Object.keys(errors);
const code = sources
  .filter((path) => !path.endsWith('process/src/errors.ts'))
  .map(read)
  .join('\n');
const tests = files.filter(isTest).map(read).join('\n');
const names = (text: string, wanted: string) => new RegExp(`['"\`]${wanted}['"\`]`).test(text);

test('docs/errors.md is what the table of errors prints', () => {
  expect(read('docs/errors.md'), 'node checks/errorsPage.ts > docs/errors.md').toBe(errorsPage());
});

test('every code is raised somewhere', () => {
  expect(codes.filter((each) => !names(code, each))).toEqual([]);
});

test('every code has a test that meets it', () => {
  expect(codes.filter((each) => !names(tests, each))).toEqual([]);
});

test('messages say what happened in one or two plain sentences', () => {
  for (const { message } of Object.values(errors))
    expect(message).toMatch(/^[A-Z].{10,160}[.}]$|^[A-Z].*: bin\/summit [a-z-]+$/);
});
