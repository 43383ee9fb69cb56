import type { Part } from '@summit/process/lifecycle';
import { metrics } from '@summit/process/metrics';
import type { Database } from '../database/database.ts';
import { projectionStatus } from './status.queries.ts';

const EVERY_MS = 1_000;
/** What was seen longer ago is not told as if it were now. */
const OLD_MS = 5_000;

export interface ShownLag {
  state: string;
  lagChanges: number;
  /** False where it may be more. */
  lagIsExact: boolean;
  lagSeconds: number;
}

/** How far the projections are behind, for /health/detailed: looked at once a second, so that asking costs and waits for nothing. */
export class ProjectionHealth implements Part {
  readonly #db: Database;
  readonly #names: readonly string[];
  #timer: NodeJS.Timeout | undefined;
  #looking = false;
  #seen: { at: number; lags: Record<string, ShownLag> } | undefined;

  constructor(db: Database, names: readonly string[]) {
    this.#db = db;
    this.#names = names;
  }

  async run(): Promise<void> {
    this.#timer = setInterval(() => void this.#look(), EVERY_MS);
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
  }

  /** Adds what is known to an answer of /health/detailed. */
  addTo({ status, body }: { status: number; body: object }): { status: number; body: object } {
    if (!this.#seen || performance.now() - this.#seen.at > OLD_MS) return { status, body };
    return { status, body: { ...body, projections: this.#seen.lags } };
  }

  async #look(): Promise<void> {
    if (this.#looking) return;
    this.#looking = true;
    try {
      const lags: Record<string, ShownLag> = {};
      for (const name of this.#names) {
        const { state, lagChanges, lagIsExact, lagSeconds } = await projectionStatus(this.#db, name);
        lags[name] = { state, lagChanges, lagIsExact, lagSeconds: Math.round(lagSeconds * 1000) / 1000 };
      }
      this.#seen = { at: performance.now(), lags };
    } catch {
      metrics.backgroundFailures.inc({ work: 'projection_health' });
    } finally {
      this.#looking = false;
    }
  }
}
