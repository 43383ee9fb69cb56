import { compressionsAlgorithms } from '@platformatic/kafka';
import { expect, test } from 'vitest';
import { boundInflating, MOST_INFLATED, TooLarge } from './inflating.kafka.ts';

boundInflating();

test.each(['gzip', 'zstd', 'snappy', 'lz4'] as const)(
  '%s: what one answer unpacks to has a bound, each by itself and all together',
  async (name) => {
    const { compressSync, decompressSync } = compressionsAlgorithms[name];
    const text = Buffer.from('{"name":"Ann"}'.repeat(1_000));
    expect(decompressSync(compressSync(text)).equals(text)).toBe(true);
    expect(() => decompressSync(compressSync(Buffer.alloc(MOST_INFLATED + 1)))).toThrow(TooLarge);
    // The rest of the same answer neither.
    expect(() => decompressSync(compressSync(text))).toThrow(TooLarge);
    await Promise.resolve();
    const third = compressSync(Buffer.alloc(MOST_INFLATED / 3));
    for (let time = 0; time < 3; time++) decompressSync(third);
    expect(() => decompressSync(third)).toThrow(TooLarge);
    await Promise.resolve();
    expect(decompressSync(compressSync(text)).equals(text)).toBe(true);
  },
);
