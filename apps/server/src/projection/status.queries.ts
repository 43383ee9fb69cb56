import { listChanges } from '../change/history.queries.ts';
import type { Reading } from '../change/read.ts';
import type { Database, Transaction } from '../database/database.ts';
import { sql } from '../database/sql.ts';
import { standingOf } from './lease.ts';
import { COUNTED_MOST, inSnapshot, type Lag, lagOf } from './source.ts';

/** A worker that said nothing for so long runs the projection no more. */
const SILENT_SECONDS = 15;

export interface ProjectionStanding {
  name: string;
  state: string;
  generation: number | null;
  position: number | null;
  paused: boolean;
  /** Of a generation that is being filled, in rows. */
  progress: { done: number; of: number } | null;
  problem: string | null;
  rebuildsAsked: number;
  rebuildsBegun: number;
}

export interface ProjectionStatus extends ProjectionStanding {
  lagChanges: number;
  /** False where it may be more. */
  lagIsExact: boolean;
  lagSeconds: number;
}

/** What a projection's worker said last, and how far the log of all tenants is ahead of it now: up to 100,000 changes are counted. */
export async function projectionStatus(db: Database, name: string): Promise<ProjectionStatus> {
  const standing = await projectionStanding(db, name);
  const lag = await inSnapshot(db, (tx) => lagOf(tx, standing.position ?? 0));
  return { ...standing, lagChanges: lag.changes, lagIsExact: lag.isExact, lagSeconds: lag.seconds };
}

/** What a projection's worker said last. */
export async function projectionStanding(db: Database, name: string): Promise<ProjectionStanding> {
  const standing = await standingOf(db, name);
  const isSilent = standing?.silentSeconds == null || standing.silentSeconds > SILENT_SECONDS;
  return {
    name,
    state: isSilent ? 'waiting' : standing.state,
    generation: standing?.generation ?? null,
    position: standing?.position ?? null,
    paused: standing?.paused ?? false,
    progress: isSilent ? null : standing.progress,
    problem: isSilent ? null : standing.problem,
    rebuildsAsked: standing?.rebuildsAsked ?? 0,
    rebuildsBegun: standing?.rebuildsBegun ?? 0,
  };
}

/** How many changes of one tenant stand above a position, 100,000 are counted, and for how long the oldest has. */
export async function lagOfTenant(tx: Transaction, tenant: string, position: number): Promise<Lag> {
  return (await tx.first<Lag>(sql`
    select count(*)::int as changes, count(*) < ${COUNTED_MOST}::int as "isExact",
           coalesce(greatest(extract(epoch from clock_timestamp() - min(n.at)), 0), 0)::float8 as seconds
    from (select c.at from summit.changes c where c.tenant_id = ${tenant} and c.id > ${position} order by c.id limit ${COUNTED_MOST}::int) n`))!;
}

/** The same of the changes that the reader sees; 2,000 are looked at, and nothing else is counted. */
export async function lagSeen(tx: Reading, position: number): Promise<Lag> {
  const oldest = await tx.first<{ seconds: number }>(sql`
    select greatest(extract(epoch from clock_timestamp() - c.at), 0)::float8 as seconds
    from summit.changes c where c.tenant_id = ${tx.reader.tenant} and c.id > ${position} order by c.id limit 1`);
  if (!oldest) return { changes: 0, isExact: true, seconds: 0 };
  const { total, totalIsExact } = await listChanges(tx, { since: position }, { first: 1 });
  return { changes: total, isExact: totalIsExact, seconds: total === 0 ? 0 : oldest.seconds };
}
