/** Takes a whole import back, newest batch first, each a change with `undo_of`. It is not atomic and says so by its state. */
import { toPublic } from '@summit/process/errors';
import { type Changing, type Outcome, runCommand } from '../change/command.ts';
import { refuseConflicts } from '../change/conflicts.ts';
import { read } from '../change/read.ts';
import { restore } from '../change/undo.ts';
import type { Context } from '../context.ts';
import type { Database } from '../database/database.ts';
import { inTransaction } from '../database/inTransaction.ts';
import { sql } from '../database/sql.ts';
import { ATTEMPTS, isPassing, type JobRun } from '../job/job.ts';
import { announce, LeaseLost, letGo } from './checkpoint.ts';
import { importOf } from './import.queries.ts';
import type { ImportNode } from './import.ts';
import { actAs, type Services } from './importContext.ts';

/** Rows whose conflicts are looked for in one statement. */
const CHECKED = 10_000;
/** Up to this many rows an undo is refused at once instead of by its job. */
export const CHECKED_AT_ONCE = 10_000;

interface Batch {
  id: number;
  rows: number;
}

export interface UndoPayload {
  import: string;
  by: string;
  reason: string | null;
  /** The state to go back to when the undo is refused. */
  was: ImportNode['state'];
}

export async function runUndo(services: Services, run: JobRun, payload: UndoPayload): Promise<void> {
  const { tenant, fence } = run;
  const about = await inTransaction(services.db, { tenant }, async (tx) => {
    const about = await importOf(tx, tenant, payload.import);
    if (about?.state !== 'undoing') return undefined;
    await tx.execute(sql`
      update operations.imports set fence = ${fence} where tenant_id = ${tenant} and id = ${about.id} and fence < ${fence}`);
    return about;
  });
  if (!about) return;
  try {
    if (run.attempts > ATTEMPTS) throw new Error('it kills its worker');
    const ctx = await inTransaction(services.db, { tenant, readOnly: true }, (tx) =>
      actAs(tx, services, tenant, payload.by, `import:${about.id}`),
    );
    const standing = await batchesOf(ctx, about.id);
    // Before anything is taken back, and again when it goes on: somebody may have acted meanwhile.
    const checked = await read(ctx, undefined, (tx) =>
      tx.first<{ before: number }>(sql`select summit.horizon() as before`),
    );
    await refuseImportConflicts(ctx, standing);
    const began = performance.now();
    let done = 0;
    for (const batch of [...standing].reverse()) {
      run.signal.throwIfAborted();
      done += batch.rows;
      await undoBatch(
        ctx,
        run,
        about,
        batch,
        { reason: payload.reason, checkedBefore: checked!.before },
        progressOf(about, standing, done, performance.now() - began),
      );
      await run.progressed();
    }
    await settleState(services, run, about.id, 'undone', null);
  } catch (error) {
    if (error instanceof LeaseLost || error === run.signal.reason || isPassing(error)) throw error;
    const { code, message } = toPublic(error, about.id);
    const begunStill = await isPartlyUndone(services.db, tenant, about.id);
    // Refused before anything was taken back, it stands as it stood; later it stays `failed`, and undoing can be asked for again.
    await settleState(services, run, about.id, begunStill ? 'failed' : payload.was, { code, message });
    if (code === 'INTERNAL') throw error;
  }
}

/** The import's changes that stand, oldest first. */
export function batchesOf(ctx: Context, importId: string): Promise<Batch[]> {
  return inTransaction(ctx.db, { tenant: ctx.scope.tenant, readOnly: true }, (tx) =>
    tx.query<Batch>(sql`
      select id, rows from changes c
      where tenant_id = ${ctx.scope.tenant} and import_id = ${importId} and undo_of is null
        and not summit.is_undone(tenant_id, id) order by id`),
  );
}

/** Whether some of its changes were taken back: then it can only be undone to the end. */
export async function isPartlyUndone(db: Database, tenant: string, importId: string): Promise<boolean> {
  const found = await inTransaction(db, { tenant, readOnly: true }, (tx) =>
    tx.first(sql`
      select from changes where tenant_id = ${tenant} and import_id = ${importId} and undo_of is not null limit 1`),
  );
  return found !== undefined;
}

/** Throws UNDO_CONFLICT; looks at some thousand rows at a time. */
export async function refuseImportConflicts(ctx: Context, batches: readonly Batch[]): Promise<void> {
  const all = batches.map(({ id }) => id);
  for (let from = 0; from < batches.length; ) {
    let to = from;
    for (let rows = 0; to < batches.length && (to === from || rows + batches[to]!.rows <= CHECKED); to++)
      rows += batches[to]!.rows;
    const among = all.slice(from, to);
    await read(ctx, undefined, (tx) => refuseConflicts(Object.assign(tx, { ctx }), all, among));
    from = to;
  }
}

