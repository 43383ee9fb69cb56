import { expect, test } from 'vitest';
import { csvReader } from '../format/format.csv.ts';
import { countAll, reference, written } from '../format/readingFixtures.ts';
import { inspect } from '../inspect.ts';
import { parseMapping } from './mapping.ts';

const guessed = async (name: string, content: string) => {
  const file = written(name, content);
  const { mapping } = await inspect(file);
  return (await countAll(csvReader, file, { mapping: parseMapping(mapping!) })).facts;
};

test('real donations: two sides that are named, what they are and where they live, and payments between them', async () => {
  const file = reference('ftm/mapping/donations.csv');
  const { mapping, columns } = await inspect(file);
  const { facts, record, relationship, rejects } = await countAll(csvReader, file, {
    mapping: parseMapping(mapping!),
  });
  expect({ rejects, relationship }).toEqual({ rejects: {}, relationship: 292 });
  const schemata = new Set(facts.map((fact) => (fact.kind === 'record' ? fact.schema : fact.type)));
  expect([...schemata].toSorted()).toEqual(['Company', 'LegalEntity', 'Organization', 'Payment', 'Person']);
  const known = new Set(facts.flatMap((fact) => (fact.kind === 'record' ? [fact.sourceKey] : [])));
  expect(known.size).toBe(record);
  for (const fact of facts)
    if (fact.kind === 'relationship') expect(known.has(fact.source) && known.has(fact.target)).toBe(true);
  expect(facts.find(({ caption }) => caption === 'Frau Lina Dachner')).toMatchObject({
    schema: 'Person',
    props: { country: ['de'], address: ['Schillerstraße 19, 76135 Karlsruhe'] },
  });
  expect(facts.find(({ kind }) => kind === 'relationship')).toMatchObject({
    type: 'Payment',
    props: { amountEur: ['100000'], date: ['2011-12-29'], ReportingDate: ['2011-12-30'] },
  });
  expect(columns.map(({ name, becomes }) => `${name}: ${becomes}`)).toEqual([
    'Party: who is paid',
    'DonationEUR: property amountEur',
    'DonorType: type of Donor',
    'Donor: who pays',
    'Street: address of Donor',
    'City: address of Donor',
    'Country: country of Donor',
    'DonationDate: property date',
    'ReportingDate: property ReportingDate',
  ]);
});

test('one side alone is the thing that a row is about', async () => {
  const rows = 'customer_name,street,city,amount,date\nAda Lovelace,Row 1,London,5.00,2020-01-02\n';
  expect(await guessed('sales.csv', rows)).toMatchObject([
    { kind: 'record', schema: 'LegalEntity', caption: 'Ada Lovelace', props: { amount: ['5.00'] } },
  ]);
});

test('sides that are only numbered are ends that another file holds', async () => {
  expect(await guessed('paid.csv', 'payer,beneficiary,amount\np1,p2,5\np3,p4,6\n')).toMatchObject([
    { type: 'Payment', source: 'p1', target: 'p2' },
    { type: 'Payment', source: 'p3', target: 'p4' },
  ]);
});

test.each([
  ['a name with an address', 'name,street,postcode\nMill Ltd,Row 1,E1\n', 'LegalEntity'],
  ['an address of nothing', 'street,postcode,city\nRow 1,E1,London\n', 'Address'],
  ['a named place', 'name,lat,lon\nTower,51.5,-0.07\n', 'Address'],
  ['what happened somewhere', 'what,date,lat,lon\nFire,2020-01-02,51.5,-0.07\n', 'Event'],
  ['a price without anybody', 'name,price\nHammer,5.00\n', 'Thing'],
])('%s', async (_, content, schema) => {
  expect((await guessed('rows.csv', content))[0]).toMatchObject({ schema });
});
