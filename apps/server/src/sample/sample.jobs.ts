import { createReadStream } from 'node:fs';
import { runCommand } from '../change/command.ts';
import type { Context } from '../context.ts';
import { inTransaction } from '../database/inTransaction.ts';
import { sql } from '../database/sql.ts';
import { ensureDataset } from '../dataset/dataset.commands.ts';
import { keepFile } from '../file/file.commands.ts';
import { systemActor } from '../identity/user.commands.ts';
import { factId, uuidv5 } from '../ids.ts';
import { startImport } from '../import/import.commands.ts';
import { listImports } from '../import/import.queries.ts';
import type { Services } from '../import/importContext.ts';
import { insertInvestigation } from '../investigation/investigation.commands.ts';
import { insertItems } from '../investigation/items.commands.ts';
import { refute } from '../investigation/refute.ts';
import { queueJob } from '../job/job.commands.ts';
import type { JobRun } from '../job/job.ts';
import type { JobsOptions } from '../job/worker.ts';
import { judge } from '../judgement/judgement.commands.ts';
import { loadRecords } from '../record/record.queries.ts';
import { Actor } from '../tenant/actor.ts';
import { markingRank } from '../tenant/marking.ts';
import { readSample, sampleFile, sampleId } from './sample.ts';

/** A file of the sample is far smaller. */
const FILE_MOST = 1_000_000;
/** Imports of one file that may fail before the sample is given up. */
const TRIES = 3;

/** The jobs of this noun, by kind. */
export function sampleJobs(services: Services): JobsOptions['handlers'] {
  return { sample: (run) => seedSample(services, run) };
}

/**
 * Brings the sample case into a tenant that never had it: first its sources, by imports like any other so that every fact
 * leads to its row, then, in a later run of the job, the case itself in one change. Safe to repeat at any point.
 */
export async function seedSample(services: Services, { tenant }: Pick<JobRun, 'tenant'>): Promise<void> {
  const ctx: Context = {
    db: services.db,
    // Summit itself: a newcomer's "undo my last act" must not begin with taking the sample away.
    actor: new Actor(systemActor.id, systemActor.name, ['owner', 'operator']),
    scope: { tenant, clearance: 4 },
    requestId: 'sample',
    positionSecret: services.positionSecret,
  };
  if (await wasThere(ctx)) return;
  const { datasets } = readSample();
  let waiting = false;
  for (const dataset of datasets) {
    const { rows } = await listImports(ctx, { first: TRIES, dataset: dataset.key });
    const state = rows[0]?.state;
    if (state === 'done') continue;
    // Somebody does not want it.
    if (state === 'cancelled' || state === 'undoing' || state === 'undone') return;
    const failed = rows.filter((each) => each.state === 'failed');
    if (failed.length === TRIES)
      throw new Error(`the sample's ${dataset.key} was not imported: ${failed[0]!.error?.code}`);
    waiting = true;
    if (state === 'queued' || state === 'running') continue;
    await describeDataset(ctx, dataset);
    const place = { home: services.home, most: FILE_MOST, quota: Number.POSITIVE_INFINITY };
    const file = await keepFile(
      ctx,
      place,
      `${dataset.name}.ftm.ndjson`,
      createReadStream(sampleFile(dataset.name)),
    );
    await startImport(ctx, { fileId: file.id, dataset: dataset.key, format: 'ftm', reason: 'Sample' });
  }
  if (!waiting) return openCase(ctx);
  await inTransaction(ctx.db, { tenant }, async (tx) => {
    const id = await queueJob(tx, tenant, { kind: 'sample', payload: {}, exclusiveKey: 'sample' });
    await tx.execute(sql`
      update operations.jobs set run_after = clock_timestamp() + interval '500 ms' where tenant_id = ${tenant} and id = ${id}`);
  });
}

/** Also when it was undone or removed since: nobody gets it twice. */
async function wasThere(ctx: Context): Promise<boolean> {
  const { tenant } = ctx.scope;
  const found = await inTransaction(ctx.db, { tenant, readOnly: true }, (tx) =>
    tx.first(sql`
      select from investigations where tenant_id = ${tenant} and id = ${sampleId}
      union all select from history.investigations where tenant_id = ${tenant} and id = ${sampleId} limit 1`),
  );
  return found !== undefined;
}

type SampleDataset = ReturnType<typeof readSample>['datasets'][number];

async function describeDataset(ctx: Context, { name: _, ...dataset }: SampleDataset): Promise<void> {
  const { marking } = readSample();
  await runCommand(ctx, { action: 'dataset.created' }, async (tx) => {
    const { id } = await ensureDataset(tx, { ...dataset, marking });
    tx.says(`Created dataset ${dataset.title}`);
    tx.touches({ kind: 'dataset', id, caption: dataset.title });
  });
}

async function openCase(ctx: Context): Promise<void> {
  const sample = readSample();
  const keys = new Map(sample.datasets.map(({ name, key }) => [name, key]));
  const idOf = (fact: string): string => {
    const at = fact.indexOf(':');
    return factId(keys.get(fact.slice(0, at))!, 'record', fact.slice(at + 1));
  };
  await runCommand(
    ctx,
    { action: 'investigation.created', reason: 'Sample', investigationId: sampleId },
    async (tx) => {
      const { tenant } = tx.reader;
      const marking = markingRank(sample.marking);
      const { title, description } = sample;
      const notebook = await insertInvestigation(tx, {
        id: sampleId,
        title,
        description,
        marking,
        readOnly: true,
      });
      for (const { left, right, ...said } of sample.judgements) {
        await judge(tx, { ...said, left: idOf(left), right: idOf(right), investigationId: sampleId });
      }
      await insertItems(
        tx,
        sampleId,
        sample.items.map(({ entity, ...place }) => ({ ...place, entityId: idOf(entity) })),
      );
      for (const [number, { on, property, value, text }] of sample.notes.entries()) {
        await tx.execute(sql`
          insert into notes (tenant_id, id, since_change, investigation_id, text, target_id, property, value, made_by)
          values (${tenant}, ${uuidv5(`sample\0note\0${number}`)}, ${tx.change}, ${sampleId}, ${text}, ${on ? idOf(on) : null},
                  ${property ?? null}, ${value ?? null}, ${ctx.actor.id})`);
      }
      for (const { reason, ...rejected } of sample.refuted) {
        const record = idOf(rejected.record);
        const records = [...(await loadRecords(tx, [record])).values()];
        await refute(tx, sampleId, records, notebook.id, [{ ...rejected, record }], reason);
      }
      tx.says(`Opened the sample investigation ${title}`);
      tx.touches({ kind: 'investigation', id: sampleId, caption: title });
    },
  );
}
