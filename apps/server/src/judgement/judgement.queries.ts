import type { At, Reading } from '../change/read.ts';
import { visible } from '../change/read.ts';
import { sql } from '../database/sql.ts';
import type { Judged } from './judgement.ts';

export interface JudgementNode {
  at: At;
  id: string;
  leftRecord: string;
  rightRecord: string;
  verdict: Judged['verdict'];
  score: number | null;
  reason: string | null;
  madeBy: string;
  madeAt: Date;
  sinceChange: number;
}

/** What is held of pairs within these records, all of which the reader sees. */
export function judgementsAmong(tx: Reading, records: readonly string[]): Promise<Judged[]> {
  return tx.query(sql`
    select id, left_record as left, right_record as right, verdict from judgements
    where tenant_id = ${tx.reader.tenant}
      and left_record = any(${records}::uuid[]) and right_record = any(${records}::uuid[])
    order by id`);
}

/** For each of the records, the judgements about it whose both records the reader sees. */
export async function judgementsOf(
  tx: Reading,
  records: readonly string[],
): Promise<Map<string, JudgementNode[]>> {
  const { tenant } = tx.reader;
  const rows = await tx.query<Omit<JudgementNode, 'at'> & { about: string }>(sql`
    select about, j.id, j.left_record as "leftRecord", j.right_record as "rightRecord", j.verdict, j.score, j.reason,
           j.made_by as "madeBy", j.made_at as "madeAt", j.since_change as "sinceChange"
    from unnest(${records}::uuid[]) about
    cross join lateral (
      select * from judgements where tenant_id = ${tenant} and left_record = about
      union all
      select * from judgements where tenant_id = ${tenant} and right_record = about
    ) j
    join records l on l.id = j.left_record and ${visible(tx.reader, 'l')}
    join records r on r.id = j.right_record and ${visible(tx.reader, 'r')}
    order by j.made_at desc, j.id`);
  const found = new Map<string, JudgementNode[]>();
  for (const { about, ...row } of rows) {
    const list = found.get(about);
    if (list) list.push({ at: tx.at, ...row });
    else found.set(about, [{ at: tx.at, ...row }]);
  }
  return found;
}
