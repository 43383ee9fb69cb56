import { setTimeout as delay } from 'node:timers/promises';
import { metrics } from '@summit/process/metrics';
import pg from 'pg';
import { channelOf, type ListenerName } from './besidePools.ts';
import type { Database } from './database.ts';
import { inTime } from './inTime.ts';

const RETRY_MS = 250;
/** How often the connection is asked for a sign of life, and how long that may take: one that went away is noticed within twice that. */
const PROBE_MS = 5_000;
const GOODBYE_MS = 250;

export interface Listener {
  /** Something was said on the channel. */
  heard(payload: string): void;
  /**
   * Heard from now on. `heardUntil`, by the database's clock: when the connection before this one last answered; what was said
   * since may have been missed. Undefined for the first one.
   */
  connected(heardUntil: Date | undefined): void;
}

/** Listens on the channel of `name` over a connection of its own, again and again, until `stop`. */
export function listen(
  db: Database,
  name: ListenerName,
  listener: Listener,
  probeMs = PROBE_MS,
): { stop(): Promise<void> } {
  const channel = channelOf(name);
  let client: pg.Client | undefined;
  /** Kept over every attempt that fails: until somebody hears again, nothing is known of what came after. */
  let answeredAt: Date | undefined;
  let isLost = false;
  let stopped = false;
  const stopping = new AbortController();

  const once = async (): Promise<void> => {
    const { max: _, ...options } = db.reads.options;
    const connection = new pg.Client({ ...options, application_name: `summit-${name}` });
    client = connection;
    const lost = new Promise<void>((done) => {
      connection.once('error', () => done());
      connection.once('end', () => done());
    });
    try {
      await connection.connect();
      connection.on('notification', ({ payload }) => listener.heard(payload ?? ''));
      await inTime(connection.query(`listen ${pg.escapeIdentifier(channel)}`), probeMs);
      const now = await inTime(timeOf(connection), probeMs);
      listener.connected(answeredAt);
      answeredAt = now;
      isLost = false;
      const probing = probe(connection, { everyMs: probeMs, signal: stopping.signal }, (at) => {
        answeredAt = at;
      });
      await Promise.race([lost, probing]);
    } finally {
      await leave(connection);
    }
  };

  const running = (async () => {
    while (!stopped) {
      // Whatever ended it, it is tried again; counted once until it is back.
      await once().catch(() => {});
      if (!stopped && !isLost) metrics.backgroundFailures.inc({ work: `listen_${channel}` });
      isLost = true;
      if (!stopped) await delay(RETRY_MS, undefined, { signal: stopping.signal }).catch(() => {});
    }
  })();

  return {
    async stop() {
      stopped = true;
      stopping.abort();
      if (client) await leave(client);
      await running;
    },
  };
}

/** Says good-bye; where nobody answers that either, hangs up: else the next attempt waited for what is lost. */
async function leave(connection: pg.Client): Promise<void> {
  const late = setTimeout(() => connection.connection.stream.destroy(), GOODBYE_MS);
  await connection.end().catch(() => {});
  clearTimeout(late);
}

/** Asks for signs of life until none comes in time: then it throws. */
async function probe(
  connection: pg.Client,
  { everyMs, signal }: { everyMs: number; signal: AbortSignal },
  answered: (at: Date) => void,
): Promise<never> {
  for (;;) {
    await delay(everyMs, undefined, { signal, ref: false });
    answered(await inTime(timeOf(connection), everyMs));
  }
}

async function timeOf(connection: pg.Client): Promise<Date> {
  const { rows } = await connection.query<{ at: Date }>('select clock_timestamp() as at');
  return rows[0]!.at;
}
