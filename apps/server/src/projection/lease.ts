/** Who may write to a store: one worker at a time, by a lease with a fence that rises; and what the operator asks of it. */
import type { Database } from '../database/database.ts';
import { inTransaction } from '../database/inTransaction.ts';
import { sql } from '../database/sql.ts';

const NOBODY = '00000000-0000-0000-0000-000000000000';

/** Who took the lease goes on no further: another worker has it now, or this one stops. */
export class LeaseLost extends Error {
  constructor() {
    super('the lease is not ours any more');
    this.name = 'LeaseLost';
  }
}

/** The row of a store in operations.projections. */
export interface Standing {
  fence: number;
  paused: boolean;
  rebuildsAsked: number;
  rebuildsBegun: number;
  state: string;
  generation: number | null;
  position: number | null;
  progress: { done: number; of: number } | null;
  problem: string | null;
  /** Seconds since its worker said something; null where none ever did. */
  silentSeconds: number | null;
}

const FIELDS = sql`
  fence, paused, rebuilds_asked as "rebuildsAsked", rebuilds_begun as "rebuildsBegun", state, generation, position, progress,
  problem, extract(epoch from clock_timestamp() - told_at)::float8 as "silentSeconds"`;

/** Undefined where no worker has ever run the projection, and nothing was asked of it. */
export const standingOf = (db: Database, name: string): Promise<Standing | undefined> =>
  inTransaction(db, { tenant: NOBODY, readOnly: true }, (tx) =>
    tx.first<Standing>(sql`select ${FIELDS} from operations.projections where name = ${name}`),
  );

/** Takes the lease, or prolongs it; undefined while another holds it. A new holder gets a higher fence. */
export const claimLease = (
  db: Database,
  name: string,
  owner: string,
  leaseMs: number,
): Promise<Standing | undefined> =>
  inTransaction(db, { tenant: NOBODY }, (tx) =>
    tx.first<Standing>(sql`
      insert into operations.projections as p (name, owner, fence, until)
      values (${name}, ${owner}, 1, clock_timestamp() + ${`${leaseMs} milliseconds`}::interval)
      on conflict (name) do update
        set owner = excluded.owner, until = excluded.until, fence = case when p.owner = excluded.owner then p.fence else p.fence + 1 end
        where p.owner = excluded.owner or p.owner is null or p.until < clock_timestamp()
      returning ${FIELDS}`),
  );

/**
 * Takes a fence above one that the store knows, for the holder of the lease: where Postgres was restored, fences begin again from
 * an earlier one. False where the lease is another's, or the epoch that the store followed is none that this log came from:
 * then it is us whom others have left behind.
 */
export const outrank = (
  db: Database,
  name: string,
  owner: string,
  later: { fence: number; epoch: string },
): Promise<boolean> =>
  inTransaction(db, { tenant: NOBODY }, async (tx) => {
    const raised = await tx.execute(sql`
      update operations.projections set fence = ${later.fence}::bigint + 1
      where name = ${name} and owner = ${owner} and until > clock_timestamp() and fence <= ${later.fence}::bigint
        and operations.comes_from(${later.epoch})`);
    return raised > 0;
  });

/** So that another worker goes on at once. */
export const giveBack = (db: Database, name: string, owner: string): Promise<number> =>
  inTransaction(db, { tenant: NOBODY }, (tx) =>
    tx.execute(
      sql`update operations.projections set owner = null, until = null, state = 'waiting' where name = ${name} and owner = ${owner}`,
    ),
  );

/** Which lease is held by somebody: `host:pid:nonce`. */
export const leaseOwner = async (db: Database, name: string): Promise<string | undefined> =>
  (
    await inTransaction(db, { tenant: NOBODY, readOnly: true }, (tx) =>
      tx.first<{ owner: string | null }>(sql`select owner from operations.projections where name = ${name}`),
    )
  )?.owner ?? undefined;

export type Told = Pick<Standing, 'state' | 'generation' | 'position' | 'progress' | 'problem'>;

/** What the holder says of itself; nothing is written by one that holds the lease no longer. */
export const tell = (db: Database, name: string, owner: string, told: Told): Promise<number> =>
  inTransaction(db, { tenant: NOBODY }, (tx) =>
    tx.execute(sql`
      update operations.projections
      set state = ${told.state}, generation = ${told.generation}, position = ${told.position},
          progress = ${told.progress === null ? null : JSON.stringify(told.progress)}::jsonb, problem = ${told.problem},
          told_at = clock_timestamp()
      where name = ${name} and owner = ${owner}`),
  );

export const setPaused = (db: Database, name: string, paused: boolean): Promise<void> =>
  asked(
    db,
    sql`
    insert into operations.projections (name, paused) values (${name}, ${paused})
    on conflict (name) do update set paused = excluded.paused`,
  );

/** Answers the number of the rebuild that was asked for. */
export async function askRebuild(db: Database, name: string): Promise<number> {
  return inTransaction(db, { tenant: NOBODY }, async (tx) => {
    const row = await tx.first<{ asked: number }>(sql`
      insert into operations.projections as p (name, rebuilds_asked) values (${name}, 1)
      on conflict (name) do update set rebuilds_asked = p.rebuilds_asked + 1
      returning rebuilds_asked as asked`);
    await tx.query(sql`select pg_notify('summit_projections', ${name})`);
    return row!.asked;
  });
}

export const beginRebuild = (db: Database, name: string, owner: string, number: number): Promise<number> =>
  inTransaction(db, { tenant: NOBODY }, (tx) =>
    tx.execute(
      sql`update operations.projections set rebuilds_begun = ${number} where name = ${name} and owner = ${owner}`,
    ),
  );

async function asked(db: Database, statement: ReturnType<typeof sql>): Promise<void> {
  await inTransaction(db, { tenant: NOBODY }, async (tx) => {
    await tx.execute(statement);
    await tx.query(sql`select pg_notify('summit_projections', '')`);
  });
}
