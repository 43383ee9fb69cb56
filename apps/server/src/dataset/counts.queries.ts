import { type At, type Reading, read } from '../change/read.ts';
import type { Context } from '../context.ts';
import { sql } from '../database/sql.ts';
import type { DatasetCounts } from './dataset.ts';

/** What each dataset says to this reader, by dataset id. Exact; reads every row of the datasets. */
export async function countFacts(tx: Reading, ids: readonly string[]): Promise<Map<string, DatasetCounts>> {
  const { tenant, clearance } = tx.reader;
  const wanted = ids.filter((id) => tx.reader.datasets.includes(id));
  const counts = new Map(wanted.map((id) => [id, { records: 0, relationships: 0, references: 0 }]));
  if (wanted.length === 0) return counts;
  const records = await tx.query<{ id: string; records: number }>(sql`
    select dataset_id as id, count(*)::int as records from records
    where tenant_id = ${tenant} and dataset_id = any(${wanted}::uuid[]) and marking <= ${clearance} group by dataset_id`);
  const links = await tx.query<{ id: string; relationships: number; references: number }>(sql`
    select dataset_id as id, count(*) filter (where not reference)::int as relationships,
           count(*) filter (where reference)::int as "references"
    from relationships
    where tenant_id = ${tenant} and dataset_id = any(${wanted}::uuid[]) and marking <= ${clearance} group by dataset_id`);
  for (const { id, ...row } of records) Object.assign(counts.get(id)!, row);
  for (const { id, ...row } of links) Object.assign(counts.get(id)!, row);
  return counts;
}

/** Links looked at in one statement. */
const SLICE = 250_000;

/**
 * Ends of the dataset's visible links that no visible record of it has the id of. Each slice is a transaction of its own, so
 * that a large dataset holds nothing up; all of them together are no one moment unless `at` is one.
 */
export async function countUnresolved(ctx: Context, at: At, dataset: string): Promise<number> {
  let unresolved = 0;
  for (let after = '00000000-0000-0000-0000-000000000000'; ; ) {
    const slice = (await read(ctx, at, (tx) => unresolvedAfter(tx, dataset, after)))!;
    unresolved += slice.unresolved;
    if (slice.last === null) return unresolved;
    after = slice.last;
  }
}

/** `last` is null for the last slice. */
function unresolvedAfter(
  tx: Reading,
  dataset: string,
  after: string,
): Promise<{ unresolved: number; last: string | null } | undefined> {
  const { tenant, clearance } = tx.reader;
  return tx.first(sql`
    with links as materialized (
      select id, source_record, target_record, (dataset_id = ${dataset} and marking <= ${clearance}) as own from relationships
      where tenant_id = ${tenant} and id > ${after} order by id limit ${SLICE}
    ), ends as (
      select source_record as id from links where own union all select target_record from links where own
    )
    select (select count(*)::int from ends e where not exists (
              select from records r
              where r.tenant_id = ${tenant} and r.id = e.id and r.dataset_id = ${dataset} and r.marking <= ${clearance})) as unresolved,
           case when (select count(*) from links) = ${SLICE} then (select max(id::text)::uuid from links) end as last`);
}

/** Whether no fact of the dataset was written or removed after this change. */
export async function untouchedSince(tx: Reading, dataset: string, change: number): Promise<boolean> {
  const { tenant } = tx.reader;
  // `is true`: by dataset alone all of its rows would be read.
  const ours = sql`tenant_id = ${tenant} and (dataset_id = ${dataset}) is true`;
  const row = await tx.first<{ untouched: boolean }>(sql`
    select not exists (select from summit.records where ${ours} and since_change > ${change})
       and not exists (select from history.records where ${ours} and until_change > ${change})
       and not exists (select from summit.relationships where ${ours} and since_change > ${change})
       and not exists (select from history.relationships where ${ours} and until_change > ${change}) as untouched`);
  return row!.untouched;
}
