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

/** Where the first byte that is not UTF-8 stands. */
export function invalidUtf8At(bytes: Buffer): number {
  let low = 0;
  let high = bytes.length;
  // A prefix may be cut inside a sequence, so the answer is exact to the sequence in which it lies.
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if (isUtf8(bytes.subarray(0, middle)) || isUtf8(cutSequence(bytes.subarray(0, middle)))) low = middle;
    else high = middle - 1;
  }
  return low;
}

function cutSequence(bytes: Buffer): Buffer {
  for (let back = 1; back <= 3 && back <= bytes.length; back++) {
    if (bytes[bytes.length - back]! >= 0xc0) return bytes.subarray(0, bytes.length - back);
  }
  return bytes;
}
