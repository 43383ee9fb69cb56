import { expect, test } from 'vitest';
import { keyFromName } from './useDraft.ts';

test.each([
  ['ee_payment_register_2024Q3.csv', 'ee-payment-register-2024q3'],
  ['Zahlungen Köln.ftm.ndjson.gz', 'zahlungen-koln'],
  ['платежи.csv', 'dataset'],
])('%s gives the key %s', (name, key) => {
  expect(keyFromName(name)).toBe(key);
});
