import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import type { Database } from './database.ts';

const RETRY_MS = 250;
/** A connection that went away without a word is noticed within this time. */
const PROBE_MS = 10_000;

export interface Listener {
  /** Something was said on the channel. */
  heard(payload: string): void;
  /** Heard from now on; what was said while the connection was lost was missed. */
  connected(lostAt: Date | undefined): void;
}

/** Listens on a channel over a connection of its own, again and again, until `stop`. */
export function listen(db: Database, channel: string, listener: Listener): { stop(): Promise<void> } {
  let client: pg.Client | undefined;
  let lostAt: Date | undefined;
  let stopped = false;
  const stopping = new AbortController();

  const once = async (): Promise<void> => {
    const { max: _, ...options } = db.reads.options;
    const connection = new pg.Client({ ...options, application_name: 'summit-listen' });
    client = connection;
    const lost = new Promise<void>((done) => {
      connection.once('error', () => done());
      connection.once('end', () => done());
    });
    try {
      await connection.connect();
      connection.on('notification', ({ payload }) => listener.heard(payload ?? ''));
      await connection.query(`listen ${pg.escapeIdentifier(channel)}`);
      listener.connected(lostAt);
      const probing = probe(connection, stopping.signal);
      await Promise.race([lost, probing]);
    } finally {
      lostAt = new Date();
      await connection.end().catch(() => {});
    }
  };

  const running = (async () => {
    while (!stopped) {
      await once().catch(() => {});
      if (!stopped) await delay(RETRY_MS, undefined, { signal: stopping.signal }).catch(() => {});
    }
  })();

  return {
    async stop() {
      stopped = true;
      stopping.abort();
      await client?.end().catch(() => {});
      await running;
    },
  };
}

/** Resolves when the connection no longer answers. */
async function probe(connection: pg.Client, signal: AbortSignal): Promise<void> {
  for (;;) {
    await delay(PROBE_MS, undefined, { signal, ref: false });
    const late = AbortSignal.timeout(PROBE_MS);
    await Promise.race([
      connection.query('select 1'),
      new Promise((_, failed) => late.addEventListener('abort', () => failed(new Error('no answer')))),
    ]);
  }
}
