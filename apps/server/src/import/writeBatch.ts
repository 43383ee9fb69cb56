import { SummitError } from '@summit/process/errors';
import canonicalize from 'canonicalize';
import { type Changing, runCommand } from '../change/command.ts';
import { deriveAgain } from '../change/derived.ts';
import { asReader } from '../change/read.ts';
import type { Context } from '../context.ts';
import type { Transaction } from '../database/database.ts';
import { inTransaction } from '../database/inTransaction.ts';
import { sql } from '../database/sql.ts';
import { ensureDataset } from '../dataset/dataset.commands.ts';
import { datasetId } from '../dataset/dataset.ts';
import { markingName } from '../tenant/marking.ts';
import { type Batch, factsIn } from './batch.ts';
import { refuseHidden } from './hiddenRows.ts';
import { addFates, type ImportCounts, type ImportNode, noCounts } from './import.ts';
import { writeParts } from './parts.ts';
import type { Preparer } from './prepare.ts';
import {
  bothOf,
  type Classified,
  classifyLinks,
  classifyRecords,
  judgedAmongStaged,
  stage,
  writeLinks,
  writeRecords,
} from './staging.ts';
import { Moved, mustStillStand } from './standing.ts';

const USUAL_MS = 5_000;

/** What one batch did: the fates of its facts, and the dataset, once there is one. */
export interface Written {
  counts: ImportCounts;
  datasetId: string | null;
  /** Rank of the highest marking of its rows. */
  marking: number;
}

export interface Writing {
  ctx: Context;
  about: ImportNode;
  preparer: Preparer;
  /** Every fact is taken for new, without looking it up; a unique violation says otherwise. */
  fresh: boolean;
  /** Most time of a statement; more than usual when the machine is too busy for it. */
  timeoutMs?: number;
  /** Writes the checkpoint; runs in the batch's own transaction. */
  settle(tx: Transaction, written: Written): Promise<void>;
}

/**
 * One batch, one change: facts, rejects and checkpoint stand or fall together. A batch that writes no fact makes no change
 * and settles on the view on which that was found. Throws Moved when the batch is to be read anew.
 */
export async function writeBatch(writing: Writing, batch: Batch): Promise<Written> {
  const { ctx, about } = writing;
  if (factsIn(batch) + batch.parts.length + batch.metadata.length === 0) {
    const written = { counts: countsOf(batch), datasetId: null, marking: batch.marking };
    const timeoutMs = writing.timeoutMs ?? USUAL_MS;
    await inTransaction(ctx.db, { tenant: ctx.scope.tenant, timeoutMs }, (plain) =>
      asReader(ctx, undefined, plain, async (tx) => {
        await mustStillBeAllowed(tx, ctx);
        await mustStillStand(tx, batch.stood);
        await writing.settle(tx, written);
      }),
    );
    return written;
  }
  let found: Written | undefined;
  const { result } = await runCommand(
    ctx,
    {
      action: 'import.written',
      importId: about.id,
      timeoutMs: writing.timeoutMs ?? USUAL_MS,
      reason: about.reason,
      investigationId: about.investigationId,
      withoutChange: (tx) => writing.settle(tx, found!),
    },
    async (tx) => {
      const written = await applyBatch(tx, writing, batch);
      found = written;
      // History is read by who may not see the import: its file and its figures are told with the import alone (sentenceOf).
      tx.says(`Imported into ${about.datasetTitle ?? about.datasetKey}`);
      if (written.datasetId !== null) {
        tx.touches({
          kind: 'dataset',
          id: written.datasetId,
          caption: about.datasetTitle ?? about.datasetKey,
        });
        await writing.settle(tx, written);
      }
      return written;
    },
  );
  return result;
}

/** Does to the facts what writeBatch does, and takes it back. Throws what the database says to it. */
export async function tryBatch(writing: Writing, batch: Batch): Promise<void> {
  const takenBack = new Error('taken back');
  await runCommand(
    writing.ctx,
    { action: 'import.tried', timeoutMs: writing.timeoutMs ?? USUAL_MS },
    async (tx) => {
      await applyBatch(tx, writing, batch);
      throw takenBack;
    },
  ).catch((error: unknown) => {
    if (error !== takenBack) throw error;
  });
}

