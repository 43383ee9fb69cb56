import { SummitError } from '@summit/process/errors';
import { metrics } from '@summit/process/metrics';
import { LONGEST_CHANGE_MS } from '../change/command.ts';
import { inTransaction } from '../database/inTransaction.ts';
import { sql } from '../database/sql.ts';
import { clearRemoved } from '../dataset/dataset.commands.ts';
import { blobPath } from '../file/blobs.ts';
import { fileRemoved } from '../file/file.ts';
import { ATTEMPTS, type JobRun } from '../job/job.ts';
import { ontology } from '../ontology/ontology.ts';
import { type Batch, factsRead, joinWarnings } from './batch.ts';
import { announce, LeaseLost, settle } from './checkpoint.ts';
import { analyze, finishImport, refuseImport, refuseUnbegun } from './finish.ts';
import { importOf } from './import.queries.ts';
import { type ImportCounts, noCounts, sumOf, written } from './import.ts';
import { actAs, ownTypes, type Services } from './importContext.ts';
import { Pace } from './pace.ts';
import { Preparer } from './prepare.ts';
import { openReading } from './reading.ts';
import { isRefusal, withoutRefused } from './refused.ts';
import { removeMissing } from './removeMissing.ts';
import { cancelled, type Running, stopHere } from './running.ts';
import { differingFrom, Moved } from './standing.ts';
import { surveyImport } from './survey.ts';
import { type Writing, type Written, writeBatch } from './writeBatch.ts';

/** Does an import from where it stands. Throws only when another worker is to go on; what fails the import stands in its row. */
export async function runImport(services: Services, run: JobRun, importId: string): Promise<void> {
  if (run.attempts > ATTEMPTS)
    return refuseUnbegun(services, run, importId, new Error('it kills its worker'));
  const running = await begin(services, run, importId).catch((error: unknown) =>
    refuseUnbegun(services, run, importId, error),
  );
  if (!running) return;
  try {
    const { about } = running;
    if (about.isPreview || (about.mode === 'replace' && !about.confirmRemovals && about.checkpoint === 0)) {
      await surveyImport(running);
      if (about.isPreview) return;
    }
    if (about.phase === 'read') await readAll(running);
    if (about.mode === 'replace') await removeMissing(running);
    await finishImport(running, 'done');
  } catch (error) {
    if (error instanceof LeaseLost || error === run.signal.reason) throw error;
    if (error === cancelled) await finishImport(running, 'cancelled');
    else await refuseImport(running, error);
  }
}

async function begin(services: Services, run: JobRun, importId: string): Promise<Running | undefined> {
  const { tenant, fence } = run;
  return inTransaction(services.db, { tenant }, async (tx) => {
    const about = await importOf(tx, tenant, importId);
    if (!about || (about.state !== 'queued' && about.state !== 'running')) return undefined;
    if (about.removed) throw fileRemoved(about.removed);
    await tx.execute(sql`
      update operations.imports set state = 'running', fence = ${fence}, started_at = coalesce(started_at, clock_timestamp())
      where tenant_id = ${tenant} and id = ${importId} and fence < ${fence}`);
    await announce(tx, tenant, importId);
    const ctx = await actAs(tx, services, tenant, about.startedBy, `import:${importId}`);
    const types = await ownTypes(tx, tenant);
    const dataset = await tx.first<{ marking: number; title: string }>(
      sql`select marking, title from datasets where tenant_id = ${tenant} and key = ${about.datasetKey}`,
    );
    if (dataset) about.datasetTitle = dataset.title;
    const preparing = {
      importId,
      datasetKey: about.datasetKey,
      marking: about.marking ?? dataset?.marking ?? 1,
      clearance: ctx.scope.clearance,
    };
    const pace = new Pace(about.seconds);
    return {
      services,
      run,
      ctx,
      about,
      pace,
      fresh: false,
      newInARow: 0,
      trustAfter: 2,
      analyzeAt: Number.POSITIVE_INFINITY,
      counts: about.checkpoint > 0 || about.phase !== 'read' ? about.counts : noCounts(),
      preparer: new Preparer({
        ...preparing,
        ontology: types.length > 0 ? ontology.extend(types) : ontology,
      }),
      read: (skip: number, withIds: boolean) =>
        openReading(
          {
            ...preparing,
            path: blobPath(services.home, about.sha256),
            bytes: about.bytes,
            filename: about.filename,
            format: about.format,
            mapping: about.mapping ?? undefined,
            types,
            options: about.options,
            skip,
            withIds,
          },
          async (asked) => {
            const began = performance.now();
            const differing = await differingFrom(ctx, asked, COMPARE_MS);
            pace.compared(performance.now() - began);
            return differing;
          },
        ),
    };
  });
}

/** Readings of one place of the file that may be in vain because somebody else writes the same dataset. */
const READ_AGAIN = 5;

async function readAll(running: Running): Promise<void> {
  const { about } = running;
  for (let vain = 0; ; ) {
    const from = about.checkpoint;
    try {
      return await readOn(running);
    } catch (error) {
      if (!(error instanceof Moved)) throw error;
      vain = about.checkpoint === from ? vain + 1 : 1;
      if (vain === READ_AGAIN) throw new SummitError('CONFLICT', {}, error);
    }
  }
}

/** Reads on from the checkpoint. Throws Moved when what was compared ahead stands no more: it is to be read again. */
async function readOn(running: Running): Promise<void> {
  const { ctx, about, pace } = running;
  await clearRemoved(ctx, about.datasetKey);
  running.fresh = about.checkpoint === 0 && (await isEmpty(running));
  if (await isYoung(running)) running.analyzeAt = written(running.counts) + YOUNG_STEP;
  const reading = running.read(about.checkpoint, about.mode === 'replace');
  try {
    for (;;) {
      stopHere(running);
      const asked = performance.now();
      const batch = await reading.next();
      pace.waited(performance.now() - asked);
      if (!batch) return;
      const compared = mostlyStands(await takeBatch(running, batch));
      reading.want({ facts: pace.facts, compared });
    }
  } finally {
    await reading.close();
  }
}

