/**
 * What compressed batches may grow to. The library unpacks a whole answer at once and knows no limit, and a megabyte of zeros
 * that somebody sent becomes gigabytes: the worker would be killed by it, and the next one, which reads on from there, too.
 */
import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import { compressionsAlgorithms } from '@platformatic/kafka';

/** Of all batches of one answer together. Each record of a few bytes becomes an object of some hundred. */
export const MOST_INFLATED = 32 * 1_048_576;

/** An answer that would take more. */
export class TooLarge extends Error {
  constructor() {
    super(`what was fetched is more than ${MOST_INFLATED} bytes when it is unpacked`);
  }
}

/** Since the answer was begun, which is read in one go. */
let inflated = 0;

/** Within the rest that there is, or a little above it where the format itself bounds how much it grows. */
type Inflate = (bytes: Buffer, most: number) => Buffer;

const { snappy, lz4 } = compressionsAlgorithms;
const [unsnap, unlz4] = [snappy.decompressSync, lz4.decompressSync];
const inflates: Record<'gzip' | 'zstd' | 'snappy' | 'lz4', Inflate> = {
  gzip: (bytes, most) => gunzipSync(bytes, { maxOutputLength: most }),
  zstd: (bytes, most) => zstdDecompressSync(bytes, { maxOutputLength: most }),
  snappy: (bytes) => unsnap(bytes),
  lz4: (bytes) => unlz4(bytes),
};

function bounded(inflate: Inflate) {
  return (data: Buffer | { buffer: Buffer }): Buffer => {
    if (inflated === 0) queueMicrotask(() => (inflated = 0));
    const left = MOST_INFLATED - inflated;
    if (left <= 0) throw new TooLarge();
    try {
      const found = inflate(Buffer.isBuffer(data) ? data : data.buffer, left);
      inflated += found.length;
      if (inflated > MOST_INFLATED) throw new TooLarge();
      return found;
    } catch (error) {
      inflated = MOST_INFLATED;
      throw (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE' ? new TooLarge() : error;
    }
  };
}

/** For every consumer of this process. */
export function boundInflating(): void {
  for (const [name, inflate] of Object.entries(inflates))
    Object.assign(compressionsAlgorithms[name as keyof typeof inflates], {
      decompressSync: bounded(inflate),
    });
}
