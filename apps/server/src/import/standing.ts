/** Which facts of a file stand already exactly as it says them: asked before anything but ids and digests is made of its rows. */
import { type Reading, visible } from '../change/read.ts';
import type { Database, Transaction } from '../database/database.ts';
import { inTransaction } from '../database/inTransaction.ts';
import { sql } from '../database/sql.ts';
import type { Asked, Keys } from './keys.ts';
import { PLANS } from './staging.ts';

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

/** What was taken for standing does not stand any more: its source objects are to be read again. */
export class Moved extends Error {
  constructor() {
    super('what the file says has changed meanwhile');
  }
}

/**
 * Asked again in the transaction that counts them as unchanged: between the first answer and it the dataset may have been
 * removed, an earlier import undone. Of 5,000 records it takes 24 ms. Throws Moved.
 */
export async function mustStillStand(tx: Reading, { records, links }: Asked): Promise<void> {
  if (records.count + links.count === 0) return;
  await tx.client.query(PLANS);
  await mustStand(tx, 'records', records);
  await mustStand(tx, 'relationships', links);
}

async function mustStand(tx: Reading, table: 'records' | 'relationships', keys: Keys): Promise<void> {
  if (keys.count === 0) return;
  const moved = await tx.first(sql`
    select from unnest(${keys.ids}::uuid[], ${keys.digests}::bytea[]) s (id, digest)
    left join ${sql.raw(table)} r on r.tenant_id = ${tx.reader.tenant} and r.id = s.id and ${visible(tx.reader, 'r')}
    where r.digest is distinct from s.digest limit 1`);
  if (moved) throw new Moved();
}
