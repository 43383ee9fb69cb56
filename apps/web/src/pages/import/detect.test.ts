import { expect, test } from 'vitest';
import { looksLike } from './detect.ts';

test.each([
  ['date', ['2024-07-02', '2024-07']],
  ['date', ['02.07.2024', '3.7.2024']],
  ['number', ['76.500,00', '12.250,00']],
  ['IBAN', ['EE38 2200 2210 2014 5685']],
  ['email', ['ops@norrhaven.example']],
  ['country code', ['GB', 'LV', 'lt']],
  ['identifier', ['NF-2219', 'NF-2220']],
  ['name', ['Norrhaven Freight OÜ', 'ООО «Грелин»']],
  ['yes or no', ['true', 'false']],
  ['empty', ['', ' ']],
] as const)('%s', (looks, samples) => {
  expect(looksLike(samples)).toBe(looks);
});
