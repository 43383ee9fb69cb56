import { expect, test } from 'vitest';
import { isOfLinks, linksTableUrl, lossInWords } from './exportLosses.ts';

test('a loss is said as a person would', () => {
  expect(lossInWords({ what: 'places in the original file', count: 5 })).toBe(
    'Left out: which row of the original file says it, for 5 facts.',
  );
  expect(lossInWords({ what: 'cells with several values, joined by "; "', count: 1 })).toBe(
    '1 cell with several values: they stand in one cell, parted by “; ”.',
  );
  expect(lossInWords({ what: 'judgements that records are the same', count: 2 })).toBe(
    'Left out: that 2 records were judged the same as another.',
  );
  expect(
    lossInWords({
      what: 'refutations: values that somebody holds to be wrong leave like all others',
      count: 1,
    }),
  ).toBe('Left out: that 1 value is refuted. It stands in the file like any other.');
  expect(lossInWords({ what: 'something new', count: 1200 })).toBe('Left out: something new, 1,200.');
});

test('what the table of records leaves to the table of links is told apart, and its address is known', () => {
  expect(isOfLinks({ what: 'references, which the table of records does not hold' })).toBe(true);
  expect(isOfLinks({ what: 'places in the original file' })).toBe(false);
  expect(linksTableUrl('/api/exports?format=csv')).toBe('/api/exports?format=csv&table=relationships');
  expect(linksTableUrl('/api/exports')).toBeUndefined();
});
