/** What is remembered of events, so that each has one effect whatever the order and however often it comes. */
import type { Transaction } from '../database/database.ts';
import { sql } from '../database/sql.ts';
import type { Taking } from './ingest.commands.ts';
import { type DeadUnit, digestOf, type Message, type Unit } from './message.ts';
import type { Prepared } from './prepareEvent.ts';

/** Somebody else read on meanwhile: what is read is read again from where they are. */
export class OffsetsMoved extends Error {
  readonly code = 'INGEST_OFFSETS_MOVED';
}

/** Of facts the first four, of messages the others. */
export interface Fates {
  created: number;
  updated: number;
  unchanged: number;
  removed: number;
  duplicate: number;
  superseded: number;
  dead: number;
}

export const noFates = (): Fates => ({
  created: 0,
  updated: 0,
  unchanged: 0,
  removed: 0,
  duplicate: 0,
  superseded: 0,
  dead: 0,
});

export interface Sifted {
  /** Of each fact the latest event, if it is later than what is known. */
  effective: Prepared[];
  /** Ids of events that are settled by this batch. */
  events: string[];
  dead: DeadUnit[];
  fates: Fates;
}

export async function sift(tx: Transaction, topic: string, units: readonly Unit[]): Promise<Sifted> {
  const fates = noFates();
  const parked = await parkedOf(tx, topic, units);
  const isParked = ({ message }: Unit) => parked.size > 0 && parked.has(placeOf(message));
  const prepared = units.flatMap((unit) => (unit.prepared && !isParked(unit) ? [unit.prepared] : []));
  const dead = units.filter((unit): unit is DeadUnit => unit.dead !== undefined && !isParked(unit));
  fates.duplicate += units.length - prepared.length - dead.length;
  fates.dead = dead.length;

  const known = new Set(
    await knownEvents(
      tx,
      prepared.map(({ event }) => event.id),
    ),
  );
  const versions = await versionsOf(
    tx,
    prepared.map(({ id }) => id),
  );
  const events = new Set<string>();
  const latest = new Map<string, Prepared>();
  for (const each of prepared) {
    const { id: eventId, version } = each.event;
    if (known.has(eventId) || events.has(eventId)) {
      fates.duplicate++;
      continue;
    }
    events.add(eventId);
    const standing = latest.get(each.id)?.event.version ?? versions.get(each.id) ?? '';
    if (version <= standing) fates.superseded++;
    else {
      if (latest.has(each.id)) fates.superseded++;
      latest.set(each.id, each);
    }
  }
  return { effective: [...latest.values()], events: [...events], dead, fates };
}

/** With what stands there: after a log was cut back, offsets come again with something else. */
const placeOf = (message: Message): string => `${message.partition}:${message.offset}:${digestOf(message)}`;

async function parkedOf(tx: Transaction, topic: string, units: readonly Unit[]): Promise<Set<string>> {
  const rows = await tx.query<{ place: string }>(sql`
    select d.partition || ':' || d.message_offset || ':' || encode(d.digest, 'hex') as place
    from unnest(${units.map(({ message }) => message.partition)}::int[], ${units.map(({ message }) => message.offset)}::bigint[]) u (partition, place)
    join operations.ingest_dead d on d.tenant_id = summit.tenant() and d.topic_id = ${topic} and d.partition = u.partition
      and d.message_offset = u.place`);
  return new Set(rows.map(({ place }) => place));
}

async function knownEvents(tx: Transaction, ids: readonly string[]): Promise<string[]> {
  if (ids.length === 0) return [];
  const rows = await tx.query<{ id: string }>(sql`
    select id from operations.ingest_events where tenant_id = summit.tenant() and id = any(${ids}::uuid[])`);
  return rows.map(({ id }) => id);
}

async function versionsOf(tx: Transaction, ids: readonly string[]): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map();
  const rows = await tx.query<{ id: string; version: string }>(sql`
    select id, version from operations.ingest_versions where tenant_id = summit.tenant() and id = any(${ids}::uuid[])`);
  return new Map(rows.map(({ id, version }) => [id, version]));
}

/** First of all, so that of two who read the same messages the later waits here, and then finds it done. Throws OffsetsMoved. */
export async function moveOffsets(
  tx: Transaction,
  tenant: string,
  { topic, from, to, epochs }: Taking,
): Promise<void> {
  for (const [partition, next] of to) {
    await tx.execute(sql`
      insert into operations.ingest_offsets (tenant_id, topic_id, partition, next_offset)
      values (${tenant}, ${topic}, ${partition}, ${from.get(partition) ?? 0}) on conflict do nothing`);
    const moved = await tx.execute(sql`
      update operations.ingest_offsets
      set next_offset = ${next}, leader_epoch = ${epochs.get(partition) ?? null}, at = clock_timestamp()
      where tenant_id = ${tenant} and topic_id = ${topic} and partition = ${partition}
        and next_offset = ${from.get(partition) ?? 0}`);
    if (moved === 0) throw new OffsetsMoved('the offsets were moved by another worker or an operator');
  }
}

export async function remember(
  tx: Transaction,
  tenant: string,
  topic: string,
  { effective, events, dead }: Sifted,
): Promise<void> {
  if (events.length > 0)
    await tx.execute(sql`
      insert into operations.ingest_events (tenant_id, id) select ${tenant}, unnest(${events}::uuid[])`);
  if (effective.length > 0)
    await tx.execute(sql`
      insert into operations.ingest_versions (tenant_id, id, version)
      select ${tenant}, v.id, v.version
      from unnest(${effective.map(({ id }) => id)}::uuid[], ${effective.map(({ event }) => event.version)}::text[]) v (id, version)
      on conflict (tenant_id, id) do update set version = excluded.version`);
  for (const { message, dead: found } of dead) {
    const { partition, offset, key, value, headers } = message;
    const { code, message: reason } = found;
    const coded = headers.map((pair) => pair.map((part) => part?.toString('base64') ?? null));
    await tx.execute(sql`
      insert into operations.ingest_dead (tenant_id, topic_id, partition, message_offset, digest, code, reason, key, value, headers)
      values (${tenant}, ${topic}, ${partition}, ${offset}, decode(${digestOf(message)}, 'hex'), ${code}, ${storable(reason)}, ${key}, ${value}, ${JSON.stringify(coded)})`);
  }
}

/** Postgres cannot store U+0000; shown as its picture, it stays visible. */
const storable = (text: string): string => text.toWellFormed().replaceAll('\0', '\u2400').slice(0, 1_000);
