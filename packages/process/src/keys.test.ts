import { expect, test } from 'vitest';
import { deriveBytes, internalKeys, providerKeys, readPublicKey, storedForm } from './keys.ts';

const secret = 'k3Jq8vWz1Yb6Tn0Rf5Hd9Lm2Xc7Pg4Sa';

test('the same secret gives the same keys, another purpose or secret gives others', () => {
  expect(internalKeys(secret).publicRaw).toBe(internalKeys(secret).publicRaw);
  expect(internalKeys(secret).publicRaw).not.toBe(providerKeys(secret).publicRaw);
  expect(internalKeys(secret).publicRaw).not.toBe(internalKeys(`${secret}!`).publicRaw);
  expect(deriveBytes(secret, 'a').equals(deriveBytes(secret, 'b'))).toBe(false);
});

test('the public key survives its way through the environment', () => {
  const keys = internalKeys(secret);
  expect(readPublicKey(keys.publicRaw).equals(keys.publicKey)).toBe(true);
  expect(() => readPublicKey('c2hvcnQ')).toThrow('32 bytes');
});

test('what is stored tells nothing about what was given', () => {
  const stored = storedForm(secret, 'session', 'value');
  expect(stored).toHaveLength(32);
  expect(stored.equals(storedForm(secret, 'session', 'value'))).toBe(true);
  expect(stored.equals(storedForm(secret, 'link', 'value'))).toBe(false);
});
