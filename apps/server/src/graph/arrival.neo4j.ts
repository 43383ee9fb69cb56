import { setTimeout as delay } from 'node:timers/promises';
import type { Neo4jStore } from '../projection/store.neo4j.ts';
import { POSITION } from './cypher.neo4j.ts';

/** How long a question waits for a change of the asker's own. */
const WAIT_MS = 500;
const LOOK_MS = 15;
/** What the store may take for one look; who waits does not. */
const LOOKING_MS = 5_000;

/** Waits for a change to arrive in the projection. */
export class Arrival {
  readonly #store: Pick<Neo4jStore, 'ask'>;
  #looking: Promise<number> | undefined;
  /** Where it stood when a wait was in vain: as long as it has not moved from there, nobody waits. */
  #stuckAt: number | undefined;

  constructor(store: Pick<Neo4jStore, 'ask'>) {
    this.#store = store;
  }

  /** False where it takes too long. */
  async of(change: number): Promise<boolean> {
    const deadline = performance.now() + WAIT_MS;
    for (;;) {
      const position = await Promise.race([
        this.#look(),
        delay(deadline - performance.now(), undefined, { ref: false }),
      ]);
      if (position === undefined) return false;
      if (position >= change) return true;
      if (position === this.#stuckAt) return false;
      if (performance.now() + LOOK_MS > deadline) {
        this.#stuckAt = position;
        return false;
      }
      await delay(LOOK_MS);
    }
  }

  /** Many who wait look once. -1 where nothing serves. */
  #look(): Promise<number> {
    this.#looking ??= this.#store
      .ask<{ position: number }>(POSITION, {}, { timeoutMs: LOOKING_MS })
      .then((rows) => rows[0]?.position ?? -1)
      .finally(() => {
        this.#looking = undefined;
      });
    return this.#looking;
  }
}
