/** Reads a whole file and finds what an import of it would do, by look-up; writes no fact. */
import { SummitError } from '@summit/process/errors';
import type { RowChange } from '../change/diff.ts';
import { asReader, type Reading, visible } from '../change/read.ts';
import { inTransaction } from '../database/inTransaction.ts';
import { sql } from '../database/sql.ts';
import { type Batch, factsIn, joinWarnings } from './batch.ts';
import { announce, keepRejects, LeaseLost } from './checkpoint.ts';
import { finishPreview } from './finish.ts';
import { addFates, type ImportCounts, noCounts, sumOf } from './import.ts';
import { type Running, stopHere } from './running.ts';
import { classifyLinks, classifyRecords, stage } from './staging.ts';
import { type BatchEnds, EndsAfter } from './surveyEnds.ts';

const SAMPLES = 100;
/** Above this share of a dataset, replacing it must be confirmed. */
const UNCONFIRMED = 0.1;

/**
 * Finishes a preview; before an unconfirmed replacing import only looks whether it would remove too much, and throws
 * REPLACE_NOT_CONFIRMED while nothing is written yet.
 */
export async function surveyImport(running: Running): Promise<void> {
  const { about, pace } = running;
  const reading = running.read(0, false);
  let counts = noCounts();
  const older: Older = { records: 0, relationships: 0, references: 0 };
  const samples: RowChange[] = [];
  let marking = 0;
  let readMarking = 0;
  const rejects: Batch['rejects'] = [];
  const ends = about.isPreview ? await EndsAfter.of(running) : undefined;
  try {
    for (;;) {
      stopHere(running);
      const asked = performance.now();
      const batch = await reading.next();
      pace.waited(performance.now() - asked);
      if (!batch) break;
      const started = performance.now();
      const surveyed = await surveyBatch(running, batch, samples, ends);
      counts = sumOf(counts, surveyed.counts);
      for (const kind of kinds) older[kind] += surveyed.older[kind];
      marking = Math.max(marking, surveyed.marking);
      readMarking = Math.max(readMarking, batch.readMarking);
      joinWarnings(about.warnings, batch.warnings);
      rejects.push(...batch.rejects.slice(0, Math.max(0, 1_000 - rejects.length)));
      pace.wrote(factsIn(batch), performance.now() - started, 0);
      reading.want({ facts: pace.facts, compared: false });
      if (pace.isDue()) await tellProgress(running, counts, batch.bytesRead);
    }
  } finally {
    await reading.close();
  }
  if (about.mode === 'replace') {
    const standing = await standingRows(running);
    // What stands in a later version than the file's is in the file as well.
    for (const kind of kinds) {
      const { updated, unchanged } = counts[kind];
      counts[kind].removed = Math.max(0, standing[kind] - updated - unchanged - older[kind]);
    }
    const all = standing.records + standing.relationships + standing.references;
    const removed = counts.records.removed + counts.relationships.removed + counts.references.removed;
    if (!about.isPreview && removed > all * UNCONFIRMED) {
      throw new SummitError('REPLACE_NOT_CONFIRMED', { percent: Math.round((removed / all) * 100), removed });
    }
  }
  if (!about.isPreview) {
    about.warnings = {};
    return;
  }
  await keepOnlyRejects(running, rejects);
  const { created, updated } = [counts.records, counts.relationships, counts.references].reduce(
    (sum, each) => ({ created: sum.created + each.created, updated: sum.updated + each.updated }),
    { created: 0, updated: 0 },
  );
  await finishPreview(running, counts, {
    samples: { rows: samples, total: created + updated },
    ...{ marking, readMarking },
    ends: ends!.result,
  });
}

const kinds = ['records', 'relationships', 'references'] as const;
/** Rows of the file that stand in a later version. */
type Older = Record<(typeof kinds)[number], number>;

/** What a batch would do, and the highest marking of what is shown of it. */
async function surveyBatch(
  running: Running,
  batch: Batch,
  samples: RowChange[],
  ends: EndsAfter | undefined,
): Promise<{ counts: ImportCounts; older: Older; marking: number }> {
  const { services, run, ctx } = running;
  const counts = noCounts();
  let older: Older = { records: 0, relationships: 0, references: 0 };
  counts.rows = batch.rows;
  counts.rejects = batch.rejects.length;
  counts.metadata = batch.metadata.length;
  counts.superseded = batch.superseded;
  counts.warnings = Object.values(batch.warnings).reduce((sum, { count }) => sum + count, 0);
  ends?.addParts(batch, running);
  if (factsIn(batch) === 0) return { counts, older, marking: 0 };
  const found: RowChange[] = [];
  const looked: BatchEnds[] = [];
  const { marking } = batch;
  await inTransaction(services.db, { tenant: run.tenant, rehearse: true, timeoutMs: 5_000 }, async (tx) => {
    found.length = 0;
    looked.length = 0;
    await stage(tx, batch);
    const { records, links } = await asReader(ctx, undefined, tx, async (reading) => {
      if (ends) looked.push(await ends.look(reading));
      return {
        records: await classifyRecords(reading, run.tenant, reading.reader),
        links: await classifyLinks(reading, run.tenant, reading.reader),
      };
    });
    addFates(counts.records, records);
    addFates(counts.relationships, links.relationships);
    addFates(counts.references, links.references);
    counts.superseded += records.older + links.relationships.older;
    older = {
      records: records.older,
      relationships: links.relationships.older,
      references: links.references.older,
    };
    if (samples.length < SAMPLES)
      found.push(
        ...(await asReader(ctx, undefined, tx, (reading) => sampleRows(reading, SAMPLES - samples.length))),
      );
  });
  for (const each of looked) ends?.add(each);
  samples.push(...found);
  const shown = found.map(({ before }) => Number(before?.marking ?? 0));
  return { counts, older, marking: Math.max(marking, ...shown) };
}

