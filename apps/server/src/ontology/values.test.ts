import fc from 'fast-check';
import { expect, test } from 'vitest';
import { dateByFormat, excelDate, isoDate } from './dates.ts';
import { cleanValue } from './values.ts';

test.each([
  ['2019', '2019'],
  ['2019-5', '2019-05'],
  ['2019-05-03', '2019-05-03'],
  ['20190503', '2019-05-03'],
  ['2019/05/03', '2019-05-03'],
  ['03.05.2019', '2019-05-03'],
  ['31/12/1999', '1999-12-31'],
  ['12/31/1999', '1999-12-31'],
  ['05/05/2020', '2020-05-05'],
  ['3 Mar 2019', '2019-03-03'],
  ['March 3, 2019', '2019-03-03'],
  ['Mar 2019', '2019-03'],
  ['2022-02-26T21:07:55Z', '2022-02-26T21:07:55Z'],
  ['2022-02-26 21:07', '2022-02-26T21:07'],
  ['2022-02-26T21:07:55.500+02:00', '2022-02-26T19:07:55.5Z'],
  ['2020-02-29', '2020-02-29'],
])('%s is %s', (text, expected) => expect(isoDate(text)).toBe(expected));

test.each([
  '01/02/2020',
  '2020-13-01',
  '2019-02-29',
  '0000-00-00',
  '2020-02-30T25:00Z',
  'yesterday',
  '12345',
  '',
  '99/99/2020',
])('%s is no date that is known for sure', (text) => expect(isoDate(text)).toBeUndefined());

test('an order that is known decides', () => {
  expect(isoDate('01/02/2020', 'dmy')).toBe('2020-02-01');
  expect(isoDate('01/02/2020', 'mdy')).toBe('2020-01-02');
});

test('formats, epochs and spreadsheet days', () => {
  expect(dateByFormat('24.12.99', '%d.%m.%y')).toBe('1999-12-24');
  expect(dateByFormat('1289241912', 'unix')).toBe('2010-11-08T18:45:12Z');
  expect(dateByFormat('1289241912123', 'unix_ms')).toBe('2010-11-08T18:45:12.123Z');
  expect(dateByFormat('36679', 'excel')).toBe('2000-06-02');
  expect(excelDate(59)).toBe('1900-02-28');
  expect(excelDate(61)).toBe('1900-03-01');
  expect(excelDate(0, true)).toBe('1904-01-01');
  expect(excelDate(1.5)).toBe('1900-01-01T12:00:00');
  expect(dateByFormat('x', '%Y')).toBeUndefined();
});

test('a date that was understood is understood the same again', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'0123456789-/.T:Z +'), maxLength: 26 }), (text) => {
      const once = isoDate(text);
      if (once !== undefined) expect(isoDate(once)).toBe(once);
    }),
    { numRuns: 2000 },
  );
});

test.each([
  ['country', 'Deutschland', 'de'],
  ['country', 'GB', 'gb'],
  ['country', 'USA', 'us'],
  ['country', 'Россия', 'ru'],
  ['country', 'Österreich', 'at'],
  ['country', 'DEU', 'de'],
  ['number', '1,234.50', '1234.50'],
  ['number', '9007199254740993', '9007199254740993'],
  ['phone', '+49 (0)30-1234', '+49301234'],
  ['email', 'A.B@Example.ORG', 'A.B@example.org'],
  ['ip', '2001:DB8::1', '2001:db8::1'],
  ['gender', 'F', 'female'],
  ['name', '  Ada   Lovelace ', 'Ada Lovelace'],
  ['checksum', 'ABCDEF', 'abcdef'],
] as const)('%s: %s is %s', (type, text, value) =>
  expect(cleanValue(type, text)).toEqual({ value, understood: true }),
);

test.each([
  ['country', 'Atlantis'],
  ['date', ' soon '],
  ['number', '1.2.3'],
  ['phone', 'call me'],
  ['email', 'nobody'],
  ['url', 'not a url'],
  ['ip', '999.1.1.1'],
] as const)('%s: what is not understood stays as it was written: %s', (type, text) => {
  expect(cleanValue(type, text)).toEqual({ value: text, understood: false });
});

test('a decimal comma is read where the source uses it', () => {
  expect(cleanValue('number', '1.234,50', { decimal: ',' })).toEqual({ value: '1234.50', understood: true });
  expect(cleanValue('number', '1.234,50')).toEqual({ value: '1.234,50', understood: false });
});
