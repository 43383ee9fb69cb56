import { acrossTenants } from '../database/acrossTenants.ts';
import type { Database, Transaction } from '../database/database.ts';
import { sql } from '../database/sql.ts';
import type { Epochs, Offsets } from './message.ts';

/** Tenants that take facts in from a topic. */
export async function ingestingTenants(db: Database): Promise<string[]> {
  const rows = await acrossTenants<{ tenant: string }>(db, 'select * from operations.ingesting() as tenant');
  return rows.map(({ tenant }) => tenant);
}

/** Where each partition of a topic is read from next, and where it ended when it was last asked, as far as that is known. */
export async function storedOffsets(
  tx: Transaction,
  tenant: string,
  topic: string,
): Promise<{ stored: Offsets; epochs: Epochs; ends: Offsets }> {
  const rows = await tx.query<{
    partition: number;
    next: number;
    epoch: number | null;
    end: number | null;
  }>(sql`
    select partition, next_offset as next, leader_epoch as epoch, end_offset as "end" from operations.ingest_offsets
    where tenant_id = ${tenant} and topic_id = ${topic}`);
  return {
    stored: new Map(rows.map(({ partition, next }) => [partition, next])),
    epochs: new Map(rows.flatMap(({ partition, epoch }) => (epoch === null ? [] : [[partition, epoch]]))),
    ends: new Map(rows.flatMap(({ partition, end }) => (end === null ? [] : [[partition, end]]))),
  };
}

/** Remembers where partitions end, for who asks how much waits; of a partition that nobody could ask yet, that it is there. */
export async function noteEnds(
  tx: Transaction,
  tenant: string,
  topic: string,
  partitions: number,
  ends: Offsets,
): Promise<void> {
  await tx.execute(sql`
    insert into operations.ingest_offsets as o (tenant_id, topic_id, partition, next_offset, end_offset)
    select ${tenant}::uuid, ${topic}::uuid, p.partition, 0, e.ends
    from generate_series(0, ${partitions}::int - 1) p (partition)
    left join unnest(${[...ends.keys()]}::int[], ${[...ends.values()]}::bigint[]) e (partition, ends) on e.partition = p.partition
    on conflict (tenant_id, topic_id, partition) do update set end_offset = excluded.end_offset
      where excluded.end_offset is not null and o.end_offset is distinct from excluded.end_offset`);
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
