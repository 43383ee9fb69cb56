import { SummitError } from '@summit/process/errors';
import { type Changing, type Outcome, runCommand } from '../change/command.ts';
import { deriveAgain } from '../change/derived.ts';
import { read } from '../change/read.ts';
import type { Context } from '../context.ts';
import { sql } from '../database/sql.ts';
import { markingRank } from '../tenant/marking.ts';
import { datasetByKey } from './dataset.queries.ts';
import {
  checkedDescription,
  checkedKey,
  checkedReliability,
  type DatasetDescription,
  type DatasetNode,
  datasetId,
} from './dataset.ts';

/** Up to this many rows a removal deletes them in its one change, which can then be previewed; above it see removeDataset. */
const ROWS_IN_ONE_CHANGE = 9_000;

export interface NewDataset extends DatasetDescription {
  key: string;
  kind?: 'source' | 'notebook';
  investigationId?: string | undefined;
  metadata?: Record<string, unknown>;
}

/**
 * The dataset with this key, made when there is none; an existing one stays as it is. Run `clearRemoved` before it, outside
 * of the transaction, when a removed dataset may have had the key. Throws INPUT_INVALID, FORBIDDEN when it is hidden.
 */
export async function ensureDataset(
  tx: Changing,
  wanted: NewDataset,
): Promise<{ id: string; created: boolean }> {
  const key = checkedKey(wanted.key);
  checkedDescription(wanted);
  const id = datasetId(key);
  const { tenant } = tx.reader;
  const standing = await tx.first(sql`select from datasets where tenant_id = ${tenant} and id = ${id}`);
  if (standing) {
    if (!tx.reader.datasets.includes(id)) throw new SummitError('FORBIDDEN', { permission: 'dataset:write' });
    return { id, created: false };
  }
  if (await hasRows(tx, id)) throw new SummitError('CONFLICT', {});
  const marking = wanted.marking ? markingRank(wanted.marking) : 1;
  if (marking > tx.ctx.scope.clearance) throw new SummitError('FORBIDDEN', { permission: 'dataset:write' });
  await tx.execute(sql`
    insert into datasets (tenant_id, id, since_change, key, title, kind, investigation_id, publisher, url, licence, marking,
                          reliability, metadata)
    values (${tenant}, ${id}, ${tx.change}, ${key}, ${wanted.title || key}, ${wanted.kind ?? 'source'},
            ${wanted.investigationId ?? null}, ${wanted.publisher ?? null}, ${wanted.url ?? null}, ${wanted.licence ?? null},
            ${marking}, ${wanted.reliability ? checkedReliability(wanted.reliability) : null},
            ${JSON.stringify(wanted.metadata ?? {})})`);
  // The change sees what it makes, although its reader was settled before.
  (tx.reader.datasets as string[]).push(id);
  return { id, created: true };
}

export interface DatasetOptions {
  reason?: string | null | undefined;
  preview?: boolean | null | undefined;
}

/** Throws DATASET_KEY_TAKEN, INPUT_INVALID. */
export async function createDataset(
  ctx: Context,
  input: DatasetDescription & { key: string },
  options: DatasetOptions = {},
): Promise<Outcome<string>> {
  ctx.actor.mustBeAbleTo('dataset:write');
  if (!options.preview) {
    // The key is that of the dataset's own change: repeated, there is nothing left to clear.
    const { idempotencyKey: _, ...keyless } = ctx;
    await clearRemoved(keyless, checkedKey(input.key));
  }
  return runCommand(ctx, { action: 'dataset.created', ...options, input }, async (tx) => {
    const taken = await tx.first(sql`
      select from datasets where tenant_id = ${tx.reader.tenant} and key = ${input.key}`);
    if (taken) throw new SummitError('DATASET_KEY_TAKEN', { key: input.key });
    const { id } = await ensureDataset(tx, input);
    tx.says(`Created dataset ${input.title || input.key}`);
    tx.touches({ kind: 'dataset', id, caption: input.title || input.key });
    return id;
  });
}

/** Changes what people read about it, and who may: a marking above the actor's clearance is FORBIDDEN. Throws NOT_FOUND. */
export async function updateDataset(
  ctx: Context,
  input: DatasetDescription & { key: string },
  options: DatasetOptions = {},
): Promise<Outcome<string>> {
  ctx.actor.mustBeAbleTo('dataset:write');
  checkedDescription(input);
  return runCommand(ctx, { action: 'dataset.updated', ...options, input }, async (tx) => {
    const { at: _, ...old } = await mustSee(tx, input.key);
    const kept = <T>(given: T | undefined, standing: T): T => (given === undefined ? standing : given);
    const marking = input.marking ? markingRank(input.marking) : old.marking;
    if (marking > ctx.scope.clearance) throw new SummitError('FORBIDDEN', { permission: 'dataset:write' });
    const next: Omit<DatasetNode, 'at'> = {
      ...old,
      title: input.title || old.title,
      publisher: kept(input.publisher, old.publisher),
      url: kept(input.url, old.url),
      licence: kept(input.licence, old.licence),
      reliability: kept(input.reliability, old.reliability),
      marking,
    };
    if (next.reliability) checkedReliability(next.reliability);
    if (JSON.stringify(next) === JSON.stringify(old)) return old.id;
    await tx.execute(sql`
      update datasets set since_change = ${tx.change}, title = ${next.title}, publisher = ${next.publisher}, url = ${next.url},
        licence = ${next.licence}, reliability = ${next.reliability}, marking = ${next.marking}
      where tenant_id = ${tx.reader.tenant} and id = ${old.id}`);
    tx.says(
      next.title === old.title
        ? `Changed dataset ${old.title}`
        : `Renamed dataset ${old.title} to ${next.title}`,
    );
    tx.touches({ kind: 'dataset', id: old.id, caption: next.title });
    return old.id;
  });
}

