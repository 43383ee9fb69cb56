import type { Reading } from '../change/read.ts';
import { type Sql, sql } from '../database/sql.ts';
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

/** How links are read, so that no statement takes longer than some three seconds. */
const BOUNDS = {
  /** Up to so many are found by their dataset. */
  few: 500_000,
  /** With no more records than this for each of them, to read all records costs less than to look up both ends of each link. */
  recordsALink: 4,
  /** More are read in the order they lie in: so many pages, about a million links, a statement. */
  pages: 80_000,
  /** Where they lie says nothing about the past: there so many are read in the order of their ids. */
  slice: 250_000,
};

/**
 * Ends of the dataset's visible links that no visible record of it has the id of, on the snapshot of `tx`. Each statement is
 * bounded, so that a dataset of any size is counted within their time limit.
 */
export async function countUnresolved(tx: Reading, dataset: string, bounds = BOUNDS): Promise<number> {
  const { tenant } = tx.reader;
  const few = await tx.first<{ links: number }>(sql`
    select count(*)::int as links from (
      select from relationships where tenant_id = ${tenant} and dataset_id = ${dataset} limit ${bounds.few + 1}) first`);
  if (few!.links <= bounds.few) {
    const most = bounds.recordsALink * few!.links;
    const own = await tx.first<{ records: number }>(sql`
      select count(*)::int as records from (
        select from records where tenant_id = ${tenant} and dataset_id = ${dataset} limit ${most + 1}) first`);
    return own!.records <= most
      ? unresolvedAmongFew(tx, dataset)
      : unresolvedAmong(tx, dataset, sql`dataset_id = ${dataset}`);
  }
  const own = sql`(dataset_id = ${dataset}) is true`;
  let unresolved = 0;
  if (tx.at === undefined) {
    const size = await tx.first<{ pages: number }>(sql`
      select pg_relation_size('relationships') / current_setting('block_size')::int as pages`);
    for (let page = 0; page < size!.pages; page += bounds.pages) {
      const [from, to] = [`(${page},0)`, `(${page + bounds.pages},0)`];
      unresolved += await unresolvedAmong(
        tx,
        dataset,
        sql`ctid >= ${from}::tid and ctid < ${to}::tid and ${own}`,
      );
    }
    return unresolved;
  }
  for (let after = '00000000-0000-0000-0000-000000000000'; ; ) {
    const last = await tx.first<{ id: string }>(sql`
      select id from relationships where tenant_id = ${tenant} and id > ${after} order by id offset ${bounds.slice - 1} limit 1`);
    const upTo = last?.id ?? 'ffffffff-ffff-ffff-ffff-ffffffffffff';
    unresolved += await unresolvedAmong(tx, dataset, sql`id > ${after} and id <= ${upTo} and ${own}`);
    if (!last) return unresolved;
    after = upTo;
  }
}

async function unresolvedAmong(tx: Reading, dataset: string, which: Sql): Promise<number> {
  const { tenant, clearance } = tx.reader;
  const row = await tx.first<{ unresolved: number }>(sql`
    select count(*)::int as unresolved from ${endsOf(tx, which)} e
    where not exists (
      select from records r
      where r.tenant_id = ${tenant} and r.id = e.id and (r.dataset_id = ${dataset}) is true and r.marking <= ${clearance})`);
  return row!.unresolved;
}

/**
 * The same where the dataset has few records too: they are read, not looked up one by one among everybody's. Grouped, not joined:
 * statistics that do not know the dataset yet say one record and one link, and the loop chosen for those took 20,000 records
 * with 50,000 links past every time limit, so that their import never ended.
 */
async function unresolvedAmongFew(tx: Reading, dataset: string): Promise<number> {
  const { tenant, clearance } = tx.reader;
  const row = await tx.first<{ unresolved: number }>(sql`
    select coalesce(sum(ends) filter (where not stands), 0)::int as unresolved from (
      select id, sum(ends) as ends, bool_or(stands) as stands from (
        select id, 0 as ends, true as stands
        from records where tenant_id = ${tenant} and dataset_id = ${dataset} and marking <= ${clearance}
        union all
        select id, 1, false from ${endsOf(tx, sql`dataset_id = ${dataset}`)} e) said
      group by id) each`);
  return row!.unresolved;
}

const endsOf = ({ reader: { tenant, clearance } }: Reading, which: Sql): Sql => sql`(
  select unnest(array[source_record, target_record]) as id
  from relationships where tenant_id = ${tenant} and marking <= ${clearance} and ${which})`;

/** Whether no fact of the dataset was written or removed after this change, and all up to it is in the snapshot. */
export async function untouchedSince(tx: Reading, dataset: string, change: number): Promise<boolean> {
  const { tenant } = tx.reader;
  // `is true`: by dataset alone all of its rows would be read.
  const ours = sql`tenant_id = ${tenant} and (dataset_id = ${dataset}) is true`;
  const row = await tx.first<{ untouched: boolean }>(sql`
    select ${change} < summit.horizon()
       and not exists (select from summit.records where ${ours} and since_change > ${change})
       and not exists (select from history.records where ${ours} and until_change > ${change})
       and not exists (select from summit.relationships where ${ours} and since_change > ${change})
       and not exists (select from history.relationships where ${ours} and until_change > ${change}) as untouched`);
  return row!.untouched;
}
