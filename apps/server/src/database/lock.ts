import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { type RightName, rightOf } from './besidePools.ts';
import type { Database } from './database.ts';
import { inTime } from './inTime.ts';

const PROBE_MS = 5_000;
/** Whoever waits for it looks this often: each look is a connection. */
const TRY_MS = 3_000;

/** A right that one process at a time has, for as long as it lives. */
export class SoleRight {
  readonly #db: Database;
  readonly #name: RightName;
  readonly #probeMs: number;
  #held: Held | undefined;
  #triedAt = Number.NEGATIVE_INFINITY;

  constructor(db: Database, name: RightName, probeMs = PROBE_MS) {
    this.#db = db;
    this.#name = name;
    this.#probeMs = probeMs;
  }

  /** Still, as far as is known. */
  get isHeld(): boolean {
    return this.#held !== undefined && !this.#held.lost.aborted;
  }

  /** Takes it where nobody has it. `taken` is told when it is had anew. */
  async have(taken: () => void): Promise<boolean> {
    if (this.isHeld) return true;
    if (performance.now() - this.#triedAt < TRY_MS) return false;
    this.#triedAt = performance.now();
    this.#held = await tryToHold(this.#db, this.#name, this.#probeMs);
    if (this.#held) taken();
    return this.isHeld;
  }

  async release(): Promise<void> {
    await this.#held?.release();
  }
}

interface Held {
  /** Aborted when the connection that holds it is lost: another process may have the right by now. */
  lost: AbortSignal;
  release(): Promise<void>;
}

/**
 * Takes the right called `name`, or says undefined where another process has it. It hangs on a connection of its own and goes
 * with it: that of a process that was killed is free at once, that of one that nobody hears any more within some 15 s.
 */
async function tryToHold(db: Database, name: RightName, probeMs: number): Promise<Held | undefined> {
  const { max: _, ...options } = db.writes.options;
  const connection = new pg.Client({
    ...options,
    options: `${options.options ?? ''} -c tcp_keepalives_idle=5 -c tcp_keepalives_interval=3 -c tcp_keepalives_count=3`,
    application_name: `summit-${name}`,
  });
  const lost = new AbortController();
  const lose = () => lost.abort();
  connection.on('error', lose);
  connection.on('end', lose);
  const leave = async () => {
    lose();
    const late = setTimeout(() => connection.connection.stream.destroy(), 250);
    await connection.end().catch(() => {});
    clearTimeout(late);
  };
  try {
    await connection.connect();
    const { rows } = await inTime(
      connection.query<{ held: boolean }>('select pg_try_advisory_lock(727278, hashtext($1)) as held', [
        rightOf(name),
      ]),
      probeMs,
    );
    if (!rows[0]!.held) {
      await leave();
      return undefined;
    }
  } catch (error) {
    await leave();
    throw error;
  }
  void probe(connection, lost.signal, probeMs).catch(leave);
  return { lost: lost.signal, release: leave };
}

/** Throws when the connection gives no sign of life in time. */
async function probe(connection: pg.Client, signal: AbortSignal, everyMs: number): Promise<void> {
  while (!signal.aborted) {
    await delay(everyMs, undefined, { ref: false });
    if (signal.aborted) return;
    await inTime(connection.query('select'), everyMs);
  }
}
