import { setTimeout as delay } from 'node:timers/promises';
import type { Part } from '@summit/process/lifecycle';
import { metrics } from '@summit/process/metrics';
import type { Database } from '../database/database.ts';

/** Kinds of durable work: each is a queue. */
export const queueNames = ['import', 'import.undo', 'sample'] as const;

export interface Queue {
  /** Jobs that wait for a worker; one whose worker is gone waits again. */
  depth: number;
  /** Since when the oldest of these waits, in seconds; null when none does. */
  oldestSeconds: number | null;
  running: number;
  /** Within the last day. */
  failures: number;
}

export type Queues = Record<string, Queue>;

/** An answer comes within 300 ms whatever the database does, also through the gateway, which waits 220 ms. */
const ANSWER_MS = 150;
/** How old numbers may be: however many ask, the database is asked once a second. */
const FRESH_MS = 1_000;
const MEASURE_MS = 15_000;

/** What waits and what fails, over every tenant: numbers alone, which anybody may see. */
export class QueueHealth implements Part {
  readonly #db: Database;
  readonly #stopping = new AbortController();
  #counted: { at: number; queues: Promise<Queues> } | undefined;
  #measuring: Promise<void> = Promise.resolve();

  constructor(db: Database) {
    this.#db = db;
  }

  /** Keeps the metrics, also while nobody asks. */
  async run(): Promise<void> {
    this.#measuring = (async () => {
      const { signal } = this.#stopping;
      while (!signal.aborted) {
        await this.#count().catch(() => {});
        await delay(MEASURE_MS, undefined, { signal, ref: false }).catch(() => {});
      }
    })();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#measuring;
  }

  /** What `/queues/health` says. 503 with no numbers when they cannot be had in time. */
  async answer(): Promise<{ status: number; body: object }> {
    const late = Promise.withResolvers<undefined>();
    const timer = setTimeout(() => late.resolve(undefined), ANSWER_MS);
    const queues = await Promise.race([this.#count().catch(() => undefined), late.promise]);
    clearTimeout(timer);
    const timestamp = new Date().toISOString();
    return queues
      ? { status: 200, body: { status: 'ok', timestamp, queues } }
      : { status: 503, body: { status: 'unknown', timestamp, queues: {} } };
  }

  #count(): Promise<Queues> {
    const now = performance.now();
    if (this.#counted && now - this.#counted.at < FRESH_MS) return this.#counted.queues;
    const counted = { at: now, queues: countQueues(this.#db) };
    this.#counted = counted;
    counted.queues.catch(() => {
      // The next who asks tries again.
      if (this.#counted === counted) this.#counted = undefined;
    });
    return counted.queues;
  }
}

async function countQueues(db: Database): Promise<Queues> {
  const client = await db.connect('read');
  let broken: Error | undefined;
  try {
    const { rows } = await client.query<Queue & { name: string }>(`
      select job_kind as name, depth, round(oldest_seconds::numeric, 1)::float8 as "oldestSeconds", running, failures
      from operations.queues()`);
    const idle = { depth: 0, oldestSeconds: null, running: 0, failures: 0 };
    const queues: Queues = Object.fromEntries(queueNames.map((name) => [name, idle]));
    for (const { name, ...queue } of rows) queues[name] = queue;
    for (const [queue, { depth, oldestSeconds, running, failures }] of Object.entries(queues)) {
      metrics.queueDepth.set({ queue }, depth);
      metrics.queueOldest.set({ queue }, oldestSeconds ?? 0);
      metrics.queueRunning.set({ queue }, running);
      metrics.queueFailures.set({ queue }, failures);
    }
    return queues;
  } catch (error) {
    broken = error as Error;
    throw error;
  } finally {
    client.release(broken);
  }
}
