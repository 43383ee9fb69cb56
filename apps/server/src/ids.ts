import { hash, randomBytes } from 'node:crypto';

/** UUIDv7 (RFC 9562) for what people make: sorts by time of making. */
export function uuidv7(nowMs = Date.now()): string {
  const bytes = randomBytes(16);
  bytes.writeUIntBE(nowMs, 0, 6);
  bytes[6] = (bytes[6]! & 0x0f) | 0x70;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  return written(bytes.toString('hex'));
}

/** Summit's own UUID namespace; changing it would rename everything that was ever imported. */
const NAMESPACE = Buffer.from('5b0c2f4e9a8d4f6c8f3e7d1a6c2b9e40', 'hex');

/** A deterministic id: one name gives one id in every installation. */
export function uuidv5(name: string): string {
  const digest = hash('sha1', Buffer.concat([NAMESPACE, Buffer.from(name)]), 'buffer').subarray(0, 16);
  digest[6] = (digest[6]! & 0x0f) | 0x50;
  digest[8] = (digest[8]! & 0x3f) | 0x80;
  return written(digest.toString('hex'));
}

/** Id of what one dataset says under a key of its own; `kind` is record, relationship or reference. */
export const factId = (datasetKey: string, kind: string, sourceKey: string): string =>
  uuidv5(`${datasetKey}\0${kind}\0${sourceKey}`);

const written = (hex: string): string =>
  `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

export const isUuid = (text: string): boolean => UUID.test(text);
