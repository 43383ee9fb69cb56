import { SummitError } from '@summit/process/errors';
import { type Changing, runCommand } from '../change/command.ts';
import { deriveAgain } from '../change/derived.ts';
import type { Transaction } from '../database/database.ts';
import { sql } from '../database/sql.ts';
import { ensureDataset } from '../dataset/dataset.commands.ts';
import { datasetId } from '../dataset/dataset.ts';
import { refuseHidden } from '../import/hiddenRows.ts';
import {
  bothOf,
  classifyLinks,
  classifyRecords,
  judgedAmongStaged,
  stage,
  writeLinks,
  writeRecords,
} from '../import/staging.ts';
import { type Granted, mustStandStill } from './grant.ts';
import type { Epochs, Offsets, Unit } from './message.ts';
import type { Prepared } from './prepareEvent.ts';
import { type Fates, moveOffsets, noFates, remember, sift } from './settle.ts';

export interface Taking {
  /** Of the topic: one that is made anew begins anew. */
  topic: string;
  /** Where the partitions of the units were read from, and where they are read from next. */
  from: Offsets;
  to: Offsets;
  /** Of what stands before `to`. */
  epochs: Epochs;
}

const TAKE_MS = 5_000;

/**
 * One batch, one change: facts, what is remembered of their events, dead letters and offsets stand or fall together. A batch
 * that changes no fact makes no change. Throws Suspended, OffsetsMoved when somebody else read on meanwhile, and what the
 * database says to what stands in the events.
 */
export async function takeBatch(
  granted: Granted,
  taking: Taking,
  units: readonly Unit[],
  timeoutMs = TAKE_MS,
): Promise<Fates> {
  const { ctx } = granted;
  const { tenant } = ctx.scope;
  let fates = noFates();
  let again: ((tx: Transaction) => Promise<void>) | undefined;
  await runCommand(
    ctx,
    { action: 'ingest.written', timeoutMs, withoutChange: (tx) => again!(tx) },
    async (tx) => {
      await mustStandStill(tx, granted);
      await moveOffsets(tx, tenant, taking);
      const sifted = await sift(tx, taking.topic, units);
      fates = sifted.fates;
      const datasets = Map.groupBy(sifted.effective, ({ dataset }) => dataset);
      let first = true;
      for (const [key, prepared] of datasets) {
        await writeDataset(tx, key, prepared, fates, first);
        first = false;
      }
      tx.says(`Took in events about ${[...datasets.keys()].join(', ')}`);
      tx.touches(
        ...[...datasets.keys()].map((key) => ({ kind: 'dataset', id: datasetId(key), caption: key })),
      );
      await remember(tx, tenant, taking.topic, sifted);
      again = async (plain) => {
        await moveOffsets(plain, tenant, taking);
        await remember(plain, tenant, taking.topic, sifted);
      };
    },
  );
  return fates;
}

async function writeDataset(
  tx: Changing,
  key: string,
  all: readonly Prepared[],
  fates: Fates,
  first: boolean,
): Promise<void> {
  const said = all.filter(({ removes }) => !removes);
  if (said.length > 0) {
    const { id } = await ensureDataset(tx, { key });
    // Each commit leaves the tables of the staged empty; within a batch it is done here.
    if (!first)
      await tx.client.query('delete from pg_temp.incoming_records; delete from pg_temp.incoming_links');
    await stage(tx, { records: textOf(said, 'record'), links: textOf(said, 'links') });
    await refuseHidden(tx);
    await writeStaged(tx, id, said, fates);
  }
  const gone = all.filter(({ removes }) => removes);
  if (gone.length > 0) await remove(tx, datasetId(key), gone, fates);
}

const textOf = (prepared: readonly Prepared[], what: 'record' | 'links'): Buffer =>
  Buffer.from(prepared.map((each) => each[what]).join(''));

async function writeStaged(
  tx: Changing,
  dataset: string,
  said: readonly Prepared[],
  fates: Fates,
): Promise<void> {
  const { tenant } = tx.reader;
  if (said.some(({ recordCount }) => recordCount > 0)) {
    const records = await classifyRecords(tx, tenant);
    await writeRecords(tx, dataset, records);
    await deriveAgain(tx, { records: await judgedAmongStaged(tx) });
    fates.created += records.created;
    fates.updated += records.updated;
    fates.unchanged += records.unchanged;
  }
  if (said.some(({ linkCount }) => linkCount > 0)) {
    const links = await classifyLinks(tx, tenant);
    await writeLinks(tx, dataset, bothOf(links));
    fates.created += links.relationships.created;
    fates.updated += links.relationships.updated;
    fates.unchanged += links.relationships.unchanged;
  }
  // An event says all of its record: what an earlier one referred to and this one does not is referred to no more.
  const records = said.filter(({ recordCount }) => recordCount > 0);
  await tx.execute(sql`
    delete from relationships r
    where r.tenant_id = ${tenant} and r.source_record = any(${records.map(({ id }) => id)}::uuid[]) and r.reference
      and r.dataset_id = ${dataset} and not r.id = any(${records.flatMap(({ references }) => references)}::uuid[])`);
}

async function remove(tx: Changing, dataset: string, gone: readonly Prepared[], fates: Fates): Promise<void> {
  const { tenant, clearance } = tx.reader;
  const ids = gone.map(({ id }) => id);
  const hidden = await tx.first(sql`
    select from records r where r.tenant_id = ${tenant} and r.id = any(${ids}::uuid[]) and r.marking > ${clearance}
    union all
    select from relationships r where r.tenant_id = ${tenant} and r.id = any(${ids}::uuid[]) and r.marking > ${clearance}
    limit 1`);
  if (hidden || (await isHidden(tx, dataset))) throw new SummitError('FORBIDDEN', { permission: 'marking' });
  // Links first, so that no moment shows a reference whose record was just taken away.
  await tx.execute(sql`
    delete from relationships r where r.tenant_id = ${tenant} and r.source_record = any(${ids}::uuid[]) and r.reference
      and r.dataset_id = ${dataset}`);
  fates.removed += await tx.execute(sql`
    delete from relationships r where r.tenant_id = ${tenant} and r.id = any(${ids}::uuid[]) and r.dataset_id = ${dataset}`);
  const records = await tx.query<{ id: string }>(sql`
    delete from records r where r.tenant_id = ${tenant} and r.id = any(${ids}::uuid[]) and r.dataset_id = ${dataset} returning r.id`);
  fates.removed += records.length;
  const judged = await tx.query<{ id: string }>(sql`
    select g.id from unnest(${records.map(({ id }) => id)}::uuid[]) g (id)
    where exists (select from judgements j where j.tenant_id = ${tenant} and j.left_record = g.id)
      or exists (select from judgements j where j.tenant_id = ${tenant} and j.right_record = g.id)`);
  await deriveAgain(tx, { records: judged.map(({ id }) => id) });
}

async function isHidden(tx: Changing, dataset: string): Promise<boolean> {
  if (tx.reader.datasets.includes(dataset)) return false;
  const standing = await tx.first(sql`
    select from datasets where tenant_id = ${tx.reader.tenant} and id = ${dataset}`);
  return standing !== undefined;
}
