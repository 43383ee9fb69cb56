import { createHmac, createPrivateKey, createPublicKey, hkdfSync, type KeyObject } from 'node:crypto';

export type SigningKeys = {
  privateKey: KeyObject;
  publicKey: KeyObject;
  /** The 32 public bytes as base64url, as passed in INTERNAL_PUBLIC_KEY. */
  publicRaw: string;
};

/** PKCS #8 and SPKI wrappers of a raw Ed25519 key. */
const privatePrefix = Buffer.from('302e020100300506032b657004220420', 'hex');
const publicPrefix = Buffer.from('302a300506032b6570032100', 'hex');

/** 32 bytes for one purpose; different purposes give unrelated keys. */
export const deriveBytes = (secret: string, purpose: string, length = 32): Buffer =>
  Buffer.from(hkdfSync('sha256', secret, 'summit', purpose, length));

function deriveSigningKeys(secret: string, purpose: string): SigningKeys {
  const der = Buffer.concat([privatePrefix, deriveBytes(secret, purpose)]);
  const privateKey = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  const publicKey = createPublicKey(privateKey);
  const publicRaw = publicKey
    .export({ format: 'der', type: 'spki' })
    .subarray(publicPrefix.length)
    .toString('base64url');
  return { privateKey, publicKey, publicRaw };
}

/** Keys of the gateway's identity towards the server. Only the gateway and the supervisor hold JWT_SECRET. */
export const internalKeys = (jwtSecret: string): SigningKeys =>
  deriveSigningKeys(jwtSecret, 'internal identity');

/** Keys of the embedded identity provider. */
export const providerKeys = (jwtSecret: string): SigningKeys =>
  deriveSigningKeys(jwtSecret, 'embedded provider');

/** Reads INTERNAL_PUBLIC_KEY. */
export function readPublicKey(publicRaw: string): KeyObject {
  const raw = Buffer.from(publicRaw, 'base64url');
  if (raw.length !== 32) throw new Error('INTERNAL_PUBLIC_KEY must be 32 bytes in base64url.');
  return createPublicKey({ key: Buffer.concat([publicPrefix, raw]), format: 'der', type: 'spki' });
}

/** The form in which a session, link or token is stored: useless to who reads the database. */
export const storedForm = (secret: string, purpose: string, value: string): Buffer =>
  createHmac('sha256', deriveBytes(secret, purpose)).update(value).digest();
