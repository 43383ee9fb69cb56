import { expect, test } from 'vitest';
import { bestOf, byStanding, inOrder, standing } from './standing.ts';

test('capitals and spaces aside, a name is what was typed, begins with it, or neither', () => {
  expect(standing('The Alder case', ' the  alder CASE ')).toBe('same');
  expect(standing('The Alder case', 'the al')).toBe('begins');
  expect(standing('The Alder case', 'alder')).toBe('other');
  expect(standing('The Alder case', '')).toBe('other');
});

test('among the like what is called so comes first, the rest keeps its order', () => {
  const names = ['Old Harbour', 'Harbour watch', 'New Harbour', 'Harbour'];
  expect(byStanding(names, 'harbour', (name) => name)).toEqual([
    'Harbour',
    'Harbour watch',
    'Old Harbour',
    'New Harbour',
  ]);
});

test('a case, dataset or command that is called so stands before what search found', () => {
  const groups = (typed: string, hits: string[], cases: string[], acts: string[]) =>
    inOrder([
      { name: 'Entities', rows: [], best: bestOf(hits, typed), found: true },
      { name: 'Investigations', rows: [], best: bestOf(cases, typed) },
      { name: 'Actions', rows: [], best: bestOf(acts, typed) },
    ]).map(({ name }) => name);
  // A hit by one of its words is no reason to stand above the case itself.
  expect(groups('harbour', ['Harbour Freight Ltd'], ['Harbour'], ['Home'])[0]).toBe('Investigations');
  expect(groups('harbour', ['Harbour Freight Ltd'], ['Harbour watch'], [])[0]).toBe('Investigations');
  expect(groups('exp', ['Expo AS'], ['On exports'], ['Export'])).toEqual([
    'Actions',
    'Entities',
    'Investigations',
  ]);
  // A name written out is the entity's, unless something else is called just so.
  expect(groups('harbour', ['Harbour'], ['Harbour watch'], [])[0]).toBe('Entities');
  expect(groups('harbour', ['Harbour'], ['Harbour'], [])[0]).toBe('Investigations');
  expect(groups('freight', ['Harbour Freight Ltd'], ['All freight'], [])).toEqual([
    'Entities',
    'Investigations',
    'Actions',
  ]);
});
