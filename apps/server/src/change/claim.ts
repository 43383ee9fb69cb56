import { sql } from '../database/sql.ts';
import type { Changing } from './command.ts';

/**
 * Makes this command and any other that claims one of the same ids follow each other: the later one fails to serialize, is
 * run again and sees what the first decided. Needed where two commands could contradict each other without writing one row.
 */
export async function claim(tx: Changing, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  const { tenant } = tx.reader;
  // In one order, so that two commands wait for each other instead of deadlocking.
  await tx.execute(sql`
    insert into operations.claims (tenant_id, id)
    select ${tenant}, id from unnest(${[...new Set(ids)].sort()}::uuid[]) id order by id
    on conflict (tenant_id, id) do update set at = excluded.at`);
  // Claims only matter while another transaction of the same moment runs, and none runs for longer than 5 s.
  await tx.execute(sql`
    delete from operations.claims where tenant_id = ${tenant} and id in (
      select id from operations.claims where tenant_id = ${tenant} and at < clock_timestamp() - interval '5 minutes'
      limit 1000 for update skip locked)`);
}