/**
 * Removes a dataset with all it says, in one change, so that one undo brings it back. Up to `rowsInOneChange` rows (9,000
 * unless said otherwise) are deleted with it. Of a larger one only the dataset's own row is: without it no reader sees its rows any more, they stay
 * unseen until the dataset comes back by undo or `clearRemoved` makes room for another one with its key.
 * Throws NOT_FOUND, FORBIDDEN, INPUT_INVALID for a notebook.
 */
export async function removeDataset(
  ctx: Context,
  input: { key: string },
  options: DatasetOptions & { rowsInOneChange?: number } = {},
): Promise<Outcome<string>> {
  ctx.actor.mustBeAbleTo('dataset:remove');
  const { rowsInOneChange: most = ROWS_IN_ONE_CHANGE, ...said } = options;
  return runCommand(ctx, { action: 'dataset.removed', ...said, input }, async (tx) => {
    const dataset = await mustSee(tx, input.key);
    if (dataset.kind === 'notebook')
      throw new SummitError('INPUT_INVALID', { problem: 'a notebook goes with its investigation' });
    const { tenant } = tx.reader;
    const { few } = (await tx.first<{ few: boolean }>(sql`
      select count(*) <= ${most} as few from (
        select from records where tenant_id = ${tenant} and dataset_id = ${dataset.id}
        union all select from relationships where tenant_id = ${tenant} and dataset_id = ${dataset.id}
        limit ${most + 1}) rows`))!;
    if (few) await deleteRows(tx, dataset.id, most);
    await tx.execute(sql`delete from datasets where tenant_id = ${tenant} and id = ${dataset.id}`);
    tx.says(`Removed dataset ${dataset.title}`);
    tx.touches({ kind: 'dataset', id: dataset.id, caption: dataset.title });
    return dataset.id;
  });
}

/** Deletes, in changes of bounded size, the rows that a large removed dataset left under this key. */
export async function clearRemoved(ctx: Context, key: string, most = ROWS_IN_ONE_CHANGE): Promise<void> {
  const id = datasetId(key);
  const { tenant } = ctx.scope;
  const left = () =>
    read(ctx, undefined, async (tx) => {
      const standing = await tx.first(sql`select from datasets where tenant_id = ${tenant} and id = ${id}`);
      return standing === undefined && (await hasRows(tx, id));
    });
  while (await left()) {
    await runCommand(ctx, { action: 'dataset.cleared' }, async (tx) => {
      await deleteRows(tx, id, most);
      tx.says(`Cleared rows of the removed dataset ${key}`);
      tx.touches({ kind: 'dataset', id, caption: key });
    });
  }
}

async function mustSee(tx: Changing, key: string): Promise<DatasetNode> {
  const dataset = await datasetByKey(tx, key);
  if (!dataset) throw new SummitError('NOT_FOUND', { what: 'dataset' });
  return dataset;
}

async function hasRows(
  tx: { first: Changing['first']; reader: Changing['reader'] },
  id: string,
): Promise<boolean> {
  const { tenant } = tx.reader;
  const found = await tx.first(sql`
    (select from records where tenant_id = ${tenant} and dataset_id = ${id} limit 1)
    union all (select from relationships where tenant_id = ${tenant} and dataset_id = ${id} limit 1)`);
  return found !== undefined;
}

/** Links first, then records; clusters that lose a record are computed again. */
async function deleteRows(tx: Changing, dataset: string, most: number): Promise<void> {
  const { tenant } = tx.reader;
  const links = await tx.execute(sql`
    delete from relationships where tenant_id = ${tenant} and id = any(array(
      select id from relationships where tenant_id = ${tenant} and dataset_id = ${dataset} limit ${most}))`);
  if (links >= most) return;
  const gone = await tx.query<{ id: string; judged: boolean }>(sql`
    delete from records r where r.tenant_id = ${tenant} and r.id = any(array(
      select id from records where tenant_id = ${tenant} and dataset_id = ${dataset} limit ${most - links}))
    returning r.id, exists (
      select from cluster_members m where m.tenant_id = ${tenant} and m.id = r.id) as judged`);
  await deriveAgain(tx, { records: gone.flatMap(({ id, judged }) => (judged ? id : [])) });
}
