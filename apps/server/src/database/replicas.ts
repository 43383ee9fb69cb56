import { setTimeout as delay } from 'node:timers/promises';
import type { Part } from '@summit/process/lifecycle';
import type { Logger } from '@summit/process/log';
import { metrics } from '@summit/process/metrics';
import type pg from 'pg';
import { Database, type DatabaseOptions } from './database.ts';
import { OwnConnection } from './ownConnection.ts';
import { standsHere } from './standing.ts';

const EVERY_MS = 500;
const ASK_MS = 1_000;
/** A replica further behind than this is passed over. */
const LAG_MOST_MS = 2_000;
/** So is one that has not been heard of for this long. */
const SILENT_MOST_MS = 3_000;
/** Looks back further than any replica that is used. */
const SAMPLES = 60;

export const REPLICA_OUT = 'a read replica is passed over';
export const REPLICA_IN = 'a read replica is used';

/** Where the primary stood at a moment: every change below `horizon` had ended, and its end is in the log below `lsn`. */
interface Sample {
  at: number;
  lsn: bigint;
  horizon: number;
  /** A position means something within one epoch: after a takeover another server writes other things there. */
  epoch: number;
}

export interface ReplicasOptions extends Omit<DatabaseOptions, 'url' | 'writeSize' | 'asOwner' | 'name'> {
  everyMs?: number;
  lagMostMs?: number;
}

/** A replica that may answer, and the change from which on it has to be asked whether it has it. */
export interface Candidate {
  db: Database;
  floor: number;
}

/**
 * Streaming replicas of the primary. Twice a second both sides are asked where they stand: the age of the primary's position
 * that a replica has reached is its lag, whatever their clocks say and however quiet the primary is.
 */
export class Replicas implements Part {
  readonly #primary: Database;
  readonly #log: Logger;
  readonly #everyMs: number;
  readonly #lagMostMs: number;
  readonly #replicas: Replica[];
  readonly #connection: OwnConnection;
  readonly #stopping = new AbortController();
  #samples: Sample[] = [];
  #running: Promise<void> = Promise.resolve();
  #next = 0;

  constructor(
    primary: Database,
    urls: readonly string[],
    log: Logger,
    { everyMs = EVERY_MS, lagMostMs = LAG_MOST_MS, ...options }: ReplicasOptions = {},
  ) {
    this.#primary = primary;
    this.#log = log;
    this.#everyMs = everyMs;
    this.#lagMostMs = lagMostMs;
    this.#connection = new OwnConnection(primary.reads, 'replicas', ASK_MS, standsHere);
    this.#replicas = urls.map(
      (url, index) =>
        new Replica(
          `${index + 1}`,
          new Database({
            ...options,
            url,
            writeSize: 1,
            follows: true,
            name: `postgres_replica_${index + 1}`,
          }),
        ),
    );
  }

  async run(): Promise<void> {
    this.#primary.replicas = this;
    this.#running = this.#askOn();
  }

  async stop(): Promise<void> {
    this.#primary.replicas = undefined;
    this.#stopping.abort();
    await this.#running;
    this.#connection.hangUp();
    await Promise.all(this.#replicas.map((replica) => replica.close()));
  }

  /** One that may answer, in turn. */
  pick(): Candidate | undefined {
    const now = performance.now();
    for (let tries = 0; tries < this.#replicas.length; tries++) {
      const replica = this.#replicas[this.#next++ % this.#replicas.length]!;
      const reached = this.#reachedBy(replica);
      if (reached && this.#refusal(replica, now) === undefined)
        return { db: replica.db, floor: reached.horizon };
    }
    return undefined;
  }

  /** How each stands, for operators. */
  states(): { replica: string; lagSeconds: number; refusal: string | undefined }[] {
    const now = performance.now();
    return this.#replicas.map((replica) => ({
      replica: replica.name,
      lagSeconds: this.#lagMs(replica, now) / 1000,
      refusal: this.#refusal(replica, now),
    }));
  }

  #refusal(replica: Replica, now: number): string | undefined {
    if (replica.problem !== undefined) return replica.problem;
    if (now - replica.heardAt > SILENT_MOST_MS) return 'it is silent';
    return this.#lagMs(replica, now) > this.#lagMostMs ? 'it is behind' : undefined;
  }

  #reachedBy({ replayed, epoch }: Replica): Sample | undefined {
    return this.#samples.findLast((sample) => sample.epoch === epoch && sample.lsn <= replayed);
  }

  #lagMs(replica: Replica, now: number): number {
    const reached = this.#reachedBy(replica);
    if (!reached) return Number.POSITIVE_INFINITY;
    return reached === this.#samples.at(-1) ? 0 : now - reached.at;
  }

  async #askOn(): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      await this.#ask();
      await delay(this.#everyMs, undefined, { signal: this.#stopping.signal, ref: false }).catch(() => {});
    }
  }

  async #ask(): Promise<void> {
    // What the primary says comes first: a replica that has reached more than it knew then has reached that too.
    const sample = await this.#connection.ask(sampleOf).catch(() => undefined);
    if (sample) this.#samples = [...this.#samples.slice(1 - SAMPLES), sample];
    await Promise.all(
      this.#replicas.map(async (replica) => {
        await replica.ask();
        const now = performance.now();
        const lagMs = this.#lagMs(replica, now);
        const isKnown = replica.problem === undefined && Number.isFinite(lagMs);
        metrics.replicaLag.set({ replica: replica.name }, isKnown ? lagMs / 1000 : -1);
        const refusal = this.#refusal(replica, now);
        if (refusal === replica.told) return;
        replica.told = refusal;
        if (refusal === undefined) this.#log.info({ replica: replica.name }, REPLICA_IN);
        else this.#log.warn({ replica: replica.name, refusal }, REPLICA_OUT);
      }),
    );
  }
}

