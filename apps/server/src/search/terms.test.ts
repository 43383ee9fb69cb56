import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ontology } from '../ontology/ontology.ts';
import { identifierTokens, nameTokens, wordsIn } from './normalise.ts';
import { daysOf, recordTerms } from './terms.ts';

describe('a name is found under', () => {
  test.each([
    ["O'Brien & Sons G.m.b.H.", ['obrien', 'sons', 'gmbh']],
    ['al-Masri, Fatima S.A.', ['al', 'masri', 'fatima', 'sa']],
    ['Ångström Łódź Straße', ['angstrom', 'lodz', 'strasse']],
    ['Иван Смирнов', ['ivan', 'smirnov']],
    ['王伟', ['wangwei', 'wang', 'wei']],
    ['腾讯QQ', ['tengxun', 'teng', 'xun', 'qq']],
    ['e\u0301a e\u0301A', ['ea']],
    ['P.O.Box 12', ['po', 'box', '12']],
    ['😀 ™ …', []],
  ])('%s', (name, tokens) => {
    expect(nameTokens(name)).toEqual(tokens);
  });

  test('words that keep their place in the text', () => {
    const text = 'Seán 王伟 G.m.b.H.';
    expect(wordsIn(text).map(({ start, end }) => text.slice(start, end))).toEqual([
      'Seán',
      '王伟',
      'G.m.b.H.',
    ]);
  });
});

test('plain names are cut as all names are', () => {
  const sign = fc.constantFrom(...'aZ09 _-.\'’,/\\"\t\x7f\0é王', 'x'.repeat(41));
  fc.assert(
    fc.property(fc.string({ unit: sign, maxLength: 12 }), (name) => {
      expect(nameTokens(name)).toEqual([...new Set(wordsIn(name).flatMap(({ tokens }) => tokens))]);
    }),
    { numRuns: 2_000 },
  );
});

test('identifiers lose their grouping, and are too short below three characters', () => {
  expect(identifierTokens('DE-12.34 / 5')).toEqual(['i:de12345']);
  expect(identifierTokens('a1')).toEqual([]);
});

describe('a date spans the days that it can mean', () => {
  test.each([
    ['2019', ['2019-01-01', '2019-12-31']],
    ['2019-05-28', ['2019-05-28', '2019-05-28']],
    ['2019-05-28T10:00:00Z', ['2019-05-28', '2019-05-28']],
    ['2019-05-28 10:00', ['2019-05-28', '2019-05-28']],
    ['2019-13-01', undefined],
    ['0000-01-01', undefined],
    ['2020-02', ['2020-02-01', '2020-02-29']],
    ['2100-02', ['2100-02-01', '2100-02-28']],
    ['2020-02-29T10:00:00Z', ['2020-02-29', '2020-02-29']],
    ['2019-02-29', undefined],
    ['0000', undefined],
    ['20191', undefined],
    ['about 1960', undefined],
  ])('%s', (date, days) => {
    expect(daysOf(date)).toEqual(days);
  });
});

test('a record is found under names, caption and identifiers, and filtered by countries and days', () => {
  const props = {
    name: ['Maria Kader'],
    alias: ['M. Kader'],
    birthDate: ['1960'],
    nationality: ['ee'],
    idNumber: ['P 12'],
    unheardOf: ['secret words'],
  };
  expect(recordTerms(ontology, { schema: 'Person', caption: 'Maria', props, validTo: '2001' })).toEqual({
    tokens: ['maria', 'kader', 'm', 'i:p12'],
    countries: ['ee'],
    firstDate: '1960-01-01',
    lastDate: '2001-12-31',
  });
});