/** What exists already is shown to its reader alone: ids are made from source keys, and a file can name anything. */
async function sampleRows(tx: Reading, most: number): Promise<RowChange[]> {
  const { tenant } = tx.reader;
  const seen = visible(tx.reader, 'r');
  const hidden = sql.raw(`'{tenant_id,digest,tokens,version,dataset_id,since_change}'::text[]`);
  // An end that an earlier batch of the file brings has no name yet.
  const nameOf = (end: 'source_record' | 'target_record') => sql`coalesce(
    (select n.caption from pg_temp.incoming_records n where n.id = l.${sql.raw(end)} limit 1),
    (select n.caption from records n where n.tenant_id = ${tenant} and n.id = l.${sql.raw(end)} and ${visible(tx.reader, 'n')}), '?')`;
  const rows = await tx.query<Omit<RowChange, 'act' | 'change'>>(sql`
    (select 'record' as kind, s.id, s.caption, to_jsonb(r) - ${hidden} as before, to_jsonb(s) - ${hidden} as after
     from pg_temp.incoming_records s left join records r on r.tenant_id = ${tenant} and r.id = s.id and ${seen}
     where r.digest is distinct from s.digest limit ${most})
    union all
    (select 'relationship', l.id, ${nameOf('source_record')} || ' → ' || ${nameOf('target_record')}, l.before, to_jsonb(l) - ${hidden} - 'before'
     from (
       select s.*, to_jsonb(r) - ${hidden} as before
       from pg_temp.incoming_links s left join relationships r on r.tenant_id = ${tenant} and r.id = s.id and ${seen}
       where r.digest is distinct from s.digest and not s.reference limit ${most}
     ) l)
    limit ${most}`);
  return rows.map((row) => ({ ...row, act: row.before === null ? 'added' : 'changed', change: null }));
}

/** What a replacing import would look through; what its importer does not see it leaves. */
async function standingRows({
  services,
  run,
  about,
  ctx,
}: Running): Promise<{ records: number; relationships: number; references: number }> {
  const { tenant } = run;
  const row = await inTransaction(services.db, { tenant, readOnly: true }, (tx) =>
    asReader(ctx, undefined, tx, ({ reader }) => {
      const seen = visible(reader, 'r');
      return tx.first<{ records: number; relationships: number; references: number }>(sql`
        select (select count(*)::int from records r where r.tenant_id = ${tenant} and r.dataset_id = d.id and ${seen}) as records,
               (select count(*)::int from relationships r
                where r.tenant_id = ${tenant} and r.dataset_id = d.id and not r.reference and ${seen}) as relationships,
               (select count(*)::int from relationships r
                where r.tenant_id = ${tenant} and r.dataset_id = d.id and r.reference and ${seen}) as "references"
        from datasets d where d.tenant_id = ${tenant} and d.key = ${about.datasetKey}`);
    }),
  );
  return row ?? { records: 0, relationships: 0, references: 0 };
}

async function keepOnlyRejects({ services, run, about }: Running, rejects: Batch['rejects']): Promise<void> {
  await inTransaction(services.db, { tenant: run.tenant }, async (tx) => {
    await tx.execute(
      sql`delete from operations.import_rejects where tenant_id = ${run.tenant} and import_id = ${about.id}`,
    );
    await keepRejects(tx, { tenant: run.tenant, id: about.id }, 0, rejects);
  });
}

async function tellProgress(running: Running, counts: ImportCounts, bytesRead: number): Promise<void> {
  const { services, run, about, pace } = running;
  await inTransaction(services.db, { tenant: run.tenant }, async (tx) => {
    const touched = await tx.execute(sql`
      update operations.imports set progress = ${JSON.stringify(pace.progress(about, counts, bytesRead))}
      where tenant_id = ${run.tenant} and id = ${about.id} and fence = ${run.fence} and state = 'running'`);
    if (touched === 0) throw new LeaseLost();
    await announce(tx, run.tenant, about.id);
  });
}
