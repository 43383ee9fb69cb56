import { SummitError } from '@summit/process/errors';
import type { Context } from '../context.ts';
import type { Transaction } from '../database/database.ts';
import { inTransaction } from '../database/inTransaction.ts';
import { type Sql, sql } from '../database/sql.ts';
import { isUuid } from '../ids.ts';
import { type FileNode, fileRemoved } from './file.ts';

/** What an import is marked with when neither it nor its dataset says anything: TLP:GREEN, see runImport.ts. */
const USUAL_MARKING = 1;

/**
 * The condition that an import, under `i`, is the reader's to see, and with it its samples and those of its rejects that are not hidden: by its own
 * marking, that of its dataset as it stands or last stood, and the highest of its rows. Whoever brought rows knows them, however
 * they are marked.
 */
export function seesImport(ctx: Context): Sql {
  const { tenant, clearance, datasets } = ctx.scope;
  return sql`(i.tenant_id = ${tenant}
    and greatest(i.marking, coalesce(
      (select d.marking from summit.datasets d where d.tenant_id = ${tenant} and d.key = i.dataset_key),
      (select h.marking from history.datasets h where h.tenant_id = ${tenant} and h.key = i.dataset_key
       order by h.since_change desc limit 1),
      i.marking, ${USUAL_MARKING}::smallint)) <= ${clearance}
    and (i.started_by = ${ctx.actor.id} or (i.highest_marking <= ${clearance} and (
      ${datasets ?? null}::uuid[] is null or exists (
        select from summit.datasets d
        where d.tenant_id = ${tenant} and d.key = i.dataset_key and d.id = any(${datasets ?? null}::uuid[]))))))`;
}

/**
 * The condition that the reader may see all that the file of an import, under `i`, says: rejects and older versions too, and what
 * was not read yet.
 */
export const seesWholeFile = (ctx: Context): Sql =>
  sql`(${seesImport(ctx)} and (i.started_by = ${ctx.actor.id} or i.file_marking <= ${ctx.scope.clearance}))`;

/** A file that the actor uploaded, or of whose every import the actor may see all. Throws NOT_FOUND, FILE_REMOVED. */
export async function loadFile(ctx: Context, id: string): Promise<FileNode> {
  ctx.actor.mustBeAbleTo('graph:read');
  const { tenant } = ctx.scope;
  const file = isUuid(id)
    ? await inTransaction(ctx.db, { tenant, readOnly: true }, (tx) =>
        tx.first<FileNode & { removedAt: Date | null }>(sql`
          select f.id, f.filename, f.bytes, f.sha256, x.removed_at as "removedAt" from operations.files f
          left join summit.removed_files x on x.tenant_id = f.tenant_id and x.id = f.id
          where f.tenant_id = ${tenant} and f.id = ${id} and (f.uploaded_by = ${ctx.actor.id} or (
            select bool_and(${seesWholeFile(ctx)}) from operations.imports i
            where i.tenant_id = ${tenant} and i.file_id = f.id))`),
      )
    : undefined;
  if (!file) throw new SummitError('NOT_FOUND', { what: 'file' });
  const { removedAt, ...kept } = file;
  if (removedAt) throw fileRemoved({ at: removedAt });
  return kept;
}

/**
 * Claims files for a transaction that is to have them read or to remove them: of two at one moment the later fails to
 * serialize, is run again and sees what the first did. A lock alone would not do, since its view is the older one.
 */
export async function claimFiles(tx: Transaction, tenant: string, ids: readonly string[]): Promise<void> {
  await tx.execute(
    sql`update operations.files set filename = filename where tenant_id = ${tenant} and id = any(${ids}::uuid[])`,
  );
}

/** Claims a file that is to be read. Throws FILE_REMOVED. */
export async function claimToRead(tx: Transaction, tenant: string, id: string): Promise<void> {
  await claimFiles(tx, tenant, [id]);
  const removed = await tx.first<{ at: Date }>(
    sql`select removed_at as at from summit.removed_files where tenant_id = ${tenant} and id = ${id}`,
  );
  if (removed) throw fileRemoved(removed);
}
