/** What the rows of a staged batch, and those that they meet, are marked with. */
import { SummitError } from '@summit/process/errors';
import { type Reading, visible } from '../change/read.ts';
import type { Transaction } from '../database/database.ts';
import { sql } from '../database/sql.ts';

/** Rank of the highest marking among staged rows. */
export async function highestStaged(tx: Transaction): Promise<number> {
  const found = await tx.first<{ highest: number }>(sql`
    select greatest((select max(marking) from pg_temp.incoming_records), (select max(marking) from pg_temp.incoming_links), 0) as highest`);
  return found!.highest;
}

/** Ids are made from source keys, so a file can name what its importer may not see. Throws FORBIDDEN when it would change that. */
export async function refuseHidden(tx: Reading): Promise<void> {
  const { tenant } = tx.reader;
  const found = await tx.first(sql`
    select from pg_temp.incoming_records s join records r on r.tenant_id = ${tenant} and r.id = s.id
    where r.digest <> s.digest and not ${visible(tx.reader, 'r')}
    union all
    select from pg_temp.incoming_links s join relationships r on r.tenant_id = ${tenant} and r.id = s.id
    where r.digest <> s.digest and not ${visible(tx.reader, 'r')}
    limit 1`);
  if (found) throw new SummitError('FORBIDDEN', { permission: 'marking' });
}
