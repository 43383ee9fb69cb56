import { expect, test } from 'vitest';
import { ANY, inSentence, labelsOf } from './propertyLabels.ts';

const labels = labelsOf([
  { name: 'Person', properties: [{ name: 'idNumber', label: 'ID Number' }] },
  { name: 'Company', properties: [{ name: 'innCode', label: 'INN' }] },
]);

test('a property is called as its schema calls it, else by words made of its name', () => {
  expect(labels('idNumber', 'Person')).toBe('ID Number');
  expect(labels('innCode', 'Company')).toBe('INN');
  // A column of another table may be called like a property.
  expect(labels('innCode')).toBe('Inn code');
  expect(labels('innCode', ANY)).toBe('INN');
  expect(labels('birthDate', 'Person')).toBe('Birth date');
  expect(labels('valid_from')).toBe('Valid from');
});

test('within a sentence only a first capital goes', () => {
  expect(['Birth date', 'ID Number', 'INN'].map(inSentence)).toEqual(['birth date', 'ID Number', 'INN']);
});
