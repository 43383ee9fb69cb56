/** Rejects: one bad row, with its place and its own text. */
import { isUtf8 } from 'node:buffer';
import { limits, type RejectCode, type SourceObject, type SourceRef } from './source.ts';

export function reject(
  ref: SourceRef,
  code: RejectCode,
  reason: string,
  raw: string | Buffer,
): SourceObject & { fate: 'reject' } {
  const text = typeof raw === 'string' ? raw : raw.subarray(0, limits.rawBytes).toString('utf8');
  return {
    fate: 'reject',
    ref,
    code,
    reason,
    raw: text.length > limits.rawBytes ? text.slice(0, limits.rawBytes) : text,
  };
}

/** Where the first sequence that is not UTF-8 begins. */
export function invalidUtf8At(bytes: Buffer): number {
  for (let at = 0; at < bytes.length; ) {
    const first = bytes[at]!;
    const length =
      first < 0x80 ? 1 : first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0;
    if (length === 0 || !isUtf8(bytes.subarray(at, at + length))) return at;
    at += length;
  }
  return bytes.length;
}
