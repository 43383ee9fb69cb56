import { acrossTenants } from '../database/acrossTenants.ts';
import type { Database, Transaction } from '../database/database.ts';
import { sql } from '../database/sql.ts';
import type { Epochs, Offsets } from './message.ts';

/** Tenants that take facts in from a topic. */
export async function ingestingTenants(db: Database): Promise<string[]> {
  const rows = await acrossTenants<{ tenant: string }>(db, 'select * from operations.ingesting() as tenant');
  return rows.map(({ tenant }) => tenant);
}

/** Where each partition of a topic is read from next; those that nothing was taken from yet are left out. */
export async function storedOffsets(
  tx: Transaction,
  tenant: string,
  topic: string,
): Promise<{ stored: Offsets; epochs: Epochs }> {
  const rows = await tx.query<{ partition: number; next: number; epoch: number | null }>(sql`
    select partition, next_offset as next, leader_epoch as epoch from operations.ingest_offsets
    where tenant_id = ${tenant} and topic_id = ${topic}`);
  return {
    stored: new Map(rows.map(({ partition, next }) => [partition, next])),
    epochs: new Map(rows.flatMap(({ partition, epoch }) => (epoch === null ? [] : [[partition, epoch]]))),
  };
}

/** Remembers where partitions end, for who asks how much waits. */
export async function noteEnds(
  tx: Transaction,
  tenant: string,
  topic: string,
  ends: ReadonlyMap<number, number>,
): Promise<void> {
  await tx.execute(sql`
    update operations.ingest_offsets o set end_offset = e.ends
    from unnest(${[...ends.keys()]}::int[], ${[...ends.values()]}::bigint[]) e (partition, ends)
    where o.tenant_id = ${tenant} and o.topic_id = ${topic} and o.partition = e.partition and o.end_offset is distinct from e.ends`);
}

/** Events are remembered by id for this long; after it the versions of facts keep what comes again from having an effect. */
const REMEMBERED_MS = 30 * 24 * 3_600_000;

/** Lets go of parked messages that have stood in their topic for as long; those that still wait for it stay. Answers how many. */
export async function forgetParked(db: Database): Promise<number> {
  const [row] = await acrossTenants<{ gone: number }>(db, 'select operations.forget_parked($1) as gone', [
    new Date(Date.now() - REMEMBERED_MS),
  ]);
  return row!.gone;
}

/** How many were let go of. */
export async function forgetOldEvents(db: Database): Promise<number> {
  const [row] = await acrossTenants<{ gone: number }>(db, 'select operations.forget_events($1) as gone', [
    new Date(Date.now() - REMEMBERED_MS),
  ]);
  return row!.gone;
}
