import { expect, test } from 'vitest';
import { lsnOf, withoutHeader } from './replicas.ts';

test('positions of the log are numbers', () => {
  expect(lsnOf('0/0')).toBe(0n);
  expect(lsnOf('1/2')).toBe(4_294_967_298n);
  expect(lsnOf('0/16B3748') < lsnOf('0/16B3749')).toBe(true);
});

test('the place behind the header of a page, short or long, is the beginning of the page', () => {
  expect(withoutHeader(lsnOf('0/2000018'))).toBe(lsnOf('0/2000000'));
  expect(withoutHeader(lsnOf('0/3000028'))).toBe(lsnOf('0/3000000'));
  expect(withoutHeader(lsnOf('0/3000030'))).toBe(lsnOf('0/3000030'));
});
