import { describe, expect, test } from 'vitest';
import { ontology } from '../ontology/ontology.ts';
import type { RecordNode } from '../record/record.ts';
import { mergeFacts, type Refutation } from './facts.ts';
import { summarise } from './summary.ts';

const record = (id: string, props: Record<string, string[]>, more: Partial<RecordNode> = {}): RecordNode => ({
  at: undefined,
  id,
  datasetId: `dataset of ${id}`,
  sinceChange: 1,
  schema: 'Person',
  caption: props.name?.[0] ?? id,
  props,
  marking: 0,
  validFrom: null,
  validTo: null,
  sourceRef: null,
  countries: [],
  firstDate: null,
  lastDate: null,
  revoked: false,
  ...more,
});
const refutation = (recordId: string, property: string, value: string): Refutation => ({
  recordId,
  property,
  value,
  reason: null,
  madeBy: 'ada',
  madeAt: new Date(0),
  sinceChange: 2,
  notebookId: null,
});
const told = (records: RecordNode[], refutations: Refutation[] = []) =>
  mergeFacts(ontology, 'Person', records, refutations).map(
    ({ property, value, records: sources, conflicting, refuted }) =>
      `${property} ${value} ${sources.map(({ id }) => id).join()}${conflicting ? ' conflicting' : ''}${refuted ? ' refuted' : ''}`,
  );

describe('facts', () => {
  test('unite equal values with all their sources, most said first, properties as the schema has them', () => {
    const records = [
      record('a', { nationality: ['ee'], name: ['Avery', 'A.'] }),
      record('b', { name: ['A.'], zodiac: ['lion'] }),
    ];
    expect(told(records)).toEqual(['name A. a,b', 'name Avery a', 'nationality ee a', 'zodiac lion b']);
  });

  test('conflict where sources disagree on what has one value', () => {
    expect(told([record('a', { birthDate: ['1960'] }), record('b', { birthDate: ['1961-02-03'] })])).toEqual([
      'birthDate 1960 a conflicting',
      'birthDate 1961-02-03 b conflicting',
    ]);
  });

  test('do not conflict by precision, grouping, within one source, or once refuted', () => {
    expect(
      told([record('a', { birthDate: ['1961'] }), record('b', { birthDate: ['1961-02-03'] })]).join(),
    ).not.toContain('conflicting');
    expect(
      told([
        record('a', { registrationNumber: ['12-34'] }),
        record('b', { registrationNumber: ['1234'] }),
      ]).join(),
    ).not.toContain('conflicting');
    expect(told([record('a', { gender: ['male', 'female'] })]).join()).not.toContain('conflicting');
    expect(
      told(
        [record('a', { birthDate: ['1960'] }), record('b', { birthDate: ['1961'] })],
        [refutation('a', 'birthDate', '1960')],
      ),
    ).toEqual(['birthDate 1961 b', 'birthDate 1960 a refuted']);
  });

  test('stand apart from the same value where that is refuted', () => {
    const records = [record('a', { name: ['Avery'] }), record('b', { name: ['Avery'] })];
    expect(told(records, [refutation('b', 'name', 'Avery')])).toEqual([
      'name Avery a',
      'name Avery b refuted',
    ]);
  });
});

describe('an entity is called', () => {
  test('what most say, by a record that stands, with the other names as aliases', () => {
    const records = [
      record('a', { name: ['Old Name'] }, { revoked: true, schema: 'LegalEntity' }),
      record(
        'b',
        { name: ['Avery Patel'], alias: ['Ave'] },
        { marking: 2, countries: ['ee'], firstDate: '1960-01-01', validFrom: '1998-03' },
      ),
      record('c', { name: ['Avery Patel'] }, { lastDate: '2001-12-31', validTo: '2001' }),
    ];
    expect(summarise(ontology, records)).toMatchObject({
      schema: 'Person',
      caption: 'Avery Patel',
      aliases: ['Old Name', 'Ave'],
      marking: 2,
      countries: ['ee'],
      firstSeen: '1998-03',
      lastSeen: '2001',
    });
  });

  test('by what most records say; of equals by the record that names the entity, the one of the smallest id', () => {
    const [a, b, c] = ['Initial', 'Full Name', 'Full Name'].map((name, at) =>
      record('abc'.charAt(at), { name: [name] }),
    );
    expect(summarise(ontology, [a!, b!, c!]).caption).toBe('Full Name');
    expect(summarise(ontology, [a!, b!])).toMatchObject({ caption: 'Initial', aliases: ['Full Name'] });
    expect(summarise(ontology, [b!, c!]).caption).toBe('Full Name');
  });

  test('by no summary or number that merely captions a record without a name', () => {
    const records = [
      record('a', { summary: ['Learnt afterwards'] }, { caption: 'Learnt afterwards' }),
      record('b', { name: ['Avery Patel'] }),
    ];
    expect(summarise(ontology, records)).toMatchObject({ caption: 'Avery Patel', aliases: [] });
    expect(summarise(ontology, [records[0]!]).caption).toBe('Learnt afterwards');
  });

  test('nothing that is refuted, while something else is left', () => {
    const records = [record('a', { name: ['Wrong'] }), record('b', { name: ['Right'] })];
    expect(summarise(ontology, records, [refutation('a', 'name', 'Wrong')])).toMatchObject({
      caption: 'Right',
      aliases: [],
    });
    expect(summarise(ontology, [records[0]!], [refutation('a', 'name', 'Wrong')]).caption).toBe('Wrong');
  });

  test('by the more specific schema that all agree with', () => {
    const schema = (...names: string[]) =>
      summarise(
        ontology,
        names.map((each, index) => record(String(index), {}, { schema: each })),
      ).schema;
    expect(schema('LegalEntity', 'Company')).toBe('Company');
    expect(schema('Person', 'Company', 'Company')).toBe('Company');
  });
});
