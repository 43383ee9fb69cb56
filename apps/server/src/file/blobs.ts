/** Original files, kept under the hash of their content: the same bytes are kept once, whoever brought them. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { access, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { SummitError } from '@summit/process/errors';
import { mustHaveRoom } from '../database/room.ts';

export interface Kept {
  sha256: string;
  bytes: number;
}

export interface Room {
  /** Largest file, in bytes: TOO_LARGE. */
  most: number;
  /** Bytes that may still be added: QUOTA_EXCEEDED. */
  left: number;
}

export const blobPath = (home: string, sha256: string): string =>
  join(home, 'blobs', sha256.slice(0, 2), sha256);

/** Bytes of bodies on their way into each home: together they must fit. */
const arriving = new Map<string, number>();
const arrives = (home: string, bytes: number): number => {
  const now = (arriving.get(home) ?? 0) + bytes;
  if (now === 0) arriving.delete(home);
  else arriving.set(home, now);
  return now;
};

/**
 * Streams a body to its place. Nothing is left behind when it fails: TOO_LARGE, QUOTA_EXCEEDED, DISK_FULL, or the sender left.
 * What it answers is on the disk. `admit` has the last word and brings the bytes to their place by `settle`; before that they
 * are nowhere that a file could point at.
 */
export async function keepBlob(
  home: string,
  body: Readable,
  room: Room,
  admit: (kept: Kept, settle: () => Promise<void>) => Promise<void> = (_, settle) => settle(),
): Promise<Kept> {
  const incoming = join(home, 'blobs', 'incoming');
  await mkdir(incoming, { recursive: true, mode: 0o700 });
  const temporary = join(
    incoming,
    `${process.pid}-${performance.now()}-${Math.random().toString(36).slice(2)}`,
  );
  const hash = createHash('sha256');
  let bytes = 0;
  const counted = async function* (source: AsyncIterable<Buffer>) {
    for await (const chunk of source) {
      await mustHaveRoom(home);
      bytes += chunk.length;
      const together = arrives(home, chunk.length);
      if (bytes > room.most) throw new SummitError('TOO_LARGE', { limit: room.most });
      if (together > room.left) throw new SummitError('QUOTA_EXCEEDED');
      hash.update(chunk);
      yield chunk;
    }
  };
  try {
    // It is there before the first byte: one that is made while the body is refused would be made after its removal.
    const handle = await open(temporary, 'wx', 0o600);
    await pipeline(body, counted, handle.createWriteStream({ flush: true }));
    const sha256 = hash.digest('hex');
    const place = blobPath(home, sha256);
    let settled: Promise<void> | undefined;
    const settle = async () => {
      await mkdir(join(place, '..'), { recursive: true, mode: 0o700 });
      await rename(temporary, place);
      await syncFolder(join(place, '..'));
    };
    // Once, however often the transaction around it is tried.
    await admit({ sha256, bytes }, () => {
      settled ??= settle();
      return settled;
    });
    return { sha256, bytes };
  } catch (error) {
    await rm(temporary, { force: true });
    throw isDiskFull(error) ? new SummitError('DISK_FULL', { retryAfter: 30 }, error) : error;
  } finally {
    arrives(home, -bytes);
  }
}

/** Throws FILE_DAMAGED when the bytes are gone or cut: a lost original is said, never read as empty. */
export async function openBlob(home: string, { sha256, bytes }: Kept): Promise<Readable> {
  const path = blobPath(home, sha256);
  const found = await stat(path).catch(() => undefined);
  if (!found || found.size !== bytes)
    throw new SummitError('FILE_DAMAGED', { problem: 'the kept original is missing or cut' });
  return createReadStream(path, { highWaterMark: 256 * 1024 });
}

/** Uploads that a killed process left half done, older than a day. */
export async function clearIncoming(home: string): Promise<void> {
  const incoming = join(home, 'blobs', 'incoming');
  if (
    !(await access(incoming).then(
      () => true,
      () => false,
    ))
  )
    return;
  for (const name of await readdir(incoming)) {
    const path = join(incoming, name);
    const found = await stat(path).catch(() => undefined);
    if (found && Date.now() - found.mtimeMs > 86_400_000) await rm(path, { force: true });
  }
}

const isDiskFull = (error: unknown): boolean =>
  ['ENOSPC', 'EDQUOT'].includes((error as NodeJS.ErrnoException | null)?.code ?? '');

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
