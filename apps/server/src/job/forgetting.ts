import { setTimeout as delay } from 'node:timers/promises';
import type { Part } from '@summit/process/lifecycle';
import { metrics } from '@summit/process/metrics';
import { acrossTenants } from '../database/acrossTenants.ts';
import type { Database } from '../database/database.ts';

const HOUR_MS = 3_600_000;
const EVERY_MS = HOUR_MS / 6;

/** How long running state is kept when its work is over, by the function of migration 0031 that lets go of it. */
const kept = {
  /** As long as a repeated Idempotency-Key is answered. */
  forget_outcomes: 24 * HOUR_MS,
  /** An operator may look at why one failed; `/queues/health` counts those of a day. */
  forget_jobs: 30 * 24 * HOUR_MS,
};

/** Lets go of running state whose time is over, in portions, each a transaction of its own. */
export class Forgetting implements Part {
  readonly #db: Database;
  readonly #stopping = new AbortController();
  #running: Promise<void> = Promise.resolve();

  constructor(db: Database) {
    this.#db = db;
  }

  async run(): Promise<void> {
    this.#running = (async () => {
      const { signal } = this.#stopping;
      while (!signal.aborted) {
        await this.forget().catch(() => metrics.backgroundFailures.inc({ work: 'forgetting' }));
        await delay(EVERY_MS, undefined, { signal, ref: false }).catch(() => {});
      }
    })();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
  }

  /** Answers how many rows went. */
  async forget(): Promise<number> {
    let all = 0;
    for (const [name, ms] of Object.entries(kept))
      for (let gone = 1; gone > 0 && !this.#stopping.signal.aborted; all += gone) {
        const before = new Date(Date.now() - ms);
        const [row] = await acrossTenants<{ gone: number }>(
          this.#db,
          `select operations.${name}($1) as gone`,
          [before],
        );
        gone = row!.gone;
      }
    return all;
  }
}
