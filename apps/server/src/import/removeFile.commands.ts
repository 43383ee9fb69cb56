import { SummitError } from '@summit/process/errors';
import { type Changing, type Outcome, runCommand } from '../change/command.ts';
import type { Context } from '../context.ts';
import { inTransaction } from '../database/inTransaction.ts';
import { sql } from '../database/sql.ts';
import { placeOf } from '../file/file.http.ts';
import { claimFiles, seesImport, seesWholeFile } from '../file/file.queries.ts';
import { deleteRemoved, type Removed } from '../file/removed.ts';

/** Exactly one of them. */
export interface Chosen {
  import?: string | null | undefined;
  /** Its key; the dataset itself may be removed already. */
  dataset?: string | null | undefined;
  file?: string | null | undefined;
}

/** An original of a dataset that stays, because other datasets were imported from it too. */
export interface KeptFile {
  id: string;
  filename: string;
  /** Keys of those datasets that the actor may see. */
  datasets: string[];
}

export interface FilesRemoved {
  /** The files that were still there. */
  removed: string[];
  /** Chosen too, but removed before. */
  removedBefore: string[];
  kept: KeptFile[];
}

interface Found {
  id: string;
  filename: string;
  isRemoved: boolean;
  /** Whether the actor may see all that it says. */
  seen: boolean;
  /** Whether the actor may see that it is there. */
  known: boolean;
  /** An import reads it, or is about to. */
  busy: boolean;
  /** Other datasets came from it too. */
  shared: boolean;
  sharedWith: string[];
}

/**
 * Removes originals for good: the facts stand and say so, the bytes leave the disk unless another file is the same, and their
 * room is free again. It is a change like any other but for its undo, which is refused. Where the bytes could not be deleted the
 * next call does it, of files removed before too. Throws INPUT_INVALID, NOT_FOUND, FORBIDDEN, IMPORT_NOT_READY while an import
 * reads one of them.
 */
export async function removeFile(
  ctx: Context,
  chosen: Chosen,
  said: { reason?: string | null | undefined; preview?: boolean | null | undefined } = {},
): Promise<Outcome<FilesRemoved>> {
  ctx.actor.mustBeAbleTo('dataset:remove');
  const { tenant } = ctx.scope;
  const outcome = await runCommand(ctx, { action: 'file.removed', ...said, input: chosen }, async (tx) => {
    const all = await filesOf(tx, chosen);
    const found = all.filter(({ shared }) => !shared);
    await claimFiles(
      tx,
      tenant,
      found.map(({ id }) => id),
    );
    if (found.some(({ busy }) => busy)) throw new SummitError('IMPORT_NOT_READY', { state: 'running' });
    if (found.some(({ seen }) => !seen)) throw new SummitError('FORBIDDEN', { permission: 'marking' });
    const idsOf = (files: Found[]): string[] => files.map(({ id }) => id);
    const result: FilesRemoved = {
      removed: idsOf(found.filter(({ isRemoved }) => !isRemoved)),
      removedBefore: idsOf(found.filter(({ isRemoved }) => isRemoved)),
      kept: all
        .filter(({ shared, known, isRemoved }) => shared && known && !isRemoved)
        .map(({ id, filename, sharedWith }) => ({ id, filename, datasets: sharedWith })),
    };
    if (result.removed.length === 0) return result;
    await tx.execute(sql`
      insert into removed_files (tenant_id, id, since_change, sha256, removed_by, reason)
      select f.tenant_id, f.id, ${tx.change}, f.sha256, ${ctx.actor.id}, ${said.reason?.trim() || null}
      from operations.files f where f.tenant_id = ${tenant} and f.id = any(${result.removed}::uuid[])`);
    await tell(tx, result.removed);
    return result;
  });
  if (!said.preview) {
    const { removed, removedBefore } = outcome.result;
    const gone = await inTransaction(ctx.db, { tenant, readOnly: true }, (tx) =>
      tx.query<Removed>(sql`
        select tenant_id as tenant, id as file, sha256 as content from summit.removed_files
        where tenant_id = ${tenant} and id = any(${[...removed, ...removedBefore]}::uuid[])`),
    );
    await deleteRemoved(ctx.db, placeOf(ctx).home, gone);
  }
  return outcome;
}

