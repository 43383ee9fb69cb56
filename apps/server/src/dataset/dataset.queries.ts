import type { Reading } from '../change/read.ts';
import { sql } from '../database/sql.ts';
import { isUuid } from '../ids.ts';
import type { DatasetCounts, DatasetNode } from './dataset.ts';

const COLUMNS =
  sql.raw(`d.id, d.key, d.title, d.kind, d.investigation_id as "investigationId", d.publisher, d.url, d.licence,
  d.marking, d.reliability, d.metadata`);

/** The datasets among `ids` that the reader sees, by id. */
export async function loadDatasets(tx: Reading, ids: readonly string[]): Promise<Map<string, DatasetNode>> {
  const wanted = ids.filter(isUuid);
  if (wanted.length === 0) return new Map();
  const rows = await tx.query<Omit<DatasetNode, 'at'>>(sql`
    select ${COLUMNS} from datasets d
    where d.tenant_id = ${tx.reader.tenant} and d.id = any(${wanted}::uuid[]) and d.id = any(${tx.reader.datasets}::uuid[])`);
  return new Map(rows.map((row) => [row.id, { at: tx.at, ...row }]));
}

export async function datasetByKey(tx: Reading, key: string): Promise<DatasetNode | undefined> {
  const row = await tx.first<Omit<DatasetNode, 'at'>>(sql`
    select ${COLUMNS} from datasets d
    where d.tenant_id = ${tx.reader.tenant} and d.key = ${key} and d.id = any(${tx.reader.datasets}::uuid[])`);
  return row && { at: tx.at, ...row };
}

export interface DatasetPage {
  first: number;
  /** The key after which the page starts. */
  after?: string | undefined;
  includeNotebooks: boolean;
}

/** Visible datasets by key, one more than asked for when there are more, and how many there are. */
export async function listDatasets(
  tx: Reading,
  page: DatasetPage,
): Promise<{ rows: DatasetNode[]; hasMore: boolean; total: number }> {
  const which = sql`d.tenant_id = ${tx.reader.tenant} and d.id = any(${tx.reader.datasets}::uuid[])
    and (${page.includeNotebooks} or d.kind = 'source')`;
  const found = await tx.query<Omit<DatasetNode, 'at'>>(sql`
    select ${COLUMNS} from datasets d where ${which} and d.key > ${page.after ?? ''} order by d.key limit ${page.first + 1}`);
  const counted = await tx.first<{ total: number }>(
    sql`select count(*)::int as total from datasets d where ${which}`,
  );
  return {
    rows: found.slice(0, page.first).map((row) => ({ at: tx.at, ...row })),
    hasMore: found.length > page.first,
    total: counted!.total,
  };
}

/** What each dataset says to this reader, by dataset id. Exact; reads every row of the datasets. */
export async function countFacts(
  tx: Reading,
  ids: readonly string[],
): Promise<Map<string, Omit<DatasetCounts, 'unresolved'>>> {
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

/** Ends of visible links that no visible record of the link's dataset has the id of, by dataset id. */
export async function countUnresolved(tx: Reading, ids: readonly string[]): Promise<Map<string, number>> {
  const { tenant, clearance } = tx.reader;
  const wanted = ids.filter((id) => tx.reader.datasets.includes(id));
  if (wanted.length === 0) return new Map();
  const rows = await tx.query<{ id: string; unresolved: number }>(sql`
    select l.dataset_id as id,
           (count(*) filter (where s.id is null) + count(*) filter (where t.id is null))::int as unresolved
    from relationships l
    left join records s on s.tenant_id = ${tenant} and s.id = l.source_record and s.dataset_id = l.dataset_id
      and s.marking <= ${clearance}
    left join records t on t.tenant_id = ${tenant} and t.id = l.target_record and t.dataset_id = l.dataset_id
      and t.marking <= ${clearance}
    where l.tenant_id = ${tenant} and l.dataset_id = any(${wanted}::uuid[]) and l.marking <= ${clearance}
    group by l.dataset_id`);
  return new Map(rows.map(({ id, unresolved }) => [id, unresolved]));
}
