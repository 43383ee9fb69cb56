/** Which facts of a file stand already exactly as it says them: asked before anything but ids and digests is made of its rows. */
import type { Database, Transaction } from '../database/database.ts';
import { inTransaction } from '../database/inTransaction.ts';
import { sql } from '../database/sql.ts';
import { PLANS } from './staging.ts';

/** Ids and digests in one order, as Postgres writes arrays: 5,000 of each are one text instead of 10,000. */
export interface Keys {
  count: number;
  ids: string;
  digests: string;
}
export interface Asked {
  records: Keys;
  links: Keys;
}
/** Places (from 0) of those that do not stand, or stand otherwise. */
export interface Differing {
  records: number[];
  links: number[];
}

const QUERY_CANCELLED = '57014';

/** What cannot be looked up in time counts as differing: it is staged and looked up in its batch's own time. */
export async function differingFrom(
  db: Database,
  tenant: string,
  { records, links }: Asked,
  timeoutMs: number,
): Promise<Differing> {
  try {
    return await inTransaction(db, { tenant, readOnly: true, timeoutMs }, async (tx) => {
      await tx.client.query(PLANS);
      return {
        records: await differing(tx, tenant, 'records', records),
        links: await differing(tx, tenant, 'relationships', links),
      };
    });
  } catch (error) {
    if ((error as { code?: unknown }).code !== QUERY_CANCELLED) throw error;
    return { records: [...Array(records.count).keys()], links: [...Array(links.count).keys()] };
  }
}

async function differing(
  tx: Transaction,
  tenant: string,
  table: 'records' | 'relationships',
  { count, ids, digests }: Keys,
): Promise<number[]> {
  if (count === 0) return [];
  const rows = await tx.query<{ place: number }>(sql`
    select s.number::int - 1 as place
    from unnest(${ids}::uuid[], ${digests}::bytea[]) with ordinality s (id, digest, number)
    left join ${sql.raw(table)} r on r.tenant_id = ${tenant} and r.id = s.id
    where r.digest is distinct from s.digest`);
  return rows.map(({ place }) => place);
}