/** To look up what is not there costs an eighth of an import: links follow their records into a dataset that is not empty. */
function isAllNew({ records, relationships, references, superseded }: ImportCounts): boolean {
  const all = [records, relationships, references];
  return (
    superseded === 0 &&
    all.some(({ created }) => created > 0) &&
    all.every(({ updated, unchanged }) => updated + unchanged === 0)
  );
}

/** Where most facts stand as the file says them, to ask that first costs less than to make rows of them all. */
function mostlyStands({ records, relationships, references }: ImportCounts): boolean {
  const all = [records, relationships, references];
  const standing = all.reduce((sum, { unchanged }) => sum + unchanged, 0);
  const writes = all.reduce((sum, { created, updated }) => sum + created + updated, 0);
  return standing > writes;
}

async function isEmpty({ ctx, about, run: { tenant } }: Running): Promise<boolean> {
  const found = await inTransaction(ctx.db, { tenant, readOnly: true }, (tx) =>
    tx.first(sql`
      select from datasets d where d.tenant_id = ${tenant} and d.key = ${about.datasetKey} and (
        exists (select from records r where r.tenant_id = ${tenant} and r.dataset_id = d.id)
        or exists (select from relationships l where l.tenant_id = ${tenant} and l.dataset_id = d.id))`),
  );
  return found === undefined;
}

/** A tenant with fewer rows in a table may be unknown to its statistics, which then take it for one row. */
const YOUNG_ROWS = 10_000;
const YOUNG_STEP = 1_000;

/**
 * Statistics that know only other tenants make the planner read all of a new tenant's rows for each look-up: 50,000 records took
 * 29 s of the database's processor instead of 6 s. For such a tenant they are made new early, and again at each tenfold.
 */
async function isYoung({ ctx, run: { tenant } }: Running): Promise<boolean> {
  const found = await inTransaction(ctx.db, { tenant, readOnly: true }, (tx) =>
    tx.first<{ records: number; links: number }>(sql`
      select (select count(*)::int from (select from records where tenant_id = ${tenant} limit ${YOUNG_ROWS}) few) as records,
             (select count(*)::int from (select from relationships where tenant_id = ${tenant} limit ${YOUNG_ROWS}) few) as links`),
  );
  return found!.records < YOUNG_ROWS || found!.links < YOUNG_ROWS;
}

const UNIQUE_VIOLATION = '23505';
const QUERY_CANCELLED = '57014';
const COMPARE_MS = 5_000;

/** What the batch did. */
async function takeBatch(running: Running, batch: Batch): Promise<ImportCounts> {
  let taken = batch;
  const { ctx, about, pace, preparer, run } = running;
  const { tenant } = run;
  const warnings = structuredClone(about.warnings);
  joinWarnings(warnings, batch.warnings);
  let counts = running.counts;
  const started = performance.now();
  let settled = started;
  const tell = pace.isDue();
  const writing: Writing = {
    ctx,
    about,
    preparer,
    fresh: running.fresh,
    settle: async (tx, { counts: more, datasetId, marking }: Written) => {
      counts = sumOf(running.counts, more);
      const from = about.checkpoint;
      await settle(
        tx,
        { tenant, id: about.id, fence: run.fence, from },
        {
          checkpoint: taken.upTo,
          counts,
          warnings,
          seconds: pace.seconds,
          progress: pace.progress(about, counts, taken.bytesRead),
          datasetId,
          marking,
          readMarking: Math.max(taken.readMarking, marking),
          rejects: taken.rejects,
          ids: taken.ids,
        },
      );
      if (tell) await announce(tx, tenant, about.id);
      settled = performance.now();
    },
  };
  const write = () =>
    writeBatch({ ...writing, fresh: running.fresh }, taken).catch((error: { code?: unknown }) => {
      // The machine is too busy for a batch of this size: it has more time, once, and the next ones are smaller.
      if (error.code === QUERY_CANCELLED)
        return writeBatch({ ...writing, fresh: running.fresh, timeoutMs: LONGEST_CHANGE_MS }, taken);
      if (!running.fresh || error.code !== UNIQUE_VIOLATION) throw error;
      // Something stands already, or the file says it twice: from here on it is looked up, for longer each time.
      running.fresh = false;
      running.newInARow = 0;
      running.trustAfter *= 4;
      return writeBatch({ ...writing, fresh: false }, taken);
    });
  const done = await write().catch(async (error: unknown) => {
    if (!isRefusal(error)) throw error;
    taken = await withoutRefused(running, writing, batch);
    return write();
  });
  const ended = performance.now();
  pace.wrote(factsRead(batch), ended - started, ended - settled);
  metrics.importSeconds.observe((ended - started) / 1000);
  metrics.importRows.inc({ fate: 'taken' }, taken.rows - taken.rejects.length);
  metrics.importRows.inc({ fate: 'rejected' }, taken.rejects.length);
  await run.progressed();
  running.newInARow = isAllNew(done.counts) ? running.newInARow + 1 : 0;
  running.fresh ||= running.newInARow >= running.trustAfter;
  running.counts = counts;
  if (written(counts) >= running.analyzeAt) {
    await analyze(running);
    running.analyzeAt = written(counts) * 10;
  }
  about.checkpoint = batch.upTo;
  about.warnings = warnings;
  about.datasetId = done.datasetId ?? about.datasetId;
  return done.counts;
}
