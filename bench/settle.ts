import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';

const QUIET_MS = 20_000;
const LONGEST_MS = 900_000;

/**
 * Waits until the database has not vacuumed for a while: after millions of new rows it does so for minutes, on a processor that
 * the questions would share. Says how long that took, and when it was not waited for any longer.
 */
export async function untilSettled(ownerUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: ownerUrl });
  await client.connect();
  const began = performance.now();
  const waited = () => `${Math.round((performance.now() - began) / 1000)} s`;
  try {
    for (let busy = began; performance.now() - busy < QUIET_MS; await delay(1_000)) {
      const { rows } = await client.query<{ query: string }>(
        `select query from pg_stat_activity where backend_type = 'autovacuum worker'`,
      );
      if (rows.length > 0) busy = performance.now();
      if (performance.now() - began > LONGEST_MS) {
        console.log(
          `the database still vacuums after ${waited()}: ${rows.map(({ query }) => query).join('; ')}`,
        );
        return;
      }
    }
    console.log(`the database has settled, after ${waited()}`);
  } finally {
    await client.end();
  }
}
