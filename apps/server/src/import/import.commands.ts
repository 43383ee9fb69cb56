import { createHash } from 'node:crypto';
import { SummitError } from '@summit/process/errors';
import type { Outcome } from '../change/command.ts';
import type { ImportUndo } from '../change/undoAct.ts';
import type { Context } from '../context.ts';
import type { Transaction } from '../database/database.ts';
import { inTransaction } from '../database/inTransaction.ts';
import { sql } from '../database/sql.ts';
import { checkedDescription, checkedKey } from '../dataset/dataset.ts';
import { claimToRead, loadFile } from '../file/file.queries.ts';
import { isUuid, uuidv7 } from '../ids.ts';
import { cancelJob, queueJob } from '../job/job.commands.ts';
import { HIGHEST_MARKING, markingName, markingRank } from '../tenant/marking.ts';
import { optionalText, REASON_MOST } from '../text.ts';
import { announce } from './checkpoint.ts';
import { saysMarkings } from './format/saysMarkings.ts';
import { loadImports } from './import.queries.ts';
import type { ImportMode, ImportNode, ReadSettings } from './import.ts';
import { askerOf, readMapping } from './mapping/readMapping.ts';
import { retryReading } from './rejectedRows.ts';
import { encodings, formats } from './source.ts';
import {
  batchesOf,
  CHECKED_AT_ONCE,
  isPartlyUndone,
  previewBatch,
  refuseImportConflicts,
} from './undoImport.ts';

export interface StartImport {
  fileId: string;
  dataset: string;
  datasetTitle?: string | null | undefined;
  /** Left out, it is recognised by `recognise`. */
  format: string;
  mapping?: string | null | undefined;
  mode?: ImportMode | null | undefined;
  marking?: string | null | undefined;
  confirmRemovals?: boolean | null | undefined;
  investigationId?: string | null | undefined;
  reason?: string | null | undefined;
  options?: ReadSettings | null | undefined;
  preview?: boolean | null | undefined;
  retryOf?: string | undefined;
}

/**
 * Queues a durable import of an uploaded file, or finds the same one that is already in flight. Throws NOT_FOUND for the file and
 * the case, INPUT_INVALID, MAPPING_INVALID, FORMAT_UNKNOWN, FILE_REMOVED, FORBIDDEN.
 */
export async function startImport(ctx: Context, input: StartImport): Promise<string> {
  ctx.actor.mustBeAbleTo(input.preview ? 'graph:read' : 'import:run');
  const { tenant } = ctx.scope;
  const dataset = checkedKey(input.dataset);
  if (!(formats as readonly string[]).includes(input.format))
    throw new SummitError('FORMAT_UNKNOWN', { format: input.format });
  // Before anything of it is read: who has no file gets no work done.
  const file = await loadFile(ctx, input.fileId);
  const mapping = input.mapping ? await readMapping(askerOf(ctx), input.mapping) : undefined;
  const marking = input.marking ? markingRank(input.marking) : null;
  if (marking !== null && marking > ctx.scope.clearance)
    throw new SummitError('FORBIDDEN', { permission: 'dataset:write' });
  const mode = input.mode ?? 'merge';
  const settings = checkedSettings(input.options ?? {});

  // What its batches would refuse later on is refused before it begins.
  const reason = optionalText(input.reason, 'the reason', REASON_MOST);
  checkedDescription({ title: input.datasetTitle });

  const begin = () =>
    inTransaction(ctx.db, { tenant }, async (tx) => {
      await mustSeeDataset(tx, ctx, dataset);
      if (input.investigationId) await mustSeeCase(tx, ctx, input.investigationId);
      const sameKey = hash([
        dataset,
        file.sha256,
        input.format,
        input.mapping ?? null,
        mode,
        marking,
        settings,
        input.preview === true,
        input.retryOf ?? null,
      ]);
      const standing = await tx.first<{ id: string }>(sql`
      select id from operations.imports where tenant_id = ${tenant} and same_key = ${sameKey} and state in ('queued', 'running')`);
      if (standing) return standing.id;
      await claimToRead(tx, tenant, file.id);

      const id = uuidv7();
      const jobId = await queueJob(tx, tenant, {
        kind: 'import',
        payload: { import: id },
        // A preview only looks, so it waits for nobody.
        ...(!input.preview && { exclusiveKey: `import:${dataset}` }),
      });
      await tx.execute(sql`
      insert into operations.imports (tenant_id, id, job_id, dataset_key, dataset_title, file_id, format, mapping, options, mode, marking,
        is_preview, confirm_removals, investigation_id, reason, retry_of, same_key, started_by, progress, file_marking)
      values (${tenant}, ${id}, ${jobId}, ${dataset}, ${input.datasetTitle ?? null}, ${file.id}, ${input.format},
        ${input.mapping ?? null}, ${JSON.stringify(settings)}, ${mode}, ${marking}, ${input.preview === true},
        ${input.confirmRemovals === true}, ${input.investigationId ?? null}, ${reason}, ${input.retryOf ?? null},
        ${sameKey}, ${ctx.actor.id}, ${JSON.stringify(noProgress(file.bytes))},
        ${saysMarkings(input.format, mapping) ? HIGHEST_MARKING : 0})`);
      return id;
    });
  // Of two who begin the same at one moment neither sees the other's until the index does: the later looks again.
  return begin().catch((error: { constraint?: string }) => {
    if (error.constraint !== 'imports_in_flight') throw error;
    return begin();
  });
}