/** What undoing one batch would do; writes nothing. Throws UNDO_CONFLICT, PREVIEW_TOO_LARGE. */
export function previewBatch(ctx: Context, batch: Batch): Promise<Outcome<null>> {
  return runCommand(ctx, { action: 'import.undone', undoOf: batch.id, preview: true }, async (tx) => {
    await refuseConflicts(tx, [batch.id]);
    await restore(tx, batch.id);
    return null;
  });
}

async function undoBatch(
  ctx: Context,
  run: JobRun,
  about: ImportNode,
  batch: Batch,
  { reason, checkedBefore }: { reason: string | null; checkedBefore: number },
  progress: ImportNode['progress'],
): Promise<void> {
  const { tenant } = run;
  await runCommand(
    ctx,
    {
      action: 'import.undone',
      undoOf: batch.id,
      importId: about.id,
      reason,
      investigationId: about.investigationId,
    },
    async (tx) => {
      const undone = await tx.first(sql`
        select from changes where tenant_id = ${tenant} and undo_of = ${batch.id} and id <> ${tx.change}`);
      if (undone) return;
      // What came later of the import itself is taken back by now.
      if (await othersActed(tx, about.id, checkedBefore)) await refuseConflicts(tx, [batch.id]);
      await restore(tx, batch.id);
      await keepNeededDataset(tx, about);
      tx.says(`Undid: import into ${about.datasetTitle ?? about.datasetKey}`);
      if (about.datasetId)
        tx.touches({ kind: 'dataset', id: about.datasetId, caption: about.datasetTitle ?? about.datasetKey });
      const touched = await tx.execute(sql`
        update operations.imports set progress = ${JSON.stringify(progress)}
        where tenant_id = ${tenant} and id = ${about.id} and fence = ${run.fence} and state = 'undoing'`);
      if (touched === 0) throw new LeaseLost();
      await announce(tx, tenant, about.id);
    },
  );
}

/**
 * Whether any change but the undo's own came since conflicts were looked for. One that this snapshot does not see yet and that
 * touches the same rows lets it fail to serialize, and be asked again.
 */
async function othersActed(tx: Changing, importId: string, since: number): Promise<boolean> {
  const found = await tx.first(sql`
    select from changes where tenant_id = ${tx.reader.tenant} and id >= ${since} and id <> ${tx.change}
      and not (import_id is not distinct from ${importId} and undo_of is not null) limit 1`);
  return found !== undefined;
}

/** The import made the dataset; others have brought rows since, which nobody would see without it: then it stays. */
async function keepNeededDataset(tx: Changing, { datasetKey, datasetId }: ImportNode): Promise<void> {
  if (datasetId === null) return;
  const { tenant } = tx.reader;
  await tx.execute(sql`
    insert into datasets (tenant_id, id, since_change, key, title, kind, investigation_id, publisher, url, licence, marking, reliability, metadata)
    select tenant_id, id, ${tx.change}::bigint, key, title, kind, investigation_id, publisher, url, licence, marking, reliability, metadata
    from history.datasets h
    where h.tenant_id = ${tenant} and h.id = ${datasetId} and h.key = ${datasetKey} and h.until_change = ${tx.change}
      and not exists (select from datasets d where d.tenant_id = ${tenant} and d.id = ${datasetId})
      and (exists (select from records r where r.tenant_id = ${tenant} and r.dataset_id = ${datasetId})
        or exists (select from relationships l where l.tenant_id = ${tenant} and l.dataset_id = ${datasetId}))`);
}

function progressOf(
  about: ImportNode,
  batches: readonly Batch[],
  done: number,
  ms: number,
): ImportNode['progress'] {
  const all = batches.reduce((sum, { rows }) => sum + rows, 0);
  const rate = done / Math.max(ms / 1000, 0.001);
  return {
    ...about.progress,
    rows: done,
    rowsPerSecond: Math.round(rate),
    etaSeconds: Math.ceil((all - done) / Math.max(rate, 1)),
    slowedBy: 'database',
  };
}

async function settleState(
  { db }: Services,
  { tenant, fence }: JobRun,
  id: string,
  state: ImportNode['state'],
  error: ImportNode['error'],
): Promise<void> {
  await inTransaction(db, { tenant }, async (tx) => {
    await tx.execute(sql`
      update operations.imports set state = ${state}, error = ${error && JSON.stringify(error)}, finished_at = clock_timestamp()
      where tenant_id = ${tenant} and id = ${id} and fence = ${fence} and state = 'undoing'`);
    if (state === 'undone') await letGo(tx, tenant, id);
    await announce(tx, tenant, id);
  });
}
