/** The bytes of a source file: gzip undone, with bounds on what a small file may unpack to. */
import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { SummitError } from '@summit/process/errors';
import { limits, type ReadOptions, type SourceFile } from '../source.ts';

/** Decompressed bytes in file order. Throws FILE_DAMAGED, also for a bomb. */
export async function* readBytes(file: SourceFile, options: ReadOptions): AsyncGenerator<Buffer> {
  const bounds = { ...limits, ...options.limits };
  let packed = 0;
  const counted = async function* () {
    for await (const chunk of file.open()) {
      options.signal?.throwIfAborted();
      packed += chunk.length;
      if (chunk.length > 0) yield Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length);
    }
  };
  const source = counted();
  const head: Buffer[] = [];
  for (let have = 0; have < 2; ) {
    const next = await source.next();
    if (next.done) break;
    head.push(next.value);
    have += next.value.length;
  }
  const start = Buffer.concat(head);
  const whole = async function* () {
    try {
      if (start.length > 0) yield start;
      yield* source;
    } finally {
      await source.return(undefined);
    }
  };
  if (start[0] !== 0x1f || start[1] !== 0x8b) {
    yield* whole();
    return;
  }

  // Errors of the source travel through destroy(); the generator's finally closes both when the reader stops early.
  const input = Readable.from(whole(), { objectMode: false });
  const unpacked = input.pipe(createGunzip({ chunkSize: 256 * 1024 }));
  input.on('error', (error) => unpacked.destroy(error));
  let total = 0;
  try {
    for await (const chunk of unpacked) {
      total += chunk.length;
      if (
        total > bounds.unpackedBytes ||
        (total > bounds.ratioFloorBytes && total > packed * bounds.unpackRatio)
      ) {
        throw new SummitError('FILE_DAMAGED', {
          problem: `${packed} packed bytes unpack to more than ${total}; that is no ordinary file`,
        });
      }
      yield chunk;
    }
  } catch (error) {
    if ((error as { code?: string }).code?.startsWith('Z_')) {
      const problem = `the gzip data is damaged or cut short after ${total} unpacked bytes`;
      throw new SummitError('FILE_DAMAGED', { problem, byteOffset: total }, error);
    }
    throw error;
  } finally {
    input.destroy();
    unpacked.destroy();
  }
}

/** The first decompressed bytes of a file, at most `count`. */
export async function readHead(
  file: SourceFile,
  count = 64 * 1024,
  options: ReadOptions = {},
): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let have = 0;
  for await (const chunk of readBytes(file, options)) {
    chunks.push(chunk);
    have += chunk.length;
    if (have >= count) break;
  }
  return Buffer.concat(chunks).subarray(0, count);
}
