import type { Part } from '@summit/process/lifecycle';
import type { Logger } from '@summit/process/log';
import { metrics } from '@summit/process/metrics';
import type { Database } from './database.ts';

const EVERY_MS = 5_000;
/** A transaction that holds the stable prefix back for longer is told once; as-of reads and projections wait for it. */
const LONG_SECONDS = 30;

/** Says since when the oldest writing transaction is the same one; no rights on others' sessions are needed for that. */
export class Horizon {
  #oldest = '';
  #since = 0;

  /** Seconds for which the horizon has stood still with newer transactions above it. */
  ageSeconds(xmin: string, xmax: string, nowMs: number): number {
    if (xmin !== this.#oldest || xmin === xmax) {
      this.#oldest = xmin;
      this.#since = nowMs;
    }
    return (nowMs - this.#since) / 1000;
  }
}

export const HELD_BACK = 'a transaction holds back the change log; let it finish, or end its session';

/** Who holds the oldest transaction id: no rights on others' sessions are needed to see that. No pid: a prepared transaction. */
const HOLDER = `
  select l.pid, a.usename as login, a.application_name as application
  from pg_locks l left join pg_stat_activity a on a.pid = l.pid
  where l.locktype = 'transactionid' and l.mode = 'ExclusiveLock' and l.granted
    and l.transactionid = ($1::bigint % 4294967296)::text::xid`;

export interface WatchOptions {
  everyMs?: number;
  longSeconds?: number;
}

/**
 * Measures pools and horizon every five seconds for the metrics, and logs a transaction that holds the log back, and when
 * measuring fails: once, until it succeeds again.
 */
export function watchDatabase(
  db: Database,
  log: Logger,
  { everyMs = EVERY_MS, longSeconds = LONG_SECONDS }: WatchOptions = {},
): Part {
  const horizon = new Horizon();
  let timer: NodeJS.Timeout | undefined;
  let told = false;
  let isBlind = false;

  async function measure(): Promise<void> {
    for (const [pool, { totalCount, idleCount, waitingCount }] of Object.entries({
      write: db.writes,
      read: db.reads,
    })) {
      metrics.poolConnections.set({ pool, state: 'busy' }, totalCount - idleCount);
      metrics.poolConnections.set({ pool, state: 'idle' }, idleCount);
      metrics.poolConnections.set({ pool, state: 'waiting' }, waitingCount);
    }
    const client = await db.connect('read');
    try {
      const { rows } = await client.query<{ xmin: string; xmax: string }>(
        'select pg_snapshot_xmin(s)::text as xmin, pg_snapshot_xmax(s)::text as xmax from pg_current_snapshot() s',
      );
      const seconds = horizon.ageSeconds(rows[0]!.xmin, rows[0]!.xmax, Date.now());
      metrics.horizonSeconds.set(seconds);
      if (seconds > longSeconds && !told) {
        const [holder] = (await client.query(HOLDER, [rows[0]!.xmin])).rows;
        log.warn({ seconds, ...holder }, HELD_BACK);
      }
      told = seconds > longSeconds;
    } finally {
      client.release();
    }
  }

  async function measureOrTell(): Promise<void> {
    try {
      await measure();
      isBlind = false;
    } catch (error) {
      metrics.backgroundFailures.inc({ work: 'watch_database' });
      if (!isBlind) log.warn({ error }, 'pools and horizon are not measured');
      isBlind = true;
    }
  }

  return {
    run: async () => {
      timer = setInterval(() => void measureOrTell(), everyMs);
    },
    stop: async () => clearInterval(timer),
  };
}
