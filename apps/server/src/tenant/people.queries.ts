import type { Reading } from '../change/read.ts';
import { sql } from '../database/sql.ts';

export interface Person {
  id: string;
  kind: string;
  name: string;
}

/** People of the tenant who may sign in and whose name holds `name`, whatever its case; by name. */
export function listPeople(tx: Reading, name: string, first: number): Promise<Person[]> {
  return tx.query<Person>(sql`
    select id, kind, name from summit.users
    where tenant_id = ${tx.reader.tenant} and kind = 'person' and disabled_at is null
      and position(lower(${name}) in lower(name)) > 0
    order by lower(name), id
    limit ${first}`);
}
