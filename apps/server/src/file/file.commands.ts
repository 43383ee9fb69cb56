import type { Readable } from 'node:stream';
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
  const { sha256, bytes } = await keepBlob(place.home, body, {
    most: place.most,
    left: place.quota - kept!.bytes,
  });
  const file = { id: uuidv7(), filename: plainName(filename), bytes, sha256 };
  await inTransaction(ctx.db, { tenant }, (tx) =>
    tx.execute(sql`
      insert into operations.files (tenant_id, id, sha256, filename, bytes, uploaded_by)
      values (${tenant}, ${file.id}, ${sha256}, ${file.filename}, ${bytes}, ${ctx.actor.id})`),
  );
  return file;
}
