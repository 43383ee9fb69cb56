import { expect, test } from 'vitest';
import { whatItSays } from './whatItSays.ts';

const says = (...said: [name: string, value: string][]) =>
  whatItSays(said.map(([name, value]) => ({ name, values: [value] })));

test('a link says its amount, its share or its role', () => {
  expect(says(['amount', '1200'], ['currency', 'NOK'])).toBe('1,200 NOK');
  expect(says(['amountEur', '99.5'])).toBe('99.5 EUR');
  expect(says(['amount', 'much'])).toBe('much');
  expect(says(['percentage', '25 %'])).toBe('25 %');
  expect(says(['role', 'Director'])).toBe('Director');
  expect(says(['date', '2019'])).toBe('');
});
