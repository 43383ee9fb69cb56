import { tmpdir } from 'node:os';
import { Readable } from 'node:stream';
import { afterAll, expect, test } from 'vitest';
import { runCommand } from '../change/command.ts';
import { read } from '../change/read.ts';
import { createDataset } from '../dataset/dataset.commands.ts';
import { keepBlob } from '../file/blobs.ts';
import { keepRoom } from './room.ts';
import { sql } from './sql.ts';
import { startTenant, testDatabase } from './testing.ts';

const { db } = await testDatabase();
const folder = tmpdir();
afterAll(() => keepRoom(db, folder, 0));

test('when the disk has less room than is kept nothing is written, and reads go on', async () => {
  const ctx = await startTenant(db);
  await createDataset(ctx, { key: 'before' });
  keepRoom(db, folder, Number.MAX_SAFE_INTEGER);
  const full = { code: 'DISK_FULL', details: { retryAfter: 30 } };
  await expect(createDataset(ctx, { key: 'after' })).rejects.toMatchObject(full);
  await expect(runCommand(ctx, { action: 'test' }, async () => 1)).rejects.toMatchObject(full);
  await expect(
    keepBlob(folder, Readable.from([Buffer.from('x')]), { most: 10, left: 10 }),
  ).rejects.toMatchObject(full);
  const keys = () =>
    read(ctx, undefined, (tx) =>
      tx.query(sql`select key from datasets where tenant_id = ${ctx.scope.tenant} order by key`),
    );
  expect(await keys()).toEqual([{ key: 'before' }]);
  keepRoom(db, folder, 0);
  await createDataset(ctx, { key: 'after' });
  expect(await keys()).toEqual([{ key: 'after' }, { key: 'before' }]);
});