class Replica {
  readonly name: string;
  readonly db: Database;
  readonly #connection: OwnConnection;
  replayed = 0n;
  epoch = 0;
  heardAt = Number.NEGATIVE_INFINITY;
  problem: string | undefined = 'it was not asked yet';
  told: string | undefined = '';

  constructor(name: string, db: Database) {
    this.name = name;
    this.db = db;
    this.#connection = new OwnConnection(db.reads, 'replicas', ASK_MS);
  }

  async close(): Promise<void> {
    this.#connection.hangUp();
    await this.db.close();
  }

  async ask(): Promise<void> {
    try {
      await this.db.breaker.run(() => this.#connection.ask((client) => this.#look(client)));
    } catch {
      this.problem = 'it does not answer';
    }
  }

  async #look(client: pg.ClientBase): Promise<void> {
    const { rows } = await client.query<{
      follows: boolean;
      replayed: string | null;
      same: boolean;
      epoch: number;
    }>(`
      select pg_is_in_recovery() as follows, pg_last_wal_replay_lsn()::text as replayed, e.id as epoch,
             e.system_identifier = (select system_identifier::text from pg_control_system()) as same
      from operations.epochs e order by e.id desc limit 1`);
    const [row] = rows;
    if (!row?.same) this.problem = 'it is of another database';
    else if (!row.follows || row.replayed === null) this.problem = 'it follows nobody';
    else {
      this.problem = undefined;
      this.replayed = lsnOf(row.replayed);
      this.epoch = row.epoch;
      this.heardAt = performance.now();
    }
  }
}

async function sampleOf(client: pg.ClientBase): Promise<Sample> {
  const at = performance.now();
  // In this order: what ended before the snapshot had written its end before.
  const { rows } = await client.query<{ horizon: number; epoch: number }>(
    'select summit.horizon() as horizon, (select max(id) from operations.epochs) as epoch',
  );
  const position = await client.query<{ lsn: string }>('select pg_current_wal_insert_lsn()::text as lsn');
  return { at, ...rows[0]!, lsn: withoutHeader(lsnOf(position.rows[0]!.lsn)) };
}

/** `A/B0` as a number of bytes. */
export function lsnOf(text: string): bigint {
  const [high, low] = text.split('/');
  return (BigInt(`0x${high}`) << 32n) | BigInt(`0x${low}`);
}

/** At the beginning of a page the primary names the place behind the page's header, a replica the one before it. */
export function withoutHeader(lsn: bigint): bigint {
  const inside = lsn % 8192n;
  return inside === 24n || inside === 40n ? lsn - inside : lsn;
}
