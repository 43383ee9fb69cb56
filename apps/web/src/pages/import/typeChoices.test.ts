import { expect, test } from 'vitest';
import { typeChoices } from './typeChoices.ts';

const schema = (name: string, label: string, origin: string, isRelationship = false) => ({
  name,
  label,
  origin,
  isRelationship,
  abstract: name === 'Thing',
});
const schemas = [
  schema('Thing', 'Thing', 'FollowTheMoney'),
  schema('file', 'File', 'STIX 2.1'),
  schema('url', 'Url', 'STIX 2.1'),
  schema('Audio', 'Audio', 'FollowTheMoney'),
  schema('Package', 'File', 'FollowTheMoney'),
  schema('Company', 'Company', 'FollowTheMoney'),
  schema('Person', 'Person', 'FollowTheMoney'),
  schema('Yacht', 'Yacht', 'ours'),
  schema('Ownership', 'Ownership', 'FollowTheMoney', true),
];

test('our own types come first, then the usual ones, then more, then those of STIX; none is called as another', () => {
  expect(typeChoices(schemas, 'record').map(({ name, group }) => [group, name])).toEqual([
    ['Own types', 'Yacht'],
    ['Usual', 'Person'],
    ['Usual', 'Company'],
    ['More types', 'Audio'],
    ['More types', 'File'],
    ['Cyber threats (STIX 2.1)', 'File, STIX'],
    ['Cyber threats (STIX 2.1)', 'URL'],
  ]);
  expect(typeChoices(schemas, 'link').map(({ id }) => id)).toEqual(['Ownership']);
});
