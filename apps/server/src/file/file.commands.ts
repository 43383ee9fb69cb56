import type { Readable } from 'node:stream';
import { SummitError } from '@summit/process/errors';
import type { Context } from '../context.ts';
import { inTransaction } from '../database/inTransaction.ts';
import { sql } from '../database/sql.ts';
import { uuidv7 } from '../ids.ts';
import { keepBlob } from './blobs.ts';
import { type FileNode, type FilePlace, plainName } from './file.ts';

/** Keeps an uploaded file. Throws TOO_LARGE, QUOTA_EXCEEDED, DISK_FULL, FORBIDDEN; then nothing of it is left. */
export async function keepFile(
  ctx: Context,
  place: FilePlace,
  filename: string,
  body: Readable,
): Promise<FileNode> {
  // A sender that breaks off before the pipeline listens must not end the process; the pipeline hears of it too.
  body.on('error', () => {});
  ctx.actor.mustBeAbleTo('import:run');
  const { tenant } = ctx.scope;
  const kept = await inTransaction(ctx.db, { tenant, readOnly: true }, (tx) =>
    tx.first<{ bytes: number }>(sql`select operations.kept_bytes() as bytes`),
  );
  const file: FileNode = { id: uuidv7(), filename: plainName(filename), bytes: 0, sha256: '' };
  const room = { most: place.most, left: place.quota - kept!.bytes };
  await keepBlob(place.home, body, room, async (blob, settle) => {
    Object.assign(file, blob);
    await inTransaction(ctx.db, { tenant }, async (tx) => {
      // One after the other: what others have kept since this upload began counts too. A lock of a table is taken before the
      // snapshot, so what is counted is what stands.
      await tx.execute(sql`lock table operations.files in share row exclusive mode`);
      await tx.execute(sql`
        insert into operations.files (tenant_id, id, sha256, filename, bytes, uploaded_by)
        values (${tenant}, ${file.id}, ${file.sha256}, ${file.filename}, ${file.bytes}, ${ctx.actor.id})`);
      const now = await tx.first<{ bytes: number }>(sql`select operations.kept_bytes() as bytes`);
      if (now!.bytes > place.quota) throw new SummitError('QUOTA_EXCEEDED');
      await settle();
    });
  });
  return file;
}
