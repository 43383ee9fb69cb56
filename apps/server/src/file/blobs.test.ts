import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { keepBlob, openBlob, removeBlob } from './blobs.ts';

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'summit-blobs-'));
});
afterEach(() => rm(home, { recursive: true, force: true }));

const room = { most: 1_000, left: 1_000 };
const incoming = () => readdir(join(home, 'blobs/incoming'));
const body = (bytes: number) => Readable.from([Buffer.alloc(bytes, 'x')]);

test('the same bytes are kept once and come back as they were', async () => {
  const first = await keepBlob(home, Readable.from([Buffer.from('Łuk'), Buffer.from('asz')]), room);
  expect(await keepBlob(home, Readable.from([Buffer.from('Łukasz')]), room)).toEqual(first);
  expect(await text(await openBlob(home, first))).toBe('Łukasz');
  await removeBlob(home, first.sha256);
  await expect(openBlob(home, first)).rejects.toMatchObject({ code: 'FILE_DAMAGED' });
});

test.each([
  ['TOO_LARGE', () => keepBlob(home, body(1_001), room)],
  ['QUOTA_EXCEEDED', () => keepBlob(home, body(500), { most: 1_000, left: 499 })],
])('%s leaves nothing behind', async (code, keep) => {
  await expect(keep()).rejects.toMatchObject({ code });
  expect(await incoming()).toEqual([]);
});

test('a disk that is full, and a sender that leaves, leave nothing behind', async () => {
  const ends = (code: string) =>
    Readable.from(
      (async function* () {
        yield Buffer.alloc(10);
        throw Object.assign(new Error(code), { code });
      })(),
    );
  await expect(keepBlob(home, ends('ENOSPC'), room)).rejects.toMatchObject({ code: 'DISK_FULL' });
  await expect(keepBlob(home, ends('ECONNRESET'), room)).rejects.toMatchObject({ code: 'ECONNRESET' });
  expect(await incoming()).toEqual([]);
});
