/** Which datasets know the ends of a table's links: links find their ends only inside one dataset. */
import { read, visible } from '../change/read.ts';
import type { Context } from '../context.ts';
import { sql } from '../database/sql.ts';
import { identifier } from './identify.ts';

const ENDS = 60;
const DATASETS = 200;

export interface EndsIn {
  datasetId: string;
  /** Of `of` different ends of the first rows. */
  found: number;
  of: number;
}

/** Datasets that the reader sees and that hold some of the ends with these source keys, the best first. */
export function datasetsOfEnds(ctx: Context, keys: readonly string[]): Promise<EndsIn[]> {
  const ends = keys.slice(0, ENDS);
  if (ends.length === 0) return Promise.resolve([]);
  return read(ctx, undefined, async (tx) => {
    const { tenant, datasets } = tx.reader;
    const known = await tx.query<{ id: string; key: string }>(sql`
      select id, key from datasets d where d.tenant_id = ${tenant} and d.id = any(${datasets}::uuid[]) and d.kind = 'source'
      order by d.since_change desc limit ${DATASETS}`);
    const sets: string[] = [];
    const ids: string[] = [];
    for (const { id, key } of known) {
      const idOf = identifier(key);
      for (const end of ends) {
        sets.push(id);
        ids.push(idOf('record', end));
      }
    }
    const rows = await tx.query<{ datasetId: string; found: number }>(sql`
      select e.dataset_id as "datasetId", count(*)::int as found
      from unnest(${sets}::uuid[], ${ids}::uuid[]) e (dataset_id, id)
      join records r on r.tenant_id = ${tenant} and r.id = e.id and r.dataset_id = e.dataset_id and ${visible(tx.reader, 'r')}
      group by 1 order by 2 desc, 1 limit 3`);
    return rows.map((row) => ({ ...row, of: ends.length }));
  });
}
