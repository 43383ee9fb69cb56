import { seenOf } from '../change/history.queries.ts';
import { visibleCase } from '../change/membership.ts';
import type { Reading } from '../change/read.ts';
import { sql } from '../database/sql.ts';
import { clustersOf } from '../entity/clusters.queries.ts';
import type { ItemNode } from './investigation.ts';

const COLUMNS =
  sql.raw(`i.id, i.record_id as "recordId", i.x, i.y, i.pinned, i.hidden, i.group_name as group, i.colour,
  i.added_at as "addedAt", i.added_by as "addedBy"`);

export interface ItemPage {
  rows: ItemNode[];
  hasMore: boolean;
}

/**
 * A case's items in the order of their ids; two items that became one entity are shown once, as the first of them. Only the
 * page is resolved, and of the rest of the case what it shares entities with: 50 of 5,000 items took 28 ms, by resolving all of them 290 (one of two busy cores).
 */
export async function listItems(
  tx: Reading,
  investigationId: string,
  page: { first: number; after?: string | undefined },
): Promise<ItemPage> {
  const rows: ItemNode[] = [];
  // From the very first: a bound on ids is what the index in their order is chosen for.
  let after = page.after ?? '00000000-0000-0000-0000-000000000000';
  let more = true;
  while (more && rows.length <= page.first) {
    const size = page.first + 1 - rows.length;
    const found = await tx.query<Omit<ItemNode, 'at' | 'entity'>>(sql`
      select ${COLUMNS} from investigation_items i
      where i.tenant_id = ${tx.reader.tenant} and i.investigation_id = ${investigationId}
        and i.id > ${after} order by i.id limit ${size}`);
    const clusters = await clustersOf(
      tx,
      found.map(({ recordId }) => recordId),
    );
    const repeated = await repeatedItems(tx, investigationId, clusters);
    for (const row of found) {
      if (!repeated.has(row.id)) rows.push({ at: tx.at, ...row, entity: clusters.get(row.recordId) ?? null });
    }
    more = found.length === size;
    after = found.at(-1)?.id ?? after;
  }
  return { rows: rows.slice(0, page.first), hasMore: rows.length > page.first };
}

/** Items of a case whose entity, one of these, an earlier item of it holds by another record. */
async function repeatedItems(
  tx: Reading,
  investigationId: string,
  clusters: ReadonlyMap<string, readonly string[]>,
): Promise<Set<string>> {
  const entityOf = new Map(
    [...clusters.values()].flatMap((records) =>
      records.length > 1 ? records.map((record) => [record, records[0]!] as const) : [],
    ),
  );
  if (entityOf.size === 0) return new Set();
  const items = await tx.query<{ id: string; record: string }>(sql`
    select id, record_id as record from investigation_items
    where tenant_id = ${tx.reader.tenant} and investigation_id = ${investigationId} and record_id = any(${[...entityOf.keys()]}::uuid[])
    order by id`);
  const first = new Map<string, string>();
  for (const { id, record } of items) {
    const entity = entityOf.get(record)!;
    if (!first.has(entity)) first.set(entity, id);
  }
  return new Set(items.flatMap(({ id, record }) => (first.get(entityOf.get(record)!) === id ? [] : [id])));
}

export type TakenOut = 'IMPORT_UNDONE' | 'REMOVED';

/**
 * What took records out of every dataset, of those that are in none now. Whoever did not see the last of a record is not told
 * that there was one: it is missing from the answer, as one that is only hidden.
 */
export async function takenOut(tx: Reading, recordIds: readonly string[]): Promise<Map<string, TakenOut>> {
  const { tenant } = tx.reader;
  const rows = await tx.query<{ id: string; action: string }>(sql`
    select id.id, c.action from unnest(${recordIds}::uuid[]) id
    cross join lateral (
      select until_change from history.records h where h.tenant_id = ${tenant} and h.id = id.id
      order by h.since_change desc limit 1
    ) last
    join summit.changes c on c.tenant_id = ${tenant} and c.id = last.until_change
    where not exists (select from summit.records r where r.tenant_id = ${tenant} and r.id = id.id)`);
  // Told to whoever may be told of a change to it.
  const about = rows.map(({ id, action }) => ({
    action,
    investigationId: null,
    targets: [{ kind: 'record', id }],
  }));
  const seen = await seenOf(tx, about);
  return new Map(
    seen.map(({ change, targets: [record] }) => [
      record!.id,
      change.action === 'import.undone' ? 'IMPORT_UNDONE' : 'REMOVED',
    ]),
  );
}

/** The records by which a case holds its entities. */
export async function itemRecords(tx: Reading, investigationId: string): Promise<string[]> {
  const rows = await tx.query<{ id: string }>(sql`
    select record_id as id from investigation_items
    where tenant_id = ${tx.reader.tenant} and investigation_id = ${investigationId} order by id`);
  return rows.map(({ id }) => id);
}

/**
 * How many entities each case holds: items that became one entity or that nobody sees any more count as shown. Only items that
 * share a stored cluster with another are resolved, since hiding can only split.
 */
export async function countItems(tx: Reading, ids: readonly string[]): Promise<Map<string, number>> {
  const { tenant } = tx.reader;
  const counts = await tx.query<{ id: string; items: number }>(sql`
    select investigation_id as id, count(*)::int as items from investigation_items
    where tenant_id = ${tenant} and investigation_id = any(${ids}::uuid[]) group by investigation_id`);
  const together = await tx.query<{ id: string; records: string[] }>(sql`
    select i.investigation_id as id, array_agg(i.record_id order by i.id) as records
    from investigation_items i join cluster_members m on m.tenant_id = i.tenant_id and m.id = i.record_id
    where i.tenant_id = ${tenant} and i.investigation_id = any(${ids}::uuid[])
    group by i.investigation_id, m.cluster_id having count(*) > 1`);
  const clusters = await clustersOf(
    tx,
    together.flatMap(({ records }) => records),
  );
  const found = new Map(counts.map(({ id, items }) => [id, items]));
  for (const { id, records } of together) {
    const entities = new Set(records.map((record) => clusters.get(record)?.[0] ?? record)).size;
    found.set(id, found.get(id)! - records.length + entities);
  }
  return found;
}

/** For each record, the visible cases that hold it. */
export async function casesOf(tx: Reading, records: readonly string[]): Promise<Map<string, string[]>> {
  const rows = await tx.query<{ record: string; cases: string[] }>(sql`
    select i.record_id as record, array_agg(i.investigation_id order by i.investigation_id) as cases
    from investigation_items i
    join investigations c on c.id = i.investigation_id and ${visibleCase(tx.reader, 'c')}
    where i.tenant_id = ${tx.reader.tenant} and i.record_id = any(${records}::uuid[]) group by i.record_id`);
  return new Map(rows.map(({ record, cases }) => [record, cases]));
}
