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
  total: number;
}

/** A case's items in the order of their ids; two items that became one entity are shown once, as the first of them. */
export async function listItems(
  tx: Reading,
  investigationId: string,
  page: { first: number; after?: string | undefined },
): Promise<ItemPage> {
  const { tenant } = tx.reader;
  const all = await tx.query<{ id: string; record: string }>(sql`
    select id, record_id as record from investigation_items
    where tenant_id = ${tenant} and investigation_id = ${investigationId} order by id`);
  const clusters = await clustersOf(
    tx,
    all.map(({ record }) => record),
  );
  const shown = new Set<string>();
  const places = all.filter(({ record }) => {
    const entity = clusters.get(record)?.[0] ?? record;
    return shown.has(entity) ? false : shown.add(entity);
  });
  const start = page.after === undefined ? 0 : places.findIndex(({ id }) => id > page.after!);
  const here = start < 0 ? [] : places.slice(start, start + page.first);
  const rows = await tx.query<Omit<ItemNode, 'at' | 'entity'>>(sql`
    select ${COLUMNS} from investigation_items i
    where i.tenant_id = ${tenant} and i.id = any(${here.map(({ id }) => id)}::uuid[]) order by i.id`);
  return {
    rows: rows.map((row) => ({ at: tx.at, ...row, entity: clusters.get(row.recordId) ?? null })),
    hasMore: start >= 0 && start + page.first < places.length,
    total: places.length,
  };
}

/** The records by which a case holds its entities. */
export async function itemRecords(tx: Reading, investigationId: string): Promise<string[]> {
  const rows = await tx.query<{ id: string }>(sql`
    select record_id as id from investigation_items
    where tenant_id = ${tx.reader.tenant} and investigation_id = ${investigationId} order by id`);
  return rows.map(({ id }) => id);
}

/** How many entities each case holds: items that became one entity or that nobody sees any more count as shown. */
export async function countItems(tx: Reading, ids: readonly string[]): Promise<Map<string, number>> {
  const rows = await tx.query<{ id: string; records: string[] }>(sql`
    select investigation_id as id, array_agg(record_id order by id) as records from investigation_items
    where tenant_id = ${tx.reader.tenant} and investigation_id = any(${ids}::uuid[]) group by investigation_id`);
  const clusters = await clustersOf(
    tx,
    rows.flatMap(({ records }) => records),
  );
  return new Map(
    rows.map(({ id, records }) => [
      id,
      new Set(records.map((record) => clusters.get(record)?.[0] ?? record)).size,
    ]),
  );
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
