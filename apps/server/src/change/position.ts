import { createCipheriv, createDecipheriv, hkdfSync } from 'node:crypto';
import { SummitError } from '@summit/process/errors';

const keys = new Map<string, Buffer>();

/**
 * Positions leave the server as one AES block under a per-tenant key: raw transaction ids would show other tenants' write
 * rate and differ between two runs of one history. The second half of the block is zero, which is how a forged or foreign
 * position is told from a real one.
 */
export function encodePosition(secret: Uint8Array, tenant: string, change: number): string {
  const block = Buffer.alloc(16);
  block.writeBigUInt64BE(BigInt(change));
  const cipher = createCipheriv('aes-128-ecb', keyOf(secret, tenant), null).setAutoPadding(false);
  return Buffer.concat([cipher.update(block), cipher.final()]).toString('base64url');
}

/** Throws POSITION_UNKNOWN for anything that this tenant was not given. */
export function decodePosition(secret: Uint8Array, tenant: string, position: string): number {
  const block = Buffer.from(position, 'base64url');
  if (block.length === 16 && /^[\w-]{22}$/.test(position)) {
    const decipher = createDecipheriv('aes-128-ecb', keyOf(secret, tenant), null).setAutoPadding(false);
    const clear = Buffer.concat([decipher.update(block), decipher.final()]);
    const change = Number(clear.readBigUInt64BE(0));
    if (clear.readBigUInt64BE(8) === 0n && Number.isSafeInteger(change)) return change;
  }
  throw new SummitError('POSITION_UNKNOWN');
}

function keyOf(secret: Uint8Array, tenant: string): Buffer {
  const id = `${tenant}:${Buffer.from(secret).toString('hex')}`;
  let key = keys.get(id);
  if (!key) {
    if (keys.size > 1_000) keys.clear();
    key = Buffer.from(hkdfSync('sha256', secret, tenant, 'summit position', 16));
    keys.set(id, key);
  }
  return key;
}
