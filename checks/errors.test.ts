import { expect, test } from 'vitest';
import { errors } from '../packages/process/src/errors.ts';
import { errorsPage } from './errorsPage.ts';
import { files, isTest, read, sources } from './repository.ts';

const codes = Object.keys(errors);
const code = sources
  .filter((path) => !path.endsWith('process/src/errors.ts'))
  .map(read)
  .join('\n');
/** From an expectation on: naming a code in a title or in what a test sends proves nothing. */
const expectations = files
  .filter((path) => isTest(path) && path !== 'checks/errors.test.ts')
  .flatMap((path) => read(path).split(/;\s*\n/))
  .filter((statement) => /\bexpect(?:\.poll)?\(/.test(statement))
  .map((statement) => statement.slice(statement.search(/\bexpect/)))
  .join('\n');
const expects = (wanted: string) => new RegExp(`(?<![A-Z_])${wanted}(?![A-Z_])`).test(expectations);
const names = (text: string, wanted: string) => new RegExp(`['"\`]${wanted}['"\`]`).test(text);

test('docs/errors.md is what the table of errors prints', () => {
  expect(read('docs/errors.md'), 'node checks/errorsPage.ts > docs/errors.md').toBe(errorsPage());
});

test('every code is raised somewhere', () => {
  expect(codes.filter((each) => !names(code, each))).toEqual([]);
});

test('every code has a test that expects it', () => {
  expect(codes.filter((each) => !expects(each))).toEqual([]);
});

test('messages say what happened in one or two plain sentences', () => {
  for (const { message } of Object.values(errors))
    expect(message).toMatch(/^[A-Z].{10,160}[.}]$|^[A-Z].*: bin\/summit [a-z-]+$/);
});
