import { SummitError } from '@summit/process/errors';
import type { Changing } from '../change/command.ts';
import { visible } from '../change/read.ts';
import { sql } from '../database/sql.ts';
import { HIGHEST_MARKING } from '../tenant/marking.ts';

/** Ids are made from source keys, so a file can name what its importer may not see. Throws FORBIDDEN whatever it says of it. */
export async function refuseHidden(tx: Changing): Promise<void> {
  const { tenant, clearance } = tx.reader;
  // From whoever sees everything nothing is hidden; to join all rows once more was a tenth of an import that changes them.
  if (clearance === HIGHEST_MARKING && tx.ctx.scope.datasets === undefined) return;
  const found = await tx.first(sql`
    select from pg_temp.incoming_records s join records r on r.tenant_id = ${tenant} and r.id = s.id
    where not ${visible(tx.reader, 'r')}
    union all
    select from pg_temp.incoming_links s join relationships r on r.tenant_id = ${tenant} and r.id = s.id
    where not ${visible(tx.reader, 'r')}
    limit 1`);
  if (found) throw new SummitError('FORBIDDEN', { permission: 'marking' });
}
