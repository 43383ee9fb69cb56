import { runCommand } from '../change/command.ts';
import { deriveAgain } from '../change/derived.ts';
import type { Transaction } from '../database/database.ts';
import { inTransaction } from '../database/inTransaction.ts';
import { sql } from '../database/sql.ts';
import { announce, LeaseLost } from './checkpoint.ts';
import { type Running, stopHere } from './running.ts';

/** Rows looked at for missing ones in one statement, and removed in one change. */
const WINDOW = 50_000;
const REMOVED_MOST = 2_000;

/** The end of a replacing import: what the file lacks and its importer sees goes, in changes of bounded size. Begun again, it finds what is left. */
export async function removeMissing(running: Running): Promise<void> {
  const { ctx, about, run } = running;
  const { tenant } = run;
  const dataset = await inTransaction(ctx.db, { tenant, readOnly: true }, (tx) =>
    tx.first<{ id: string }>(
      sql`select id from datasets where tenant_id = ${tenant} and key = ${about.datasetKey}`,
    ),
  );
  if (!dataset) return;
  about.datasetId = dataset.id;
  await enterPhase(running);
  // Links first, so that no moment shows a link whose end was just taken away.
  for (const table of ['relationships', 'records'] as const) {
    let after: string | null = '00000000-0000-0000-0000-000000000000';
    while (after !== null) {
      const window: Window = await inTransaction(ctx.db, { tenant, readOnly: true }, (tx) =>
        missingAfter(tx, running, table, dataset.id, after!),
      );
      for (let from = 0; from < window.ids.length; from += REMOVED_MOST) {
        stopHere(running);
        await removeRows(running, table, dataset.id, window.ids.slice(from, from + REMOVED_MOST));
      }
      after = window.last;
    }
  }
}

async function enterPhase({ ctx, about, run }: Running): Promise<void> {
  about.phase = 'remove';
  await inTransaction(ctx.db, { tenant: run.tenant }, async (tx) => {
    const touched = await tx.execute(sql`
      update operations.imports set phase = 'remove'
      where tenant_id = ${run.tenant} and id = ${about.id} and fence = ${run.fence} and state = 'running'`);
    if (touched === 0) throw new LeaseLost();
  });
}

interface Window {
  ids: string[];
  /** Null when nothing comes after it. */
  last: string | null;
}

async function missingAfter(
  tx: Transaction,
  { ctx, about, run: { tenant } }: Running,
  table: 'records' | 'relationships',
  datasetId: string,
  after: string,
): Promise<Window> {
  const row = await tx.first<{ ids: string[] | null; last: string | null; size: number }>(sql`
    with looked as materialized (
      select id, dataset_id, marking from ${sql.identifier(table)} where tenant_id = ${tenant} and id > ${after} order by id limit ${WINDOW}
    )
    select (select array_agg(l.id order by l.id) from looked l where l.dataset_id = ${datasetId} and l.marking <= ${ctx.scope.clearance} and not exists (
              select from operations.import_kept k where k.tenant_id = ${tenant} and k.import_id = ${about.id} and k.id = l.id)) as ids,
           (select count(*)::int from looked) as size, (select id from looked order by id desc limit 1) as last`);
  return { ids: row!.ids ?? [], last: row!.size < WINDOW ? null : row!.last };
}

async function removeRows(
  running: Running,
  table: 'records' | 'relationships',
  datasetId: string,
  ids: string[],
): Promise<void> {
  const { ctx, about, run, pace } = running;
  const { tenant } = run;
  const { result: counts } = await runCommand(
    ctx,
    {
      action: 'import.removed',
      importId: about.id,
      reason: about.reason,
      investigationId: about.investigationId,
    },
    async (tx) => {
      const gone = await tx.query<{ id: string; reference: boolean; judged: boolean }>(sql`
        delete from ${sql.identifier(table)} r
        where r.tenant_id = ${tenant} and r.id = any(${ids}::uuid[]) and r.dataset_id = ${datasetId}
        returning r.id, ${table === 'records' ? sql`false` : sql`r.reference`} as reference,
          ${
            table === 'records'
              ? sql`exists (select from judgements j where j.tenant_id = r.tenant_id and j.left_record = r.id)
            or exists (select from judgements j where j.tenant_id = r.tenant_id and j.right_record = r.id)`
              : sql`false`
          } as judged`);
      await deriveAgain(tx, { records: gone.flatMap(({ id, judged }) => (judged ? [id] : [])) });
      tx.says(`Removed from ${about.datasetTitle ?? about.datasetKey} what its import lacks`);
      tx.touches({ kind: 'dataset', id: datasetId, caption: about.datasetTitle ?? about.datasetKey });

      const counts = structuredClone(running.counts);
      if (table === 'records') counts.records.removed += gone.length;
      for (const { reference } of table === 'records' ? [] : gone)
        (reference ? counts.references : counts.relationships).removed++;
      const touched = await tx.execute(sql`
        update operations.imports set counts = ${JSON.stringify(counts)}, seconds = ${pace.seconds},
          progress = ${JSON.stringify(pace.progress(about, counts, about.bytes))}
        where tenant_id = ${tenant} and id = ${about.id} and fence = ${run.fence} and state = 'running'`);
      if (touched === 0) throw new LeaseLost();
      if (pace.isDue()) await announce(tx, tenant, about.id);
      return counts;
    },
  );
  running.counts = counts;
}