async function applyBatch(
  tx: Changing,
  { about, preparer, ctx, fresh }: Writing,
  batch: Batch,
): Promise<Written> {
  await mustStillBeAllowed(tx, ctx);
  await mustStillStand(tx, batch.stood);
  const counts = countsOf(batch);

  if (factsIn(batch) + batch.parts.length > 0) await stage(tx, batch);
  let { marking } = batch;
  const { records, links } = fresh ? allNew(batch) : await classify(tx, batch);
  const all = [records, links?.relationships, links?.references].filter((each) => each !== undefined);
  const writes = all.some((each) => each.created + each.updated > 0);

  if (all.some(({ updated, unchanged, older }) => updated + unchanged + older > 0))
    await mustSeeDataset(tx, about.datasetKey);
  if (all.some(({ updated, older }) => updated + older > 0)) await refuseHidden(tx);

  let into: string | null = null;
  if (writes || batch.parts.length > 0 || batch.metadata.length > 0) {
    ({ id: into } = await ensureDataset(tx, {
      key: about.datasetKey,
      title: about.datasetTitle,
      ...(about.marking !== null && { marking: markingName(about.marking) }),
    }).catch((error: { code?: unknown }) => {
      // Rows of a dataset that was removed a moment ago: they are cleared first.
      throw error.code === 'CONFLICT' ? new Moved() : error;
    }));
  }
  if (into !== null) {
    if (records && records.created + records.updated > 0) {
      await writeRecords(tx, into, records);
      await deriveAgain(tx, { records: await judgedAmongStaged(tx) });
    }
    if (links) await writeLinks(tx, into, bothOf(links));
    if (batch.parts.length > 0)
      marking = Math.max(marking, await writeParts(tx, into, preparer, batch.parts, counts));
    if (batch.metadata.length > 0) await keepMetadata(tx, into, batch.metadata);
  }

  if (records) addFates(counts.records, records);
  if (links) {
    addFates(counts.relationships, links.relationships);
    addFates(counts.references, links.references);
  }
  counts.superseded += (records?.older ?? 0) + (links?.relationships.older ?? 0);
  return { counts, datasetId: into, marking };
}

/** Rows of a dataset that was removed meanwhile are nobody's: they are neither unchanged nor to be updated. Throws Moved, FORBIDDEN. */
async function mustSeeDataset(tx: Changing, key: string): Promise<void> {
  const id = datasetId(key);
  if (tx.reader.datasets.includes(id)) return;
  const hidden = await tx.first(
    sql`select from datasets where tenant_id = ${tx.reader.tenant} and id = ${id}`,
  );
  throw hidden ? new SummitError('FORBIDDEN', { permission: 'dataset:write' }) : new Moved();
}

/** What is known of a batch before its facts are looked at. */
function countsOf(batch: Batch): ImportCounts {
  const counts = noCounts();
  counts.rows = batch.rows;
  counts.records.unchanged = batch.standing.record;
  counts.relationships.unchanged = batch.standing.relationship;
  counts.references.unchanged = batch.standing.reference;
  counts.rejects = batch.rejects.length;
  counts.metadata = batch.metadata.length;
  counts.superseded = batch.superseded;
  counts.warnings = Object.values(batch.warnings).reduce((sum, { count }) => sum + count, 0);
  return counts;
}

interface Fates {
  records: Classified | undefined;
  links: { relationships: Classified; references: Classified } | undefined;
}

async function classify(tx: Changing, batch: Batch): Promise<Fates> {
  const { tenant } = tx.reader;
  return {
    records: batch.recordCount > 0 ? await classifyRecords(tx, tenant) : undefined,
    links: batch.relationshipCount + batch.referenceCount > 0 ? await classifyLinks(tx, tenant) : undefined,
  };
}

function allNew({ recordCount, relationshipCount, referenceCount }: Batch): Fates {
  const created = (count: number): Classified => ({ created: count, updated: 0, unchanged: 0, older: 0 });
  return {
    records: recordCount > 0 ? created(recordCount) : undefined,
    links:
      relationshipCount + referenceCount > 0
        ? { relationships: created(relationshipCount), references: created(referenceCount) }
        : undefined,
  };
}

/** A right that was taken away ends the import at its next batch. */
async function mustStillBeAllowed(tx: Transaction, ctx: Context): Promise<void> {
  const standing = await tx.first(sql`
    select from users where tenant_id = ${ctx.scope.tenant} and id = ${ctx.actor.id} and disabled_at is null
      and roles @> ${ctx.actor.roles}::text[] and clearance >= ${ctx.scope.clearance}`);
  if (!standing) throw new SummitError('FORBIDDEN', { permission: 'import:run' });
}

/** Objects of each kind that a dataset keeps. */
const METADATA_MOST = 100;

/** What a file says about itself stands with the dataset, the latest of each id, but for what not all may see who see the dataset. */
async function keepMetadata(tx: Changing, datasetId: string, found: Batch['metadata']): Promise<void> {
  const { tenant } = tx.reader;
  const row = await tx.first<{ metadata: Record<string, unknown>; marking: number }>(
    sql`select metadata, marking from datasets where tenant_id = ${tenant} and id = ${datasetId}`,
  );
  const metadata = row!.metadata;
  for (const { about, values, marking } of found) {
    if (marking > row!.marking) continue;
    const known = Array.isArray(metadata[about]) ? (metadata[about] as Record<string, unknown>[]) : [];
    const same = known.findIndex((each) => each.id !== undefined && each.id === values.id);
    if (same >= 0) known[same] = values;
    else if (
      known.length < METADATA_MOST &&
      !known.some((each) => canonicalize(each) === canonicalize(values))
    )
      known.push(values);
    Object.defineProperty(metadata, about, {
      value: known,
      enumerable: true,
      configurable: true,
      writable: true,
    });
  }
  await tx.execute(sql`
    update datasets set since_change = ${tx.change}, metadata = ${JSON.stringify(metadata)}
    where tenant_id = ${tenant} and id = ${datasetId} and metadata <> ${JSON.stringify(metadata)}::jsonb`);
}
