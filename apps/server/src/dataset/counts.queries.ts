import type { Reading } from '../change/read.ts';
import { sql } from '../database/sql.ts';
import type { DatasetCounts } from './dataset.ts';

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
