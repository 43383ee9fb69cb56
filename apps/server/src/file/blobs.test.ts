import { mkdtemp, readdir, readFile, rm, truncate, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { afterAll, expect, test } from 'vitest';
import { blobPath, clearIncoming, keepBlob, openBlob } from './blobs.ts';
import { attachment, plainName } from './file.ts';

const home = await mkdtemp(join(tmpdir(), 'summit-blobs-'));
afterAll(() => rm(home, { recursive: true }));
const room = { most: 1_000, left: 1_000 };
const incoming = () => readdir(join(home, 'blobs', 'incoming'));

test('bytes are kept once under their hash, and come back as they were', async () => {
  const first = await keepBlob(home, Readable.from([Buffer.from('same '), Buffer.from('bytes')]), room);
  const second = await keepBlob(home, Readable.from([Buffer.from('same bytes')]), room);
  expect(second).toEqual(first);
  expect(first.bytes).toBe(10);
  expect((await buffer(await openBlob(home, first))).toString()).toBe('same bytes');
  expect(await incoming()).toEqual([]);
});

test.for([
  ['TOO_LARGE', { most: 3, left: 1_000 }, Readable.from([Buffer.from('four')])],
  ['QUOTA_EXCEEDED', { most: 1_000, left: 3 }, Readable.from([Buffer.from('four')])],
  [
    'DISK_FULL',
    room,
    Readable.from(
      (async function* () {
        yield Buffer.from('half');
        throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
      })(),
    ),
  ],
] as const)('%s leaves nothing behind', async ([code, limits, body]) => {
  await expect(keepBlob(home, body, limits)).rejects.toMatchObject({ code });
  expect(await incoming()).toEqual([]);
});

test('a kept file that was cut or lost is said to be damaged, never read as empty', async () => {
  const kept = await keepBlob(home, Readable.from([Buffer.from('to be cut')]), room);
  await truncate(blobPath(home, kept.sha256), 3);
  await expect(openBlob(home, kept)).rejects.toMatchObject({ code: 'FILE_DAMAGED' });
  await rm(blobPath(home, kept.sha256));
  await expect(openBlob(home, kept)).rejects.toMatchObject({ code: 'FILE_DAMAGED' });
});

test('half uploads of a killed process are cleared after a day, not before', async () => {
  const [old, fresh] = ['old', 'fresh'].map((name) => join(home, 'blobs', 'incoming', name)) as [
    string,
    string,
  ];
  await writeFile(old, 'x');
  await writeFile(fresh, 'x');
  await utimes(old, 0, 0);
  await clearIncoming(home);
  expect(await incoming()).toEqual(['fresh']);
  expect(await readFile(fresh, 'utf8')).toBe('x');
});

test('names neither lead elsewhere nor break out of a header', () => {
  expect(plainName('../../etc/passwd')).toBe('passwd');
  expect(plainName('C:\\temp\\a.csv')).toBe('a.csv');
  expect(plainName('..')).toBe('file');
  expect(plainName('a\r\nb\u202E.csv')).toBe('ab.csv');
  expect(attachment('CON.csv')).toContain('filename="_CON.csv"');
  expect(attachment('a"; x="b.csv')).toBe(
    `attachment; filename="a__ x=_b.csv"; filename*=UTF-8''a%22%3B%20x%3D%22b.csv`,
  );
  expect(attachment('Жук.csv')).toContain("filename*=UTF-8''%D0%96%D1%83%D0%BA.csv");
});
