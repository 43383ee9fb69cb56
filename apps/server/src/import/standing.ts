/** Which facts of a file stand already exactly as it says them: asked before anything but ids and digests is made of its rows. */
import { asReader, type Reading, visible } from '../change/read.ts';
import type { Context } from '../context.ts';
import { inTransaction } from '../database/inTransaction.ts';
import { sql } from '../database/sql.ts';
import type { Asked, Keys } from './keys.ts';
import { PLANS } from './staging.ts';

/** Places (from 0) of those that do not stand, or stand otherwise, or are not seen. */
export interface Differing {
  records: number[];
  links: number[];
  /** On which the others stand; absent where nothing was looked up. */
  view?: View | undefined;
}

/** What of the log was seen. Who took over from a server that was lost is on another timeline, and may lack some of it. */
export interface View {
  timeline: string;
  horizon: number;
  snapshot: string;
}

/** What was found standing, on which view. */
export interface Stood extends Asked {
  view?: View | undefined;
}

const timeline = sql`left(pg_walfile_name(pg_current_wal_lsn()), 8)`;

const QUERY_CANCELLED = '57014';

/** What cannot be looked up in time counts as differing: it is staged and looked up in its batch's own time. */
export async function differingFrom(
  ctx: Context,
  { records, links }: Asked,
  timeoutMs: number,
): Promise<Differing> {
  const { tenant } = ctx.scope;
  try {
    return await inTransaction(ctx.db, { tenant, readOnly: true, timeoutMs }, (plain) =>
      asReader(ctx, undefined, plain, async (tx) => {
        await tx.client.query(PLANS);
        const view = await tx.first<View>(
          sql`select ${timeline} as timeline, summit.horizon() as horizon, pg_current_snapshot()::text as snapshot`,
        );
        return {
          records: await differing(tx, 'records', records),
          links: await differing(tx, 'relationships', links),
          view,
        };
      }),
    );
  } catch (error) {
    if ((error as { code?: unknown }).code !== QUERY_CANCELLED) throw error;
    return { records: [...Array(records.count).keys()], links: [...Array(links.count).keys()] };
  }
}

async function differing(
  tx: Reading,
  table: 'records' | 'relationships',
  { count, ids, digests }: Keys,
): Promise<number[]> {
  if (count === 0) return [];
  const rows = await tx.query<{ place: number }>(sql`
    select s.number::int - 1 as place
    from unnest(${ids}::uuid[], ${digests}::bytea[]) with ordinality s (id, digest, number)
    left join ${sql.raw(table)} r on r.tenant_id = ${tx.reader.tenant} and r.id = s.id and ${visible(tx.reader, 'r')}
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
 * removed, an earlier import undone. Of 5,000 records it takes 24 ms, so that the log is asked first whether anything has.
 * Throws Moved.
 */
export async function mustStillStand(tx: Reading, { records, links, view }: Stood): Promise<void> {
  if (records.count + links.count === 0 || (view && (await nothingChangedSince(tx, view)))) return;
  await tx.client.query(PLANS);
  await mustStand(tx, 'records', records);
  await mustStand(tx, 'relationships', links);
}

/** No change of the tenant but this transaction's own is seen that was not seen then: so no fact, right or marking is another. */
async function nothingChangedSince(tx: Reading, view: View): Promise<boolean> {
  const same = await tx.first(sql`
    select from (select) one
    where ${timeline} = ${view.timeline} and not exists (
      select from summit.changes c
      where c.tenant_id = ${tx.reader.tenant} and c.id >= ${view.horizon}
        and not pg_visible_in_snapshot(c.tx, ${view.snapshot}::pg_snapshot)
        and c.tx is distinct from pg_current_xact_id_if_assigned())`);
  return same !== undefined;
}

async function mustStand(tx: Reading, table: 'records' | 'relationships', keys: Keys): Promise<void> {
  if (keys.count === 0) return;
  const moved = await tx.first(sql`
    select from unnest(${keys.ids}::uuid[], ${keys.digests}::bytea[]) s (id, digest)
    left join ${sql.raw(table)} r on r.tenant_id = ${tx.reader.tenant} and r.id = s.id and ${visible(tx.reader, 'r')}
    where r.digest is distinct from s.digest limit 1`);
  if (moved) throw new Moved();
}
