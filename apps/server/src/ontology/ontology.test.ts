import { describe, expect, test } from 'vitest';
import { ontology } from './ontology.ts';

test('sixteen schemata are relationships, by themselves or by inheritance', () => {
  const edges = ontology.schemata().filter(({ name }) => ontology.isEdge(name));
  expect(edges.map(({ name }) => name).toSorted()).toEqual(
    'Associate ContractAward CourtCaseParty Debt Directorship Documentation Employment Family Membership Occupancy Ownership Payment ProjectParticipant Representation Succession UnknownLink'.split(
      ' ',
    ),
  );
});

test('properties are inherited, references leave out the ends and what is only derived', () => {
  expect(ontology.isA('Company', 'Thing')).toBe(true);
  expect(ontology.propertyType('Company', 'name')).toBe('name');
  expect(ontology.schema('Company')!.references).toContain('addressEntity');
  expect(ontology.schema('Company')!.references).not.toContain('ownershipAsset');
  expect(ontology.schema('Ownership')!.references).not.toContain('owner');
});

test('an unknown schema or property keeps a sensible type', () => {
  expect(ontology.propertyType('Spaceship', 'birthDate')).toBe('date');
  expect(ontology.propertyType('Person', 'recorded_at')).toBe('date');
  expect(ontology.propertyType('Person', 'favourite_colour')).toBe('text');
  expect(ontology.label('space_ship')).toBe('Space ship');
  expect(ontology.icon('Spaceship')).toBe('other');
});

test('captions come from the best property that has a value', () => {
  expect(ontology.caption('Person', { alias: ['Bo'], name: ['Robert'] })).toBe('Robert');
  expect(ontology.caption('Address', { city: ['Goroka'], name: ['Goroka Airport'] })).toBe('Goroka Airport');
  expect(ontology.caption('ipv4-addr', { value: ['203.0.113.19'] })).toBe('203.0.113.19');
  expect(ontology.caption('Person', {}, 'p1')).toBe('p1');
  expect(ontology.caption('Person', {})).toBe('Person');
});

test('valid times are the earliest start and the latest end', () => {
  expect(
    ontology.valid('Ownership', { startDate: ['2012', '2010-05'], endDate: ['2013', '2015-01-01'] }),
  ).toEqual({
    validFrom: '2010-05',
    validTo: '2015-01-01',
  });
  expect(ontology.valid('Address', { date: ['2012'] })).toEqual({});
});

test('what happened on a day is true on that day, what began goes on', () => {
  expect(ontology.valid('Payment', { date: ['2019-03-14'] })).toEqual({
    validFrom: '2019-03-14',
    validTo: '2019-03-14',
  });
  expect(ontology.valid('Ownership', { startDate: ['2010'], date: ['2015'] })).toEqual({ validFrom: '2010' });
  expect(ontology.valid('Company', { incorporationDate: ['1998'] })).toEqual({ validFrom: '1998' });
});

test('a life is no valid time', () => {
  expect(ontology.valid('Person', { birthDate: ['1961-05-14'], deathDate: ['2020'] })).toEqual({});
});

test('every icon of a schema is one that the interface draws', () => {
  for (const name of [
    'Person',
    'Company',
    'Address',
    'Event',
    'Account',
    'Phone',
    'Email',
    'Vehicle',
    'Document',
    'Vessel',
    'Device',
  ]) {
    expect(ontology.icon(name)).toBe(name.toLowerCase());
  }
  expect(ontology.icon('CryptoWallet')).toBe('wallet');
});

describe("a tenant's own types", () => {
  const extended = ontology.extend([
    {
      name: 'Spaceship',
      label: 'Spaceship',
      plural: 'Spaceships',
      origin: 'tenant',
      extends: ['Vehicle'],
      properties: { warp: { label: 'Warp', type: 'number' } },
    },
    {
      name: 'Loop',
      label: 'Loop',
      plural: 'Loops',
      origin: 'tenant',
      extends: ['Loop', 'Thing'],
      properties: {},
    },
  ]);
  test('inherit from the default ones, which stay as they are', () => {
    expect(extended.isA('Spaceship', 'Asset')).toBe(true);
    expect(extended.propertyType('Spaceship', 'warp')).toBe('number');
    expect(extended.icon('Spaceship')).toBe('vehicle');
    expect(extended.commonSchema('Spaceship', 'Vehicle')).toBe('Spaceship');
    expect(ontology.schema('Spaceship')).toBeUndefined();
  });
  test('that inherit from themselves do not hang', () => {
    expect(extended.schema('Loop')!.lineage).toEqual(['Loop', 'Thing']);
  });
});