/** Stops at the next batch; what is done stays, and can be undone. Throws NOT_FOUND, IMPORT_NOT_READY. */
export async function cancelImport(ctx: Context, id: string): Promise<string> {
  const about = await actOn(ctx, id, ['queued', 'running']);
  const { tenant } = ctx.scope;
  await inTransaction(ctx.db, { tenant }, async (tx) => {
    if (await cancelJob(tx, tenant, about.jobId)) return;
    await tx.execute(sql`
      update operations.imports set state = 'cancelled', finished_at = clock_timestamp()
      where tenant_id = ${tenant} and id = ${id} and state = 'queued'`);
    await announce(tx, tenant, id);
  });
  return id;
}

/** Goes on where a cancelled or failed import stopped, unless some of it was undone. Throws NOT_FOUND, IMPORT_NOT_READY, FILE_REMOVED. */
export async function resumeImport(ctx: Context, id: string): Promise<string> {
  const about = await actOn(ctx, id, ['cancelled', 'failed']);
  if (await isPartlyUndone(ctx.db, ctx.scope.tenant, id))
    throw new SummitError('IMPORT_NOT_READY', { state: 'partly undone; import the file again instead' });
  await queueAgain(ctx, about, 'import', 'queued');
  return id;
}

/** Takes a whole import back by a job of batches, each a change of its own. Throws NOT_FOUND, IMPORT_NOT_READY, UNDO_CONFLICT. */
export async function undoImport(ctx: Context, id: string, reason?: string | null): Promise<string> {
  const { about } = await undoable(ctx, id);
  await queueAgain(ctx, about, 'import.undo', 'undoing', {
    by: ctx.actor.id,
    reason: reason ?? null,
    was: about.state,
  });
  return id;
}

/**
 * What undoing an import would do: rows of its newest batch as samples, and how many rows all of its batches wrote. Throws as
 * undoImport.
 */
export async function previewUndo(ctx: Context, id: string): Promise<Outcome<null>> {
  const { batches } = await undoable(ctx, id);
  const newest = batches.at(-1);
  if (!newest) return { result: null, change: null, preview: { rows: [], total: 0 } };
  const { preview } = await previewBatch(ctx, newest);
  const earlier = batches.slice(0, -1).reduce((sum, { rows }) => sum + rows, 0);
  return { result: null, change: null, preview: { rows: preview!.rows, total: preview!.total + earlier } };
}

/** What undoing any one change of an import means: the whole of it. */
export const importUndo: ImportUndo = async (ctx, importId, reason, preview) => {
  if (preview) return previewUndo(ctx, importId);
  await undoImport(ctx, importId, reason);
  return { result: null, change: null };
};

async function undoable(ctx: Context, id: string) {
  ctx.actor.mustBeAbleTo('change:undo');
  const about = await actOn(ctx, id, ['done', 'cancelled', 'failed']);
  if (about.isPreview) throw new SummitError('IMPORT_NOT_READY', { state: 'a preview, which wrote nothing' });
  if (about.startedBy !== ctx.actor.id) ctx.actor.mustBeAbleTo('change:undo-others');
  const batches = await batchesOf(ctx, id);
  if (batches.reduce((sum, { rows }) => sum + rows, 0) <= CHECKED_AT_ONCE)
    await refuseImportConflicts(ctx, batches);
  return { about, batches };
}

export interface RetryRejects {
  id: string;
  fileId: string;
  reason?: string | null | undefined;
}

/** Imports an import's edited rejects into the same dataset, read the same way. Throws NOT_FOUND, IMPORT_NOT_READY. */
export async function retryRejects(ctx: Context, input: RetryRejects): Promise<string> {
  const about = await actOn(ctx, input.id, ['done', 'cancelled', 'failed']);
  return startImport(ctx, {
    fileId: input.fileId,
    dataset: about.datasetKey,
    ...retryReading(about),
    mapping: about.mapping,
    marking: about.marking === null ? null : markingName(about.marking),
    reason: input.reason,
    investigationId: about.investigationId,
    retryOf: about.id,
  });
}

