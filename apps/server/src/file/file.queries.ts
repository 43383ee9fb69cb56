import { SummitError } from '@summit/process/errors';
import type { Context } from '../context.ts';
import { inTransaction } from '../database/inTransaction.ts';
import { sql } from '../database/sql.ts';
import { isUuid } from '../ids.ts';
import type { FileNode } from './file.ts';

/** A file that the actor uploaded, or that was imported into a dataset the actor sees. Throws NOT_FOUND. */
export async function loadFile(ctx: Context, id: string): Promise<FileNode> {
  ctx.actor.mustBeAbleTo('graph:read');
  const { tenant, clearance, datasets } = ctx.scope;
  const file = isUuid(id)
    ? await inTransaction(ctx.db, { tenant, readOnly: true }, (tx) =>
        tx.first<FileNode>(sql`
          select f.id, f.filename, f.bytes, f.sha256 from operations.files f
          where f.tenant_id = ${tenant} and f.id = ${id} and (f.uploaded_by = ${ctx.actor.id} or exists (
            select from operations.imports i join datasets d on d.tenant_id = i.tenant_id and d.key = i.dataset_key
            where i.tenant_id = ${tenant} and i.file_id = f.id and d.marking <= ${clearance}
              and (${datasets ?? null}::uuid[] is null or d.id = any(${datasets ?? null}))))`),
      )
    : undefined;
  if (!file) throw new SummitError('NOT_FOUND', { what: 'file' });
  return file;
}
