import { access, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeEach, expect, test } from 'vitest';
import type { Context } from '../context.ts';
import { inTransaction } from '../database/inTransaction.ts';
import { sql } from '../database/sql.ts';
import { startTenant, testDatabase } from '../database/testing.ts';
import { blobPath } from './blobs.ts';
import { keepFile } from './file.commands.ts';

const { db } = await testDatabase(30);
const home = await mkdtemp(join(tmpdir(), 'summit-quota-'));
afterAll(() => rm(home, { recursive: true, force: true }));

const place = { home, most: 1_000, quota: 1_000 };
const [ctx, other] = [await startTenant(db), await startTenant(db)];

beforeEach(async () => {
  for (const each of [ctx, other]) {
    await inTransaction(db, { tenant: each.scope.tenant }, (tx) =>
      tx.execute(sql`delete from operations.files where tenant_id = ${each.scope.tenant}`),
    );
  }
  await rm(home, { recursive: true, force: true });
});

/** 300 bytes in three parts, so that uploads which run at once take turns. */
const body = (fill: string) => Readable.from(Array.from({ length: 3 }, () => Buffer.alloc(100, fill)));
const outcomes = async (uploads: Promise<{ sha256: string }>[]) => {
  const settled = await Promise.allSettled(uploads);
  return {
    kept: settled.flatMap((each) => (each.status === 'fulfilled' ? each.value : [])),
    refused: settled.flatMap((each) =>
      each.status === 'rejected' ? (each.reason as { code: string }).code : [],
    ),
  };
};
const keptBytes = async (who: Context): Promise<number> =>
  (await inTransaction(db, { tenant: who.scope.tenant, readOnly: true }, (tx) =>
    tx.first<{ bytes: number }>(sql`select operations.kept_bytes() as bytes`),
  ))!.bytes;
const isThere = (sha256: string) =>
  access(blobPath(home, sha256)).then(
    () => true,
    () => false,
  );

test('uploads at once, of two tenants, never keep more than there is room for', async () => {
  const { kept, refused } = await outcomes(
    [...'abcdefghij'].map((fill, at) => keepFile(at % 2 ? ctx : other, place, `${fill}.csv`, body(fill))),
  );
  expect(kept.length).toBeGreaterThan(0);
  expect(kept.length).toBeLessThanOrEqual(3);
  expect(new Set(refused)).toEqual(new Set(['QUOTA_EXCEEDED']));
  expect(await keptBytes(ctx)).toBe(kept.length * 300);
  expect(await Promise.all(kept.map(({ sha256 }) => isThere(sha256)))).toEqual(kept.map(() => true));
  expect(await readdir(join(home, 'blobs', 'incoming'))).toEqual([]);
});

test('so do uploads through several servers, which do not know of each other’s bodies', async () => {
  // A home of its own for each, as if it were another process; the database is the one they share.
  const homes = await Promise.all([...'abcdef'].map(() => mkdtemp(join(tmpdir(), 'summit-quota-'))));
  try {
    const { kept, refused } = await outcomes(
      homes.map((each, at) => keepFile(ctx, { ...place, home: each }, 'x.csv', body(String(at)))),
    );
    expect([kept.length, refused]).toEqual([3, ['QUOTA_EXCEEDED', 'QUOTA_EXCEEDED', 'QUOTA_EXCEEDED']]);
    expect(await keptBytes(ctx)).toBe(900);
  } finally {
    for (const each of homes) await rm(each, { recursive: true, force: true });
  }
});

test('the same bytes at once are kept and counted once', async () => {
  const roomy = { ...place, quota: 2_000 };
  const { kept, refused } = await outcomes(
    Array.from({ length: 6 }, (_, at) => keepFile(at % 2 ? ctx : other, roomy, 'same.csv', body('s'))),
  );
  expect([kept.length, refused]).toEqual([6, []]);
  expect(await keptBytes(ctx)).toBe(300);
  expect(await isThere(kept[0]!.sha256)).toBe(true);
});

test('room that a refused upload held is free again', async () => {
  await expect(keepFile(ctx, { ...place, quota: 200 }, 'x.csv', body('x'))).rejects.toMatchObject({
    code: 'QUOTA_EXCEEDED',
  });
  await keepFile(ctx, { ...place, quota: 300 }, 'x.csv', body('y'));
  expect(await keptBytes(ctx)).toBe(300);
});
