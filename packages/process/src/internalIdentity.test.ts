import { createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import { SummitError } from './errors.ts';
import {
  type InternalIdentity,
  identitySigner,
  identityVerifier,
  signInternal,
  verifyInternal,
} from './internalIdentity.ts';
import { internalKeys } from './keys.ts';

const keys = internalKeys('k3Jq8vWz1Yb6Tn0Rf5Hd9Lm2Xc7Pg4Sa');
const identity: InternalIdentity = {
  sub: '018f0000-0000-7000-8000-000000000001',
  tenant: '018f0000-0000-7000-8000-000000000002',
  name: 'Avery Patel',
  roles: ['analyst'],
  clearance: 'TLP:AMBER',
  scope: 'user',
};
const now = 1_800_000_000;
const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

function reasonOf(token: string, at = now): string {
  try {
    verifyInternal(token, keys.publicKey, at);
    return 'accepted';
  } catch (error) {
    if (!(error instanceof SummitError)) throw error;
    expect(error.code).toBe('UNAUTHENTICATED');
    return (error.cause as Error).message;
  }
}

test('what was signed is read back, for a minute', () => {
  const token = signInternal(identity, keys.privateKey, now);
  expect(verifyInternal(token, keys.publicKey, now)).toEqual(identity);
  expect(reasonOf(token, now + 119)).toBe('accepted');
  expect(reasonOf(token, now + 121)).toBe('time');
  expect(reasonOf(token, now - 61)).toBe('time');
});

test('no other algorithm, key, shape or claim is accepted', () => {
  const token = signInternal(identity, keys.privateKey, now);
  const [header, body, signature] = token.split('.') as [string, string, string];
  const none = `${encode({ alg: 'none', typ: 'JWT' })}.${body}.`;
  const symmetricHead = encode({ alg: 'HS256', typ: 'JWT' });
  const symmetric = createHmac('sha256', keys.publicRaw)
    .update(`${symmetricHead}.${body}`)
    .digest('base64url');
  const stranger = internalKeys('another-secret-of-enough-length-0123').privateKey;
  expect(reasonOf(none)).toBe('form');
  expect(reasonOf(`${symmetricHead}.${body}.${symmetric}`)).toBe('form');
  expect(reasonOf(`${encode({ alg: 'EdDSA', typ: 'JWT', jwk: {} })}.${body}.${signature}`)).toBe('form');
  expect(reasonOf(`${header}.${body}`)).toBe('form');
  expect(reasonOf(`${token}.x`)).toBe('form');
  expect(reasonOf('x'.repeat(1_000_000))).toBe('form');
  expect(reasonOf(`${header}.${encode({ ...identity, roles: ['owner'] })}.${signature}`)).toBe('signature');
  expect(reasonOf(signInternal(identity, stranger, now))).toBe('signature');
  const odd = { ...identity, roles: ['god'] } as unknown as InternalIdentity;
  expect(reasonOf(signInternal(odd, keys.privateKey, now))).toBe('claims');
});

test('a token is used again for ten seconds, and only by whom it names', () => {
  let nowS = now;
  const sign = identitySigner(keys.privateKey, () => nowS * 1000);
  const token = sign(identity);
  nowS += 9;
  expect(sign({ ...identity })).toBe(token);
  expect(sign({ ...identity, roles: ['reader'] })).not.toBe(token);
  nowS += 1;
  expect(sign(identity)).not.toBe(token);
});

test('a token found good once is no longer good than any other, and a bad one is never', () => {
  let nowS = now;
  const verify = identityVerifier(keys.publicKey, () => nowS * 1000);
  const token = signInternal(identity, keys.privateKey, now);
  const [header, body, signature] = token.split('.') as [string, string, string];
  expect(verify(token)).toEqual(identity);
  expect(verify(token)).toEqual(identity);
  const forged = `${header}.${encode({ ...identity, roles: ['owner'] })}.${signature}`;
  expect(() => verify(forged)).toThrow(SummitError);
  expect(() => verify(forged)).toThrow(SummitError);
  expect(() => verify(`${header}.${body}`)).toThrow(SummitError);
  nowS += 119;
  expect(verify(token)).toEqual(identity);
  nowS += 2;
  expect(() => verify(token)).toThrow(SummitError);
});