/** What stands in the way, and what to do about it. */
const inWords: Partial<Record<ImportNode['state'], string>> = {
  queued: 'waiting to begin; wait for its end, or cancel it',
  running: 'running; wait for its end, or cancel it',
  undoing: 'being undone; wait for its end',
  undone: 'undone already; to have its facts back, import the file again',
  done: 'done; to take it back, undo it',
};

async function actOn(ctx: Context, id: string, states: ImportNode['state'][]): Promise<ImportNode> {
  ctx.actor.mustBeAbleTo('import:run');
  const about = isUuid(id) ? (await loadImports(ctx, [id])).get(id) : undefined;
  if (!about) throw new SummitError('NOT_FOUND', { what: 'import' });
  if (!states.includes(about.state))
    throw new SummitError('IMPORT_NOT_READY', { state: inWords[about.state] ?? about.state });
  return about;
}

async function queueAgain(
  ctx: Context,
  about: ImportNode,
  kind: string,
  state: ImportNode['state'],
  more: Record<string, unknown> = {},
): Promise<void> {
  const { tenant } = ctx.scope;
  await inTransaction(ctx.db, { tenant }, async (tx) => {
    if (state === 'queued') await claimToRead(tx, tenant, about.fileId);
    const jobId = await queueJob(tx, tenant, {
      kind,
      exclusiveKey: `import:${about.datasetKey}`,
      payload: { import: about.id, ...more },
    });
    // Fences count per job; a new job begins again.
    const touched = await tx.execute(sql`
      update operations.imports set state = ${state}, job_id = ${jobId}, fence = 0, finished_at = null, error = null,
        progress = case when ${state} = 'undoing' then progress || '{"rows": 0, "rowsPerSecond": 0, "etaSeconds": null}' else progress end
      where tenant_id = ${tenant} and id = ${about.id} and state = ${about.state}`);
    if (touched === 0) throw new SummitError('CONFLICT');
    await announce(tx, tenant, about.id);
  });
}

/** Nothing is brought into a dataset that one cannot see, nor into somebody's notebook. */
async function mustSeeDataset(tx: Transaction, ctx: Context, key: string): Promise<void> {
  const { tenant, clearance, datasets } = ctx.scope;
  const dataset = await tx.first<{ id: string; marking: number; kind: string }>(
    sql`select id, marking, kind from datasets where tenant_id = ${tenant} and key = ${key}`,
  );
  if (!dataset) return;
  if (dataset.marking > clearance || (datasets && !datasets.includes(dataset.id)))
    throw new SummitError('FORBIDDEN', { permission: 'dataset:write' });
  if (dataset.kind === 'notebook')
    throw new SummitError('INPUT_INVALID', {
      problem: 'a notebook takes no imports; choose another dataset',
    });
}

async function mustSeeCase(tx: Transaction, ctx: Context, id: string): Promise<void> {
  const { tenant, clearance } = ctx.scope;
  const found = isUuid(id)
    ? await tx.first(
        sql`select from investigations where tenant_id = ${tenant} and id = ${id} and marking <= ${clearance}`,
      )
    : undefined;
  if (!found) throw new SummitError('NOT_FOUND', { what: 'investigation' });
}

const SETTINGS = {
  encoding: new RegExp(`^(${encodings.join('|')})$`),
  delimiter: /^.$/s,
  sheet: /^.{1,200}$/s,
  dates: /^(ISO|DMY|MDY)$/i,
  decimals: /^(point|comma)$/,
} as const;

function checkedSettings(given: ReadSettings): ReadSettings {
  const settings: ReadSettings = {};
  for (const [name, shape] of Object.entries(SETTINGS) as [keyof ReadSettings, RegExp][]) {
    const value = given[name];
    if (value === undefined || value === null || value === '') continue;
    if (!shape.test(value))
      throw new SummitError('INPUT_INVALID', { problem: `${name} cannot be ${value.slice(0, 40)}` });
    settings[name] = value;
  }
  return settings;
}

const noProgress = (bytesTotal: number) => ({
  bytesRead: 0,
  bytesTotal,
  rows: 0,
  rowsPerSecond: 0,
  etaSeconds: null,
  slowedBy: null,
  rejects: 0,
  records: 0,
  relationships: 0,
});

const hash = (value: unknown): string => createHash('sha256').update(JSON.stringify(value)).digest('hex');
