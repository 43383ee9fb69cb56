import { SummitError, toPublic } from '@summit/process/errors';
import { read } from '../change/read.ts';
import { inTransaction } from '../database/inTransaction.ts';
import { sql } from '../database/sql.ts';
import { countUnresolved } from '../dataset/counts.queries.ts';
import { fileRemoved } from '../file/file.ts';
import { isPassing, type JobRun } from '../job/job.ts';
import { announce, LeaseLost, letGo } from './checkpoint.ts';
import { importOf } from './import.queries.ts';
import { type ImportCounts, resultLine, written } from './import.ts';
import type { Services } from './importContext.ts';
import type { Running } from './running.ts';

/** Above this many written rows the planner's statistics are made new. */
const ANALYZE_ROWS = 10_000;

/** The end of an import that was not refused: its result line, and statistics for what it brought. */
export async function finishImport(running: Running, state: 'done' | 'cancelled'): Promise<void> {
  const { ctx, about, counts, pace, run } = running;
  const { tenant } = run;
  const datasetId = about.datasetId;
  const unresolved =
    datasetId === null ? 0 : await read(ctx, undefined, (tx) => countUnresolved(tx, datasetId));
  const { seconds } = pace;
  const result = resultLine(about.id, about, counts, unresolved, seconds);
  await inTransaction(ctx.db, { tenant }, async (tx) => {
    const touched = await tx.execute(sql`
      update operations.imports set state = ${state}, phase = ${state === 'done' ? 'finish' : about.phase}, finished_at = clock_timestamp(), seconds = ${seconds},
        file_marking = case when ${state} = 'done' then read_marking else file_marking end,
        result = ${JSON.stringify(result)}, counts = ${JSON.stringify(counts)},
        progress = ${JSON.stringify({ ...pace.progress(about, counts, about.bytes), etaSeconds: 0 })}
      where tenant_id = ${tenant} and id = ${about.id} and fence = ${run.fence} and state = 'running'`);
    if (touched === 0) throw new LeaseLost();
    // One that was stopped may go on: what its file still has must be known then.
    if (state === 'done') await letGo(tx, tenant, about.id);
    await announce(tx, tenant, about.id);
  });
  // Nobody waits for them: what was brought in is found without.
  if (written(counts) > ANALYZE_ROWS) await analyze(running);
}

export interface Previewed {
  samples: { rows: unknown[]; total: number };
  /** Ranks of the highest of what is shown, and of all that was read. */
  marking: number;
  readMarking: number;
  ends: { unresolved: number; isExact: boolean };
}

/** The end of a preview: what would have been, without a line about what is. */
export async function finishPreview(
  running: Running,
  counts: ImportCounts,
  { samples, marking, readMarking, ends }: Previewed,
): Promise<void> {
  const { ctx, about, pace, run } = running;
  const result = {
    ...resultLine(about.id, about, counts, ends.unresolved, pace.seconds),
    ...(!ends.isExact && { unresolvedIsExact: false as const }),
  };
  await inTransaction(ctx.db, { tenant: run.tenant }, async (tx) => {
    const touched = await tx.execute(sql`
      update operations.imports set state = 'previewed', phase = 'finish', finished_at = clock_timestamp(), seconds = ${pace.seconds},
        result = ${JSON.stringify(result)}, counts = ${JSON.stringify(counts)}, samples = ${JSON.stringify(samples)},
        warnings = ${JSON.stringify(about.warnings)}, highest_marking = ${marking}, file_marking = ${readMarking},
        progress = ${JSON.stringify({ ...pace.progress(about, counts, about.bytes), etaSeconds: 0 })}
      where tenant_id = ${run.tenant} and id = ${about.id} and fence = ${run.fence} and state = 'running'`);
    if (touched === 0) throw new LeaseLost();
    await announce(tx, run.tenant, about.id);
  });
}

/** What was read wrong ends the import; what is done stays and can be undone. */
export async function refuseImport(running: Running, error: unknown): Promise<void> {
  if (isPassing(error)) throw error;
  const { services, about, run, counts, pace } = running;
  const { code, message } = toPublic(await orRemoved(running, error), about.id);
  const shown = { code, message };
  await inTransaction(services.db, { tenant: run.tenant }, async (tx) => {
    await tx.execute(sql`
      update operations.imports set state = 'failed', finished_at = clock_timestamp(), error = ${JSON.stringify(shown)},
        seconds = ${pace.seconds}, counts = ${JSON.stringify(counts)}
      where tenant_id = ${run.tenant} and id = ${about.id} and fence = ${run.fence} and state = 'running'`);
    await announce(tx, run.tenant, about.id);
  });
  // What nobody foresaw is told to the log by the job's runner.
  if (code === 'INTERNAL') throw error;
}

/** What nobody foresaw may be that the file went while it was read. */
async function orRemoved({ services, about, run: { tenant } }: Running, error: unknown): Promise<unknown> {
  if (error instanceof SummitError) return error;
  const now = await inTransaction(services.db, { tenant, readOnly: true }, (tx) =>
    importOf(tx, tenant, about.id),
  );
  return now?.removed ? fileRemoved(now.removed) : error;
}

/** The import could not even begin: whoever started it may not do so any more. */
export async function refuseUnbegun(
  { db }: Services,
  { tenant }: JobRun,
  id: string,
  error: unknown,
): Promise<undefined> {
  if (isPassing(error)) throw error;
  const { code, message } = toPublic(error, id);
  await inTransaction(db, { tenant }, async (tx) => {
    await tx.execute(sql`
      update operations.imports set state = 'failed', finished_at = clock_timestamp(), error = ${JSON.stringify({ code, message })}
      where tenant_id = ${tenant} and id = ${id} and state in ('queued', 'running')`);
    await announce(tx, tenant, id);
  });
  if (code === 'INTERNAL') throw error;
}

/** Statistics are a help to plans, never a reason to fail. */
export async function analyze({ services, run }: Running): Promise<void> {
  const analyzed = inTransaction(services.db, { tenant: run.tenant }, (tx) =>
    tx.query(sql`select operations.analyze_facts()`),
  );
  await analyzed.catch((error: { code?: unknown }) => {
    if (error.code !== '57014' && error.code !== '55P03') throw error;
  });
}
