import { expect, test } from 'vitest';
import { readingOf } from './reading.ts';

const mapping =
  'values: exact\nqueries:\n  - entities:\n      record:\n        schema: Company\n        id_column: no\n';

test('what was guessed of a table is said in one line, with how to say otherwise', () => {
  const guessed = { no: 'key', firm: 'property name', street: 'property address' };
  expect(readingOf({ format: 'csv', mapping, guessed }, {})).toBe(
    'Read as CSV (recognised); each row a Company (guessed): key ← no, name ← firm, address ← street. Change it with --mapping FILE (--preview prints it).',
  );
  const many = Object.fromEntries(Array.from({ length: 11 }, (_, at) => [`c${at}`, `property c${at}`]));
  expect(readingOf({ format: 'csv', mapping, guessed: many }, { format: 'csv' })).toContain('and 3 more');
  const links = 'queries:\n  - links:\n      link:\n        type: Payment\n';
  expect(readingOf({ format: 'csv', mapping: links, guessed: {} }, {})).toContain(
    'each row a link (guessed)',
  );
});

test('a given mapping is named, and a format without one is named alone', () => {
  expect(readingOf({ format: 'csv', mapping }, { mapping: 'a.yml' })).toBe(
    'Read as CSV (recognised), with the mapping of a.yml.',
  );
  expect(readingOf({ format: 'stix' }, { format: 'stix' })).toBe('Read as STIX.');
});
