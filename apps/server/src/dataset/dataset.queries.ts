import type { Reading } from '../change/read.ts';
import { sql } from '../database/sql.ts';
import { isUuid } from '../ids.ts';
import type { DatasetNode } from './dataset.ts';

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