async function filesOf(tx: Changing, chosen: Chosen): Promise<Found[]> {
  const { tenant } = tx.reader;
  const named = Object.entries({
    import: chosen.import,
    dataset: chosen.dataset,
    file: chosen.file,
  }).filter(([, value]) => value);
  const [what, value] = (named[0] ?? []) as ['import' | 'dataset' | 'file', string];
  if (named.length !== 1)
    throw new SummitError('INPUT_INVALID', { problem: 'name one of import, dataset and file' });
  const of = {
    import: sql`f.id in (select i.file_id from operations.imports i where i.id::text = ${value} and ${seesImport(tx.ctx)})`,
    dataset: sql`f.id in (select i.file_id from operations.imports i where i.tenant_id = ${tenant} and i.dataset_key = ${value})`,
    file: sql`f.id::text = ${value}`,
  }[what];
  // Only of a dataset: who names the import or the file means the file.
  const elsewhere = sql`operations.imports i where i.tenant_id = ${tenant} and i.file_id = f.id and not i.is_preview
    and ${what} = 'dataset' and i.dataset_key <> ${value}`;
  const found = await tx.query<Found>(sql`
    select f.id, f.filename,
      exists (select from removed_files x where x.tenant_id = f.tenant_id and x.id = f.id) as "isRemoved",
      f.uploaded_by = ${tx.ctx.actor.id} or coalesce((
        select bool_and(${seesWholeFile(tx.ctx)}) from operations.imports i where i.tenant_id = ${tenant} and i.file_id = f.id), false) as seen,
      f.uploaded_by = ${tx.ctx.actor.id} or exists (
        select from operations.imports i
        where i.file_id = f.id and ${seesImport(tx.ctx)} and (${what} <> 'dataset' or i.dataset_key = ${value})) as known,
      exists (
        select from operations.imports i
        where i.tenant_id = ${tenant} and i.file_id = f.id and i.state in ('queued', 'running')) as busy,
      exists (select from ${elsewhere}) as shared,
      array(select distinct i.dataset_key from ${elsewhere} and ${seesImport(tx.ctx)} order by 1) as "sharedWith"
    from operations.files f where f.tenant_id = ${tenant} and ${of}`);
  // What one may not see is not there; of a dataset that one sees some of it may be guarded more.
  if (!found.some(({ seen, shared, known }) => (shared ? known : seen)))
    throw new SummitError('NOT_FOUND', { what });
  return found;
}

/** History names the datasets, not the files: their names are told with their imports. */
async function tell(tx: Changing, ids: readonly string[]): Promise<void> {
  const { tenant } = tx.reader;
  const datasets = await tx.query<{ id: string; title: string }>(sql`
    select distinct i.dataset_id as id, coalesce(
      (select d.title from datasets d where d.tenant_id = ${tenant} and d.id = i.dataset_id),
      (select h.title from history.datasets h where h.tenant_id = ${tenant} and h.id = i.dataset_id order by h.since_change desc limit 1)) as title
    from operations.imports i where i.tenant_id = ${tenant} and i.file_id = any(${ids}::uuid[]) and i.dataset_id is not null`);
  const named = datasets.map(({ title }) => title).join(', ');
  const files = ids.length === 1 ? 'the original file' : `${ids.length} original files`;
  tx.says(`Removed ${files}${named && ` of ${named}`} for good`);
  // Of files that no dataset came from there is nothing else to name.
  tx.touches(
    ...(datasets.length > 0
      ? datasets.map(({ id, title }) => ({ kind: 'dataset', id, caption: title }))
      : ids.map((id) => ({ kind: 'file', id }))),
  );
}
