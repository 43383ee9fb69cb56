import { expect, test } from 'vitest';
import { lastWords } from './lastWords.ts';

test('of a crash only the sentence is kept', () => {
  const stack = [
    'file:///a.ts:31',
    '      throw new Error(…)',
    '',
    'Error: the database is newer',
    '    at run (a.ts:1)',
    'Node.js v24',
  ];
  expect(lastWords(stack)).toBe('the database is newer');
  expect(lastWords(["Error [ERR_MODULE_NOT_FOUND]: Cannot find module 'x'"])).toBe("Cannot find module 'x'");
});

test('log lines are read, other words are given as they are', () => {
  expect(lastWords(['{"message":"start failed","error":{"message":"no luck"}}'])).toBe(
    'start failed: no luck',
  );
  expect(lastWords(['The configuration is wrong:', '  - UI_PORT must be a whole number.'])).toContain(
    'UI_PORT must be',
  );
  expect(lastWords([])).toBe('');
});
