import type { Logger } from '@summit/process/log';
import { metrics } from '@summit/process/metrics';
import { readCursor, removeCursor } from './cursor.neo4j.ts';
import { type Filling, fill } from './fill.neo4j.ts';
import { dropGeneration, generationsIn } from './generations.neo4j.ts';
import type { Cursor } from './projection.ts';

/**
 * A new generation beside the one that serves: filled from Postgres as of a change, from where whoever started it follows the
 * log and puts it in the old one's place.
 */
export class Rebuild {
  progress: { done: number; of: number } | null = null;
  /** Filled, and to be followed from here. */
  cursor: Cursor | undefined;
  error: unknown;
  readonly done: Promise<void>;
  readonly startedAt = performance.now();
  readonly #abort = new AbortController();

  constructor(filling: Omit<Filling, 'signal' | 'progressed'> & { log: Logger }) {
    this.done = this.#run(filling).catch((error: unknown) => {
      this.error = error;
    });
  }

  async #run({ log, ...filling }: Omit<Filling, 'signal' | 'progressed'> & { log: Logger }): Promise<void> {
    const { store } = filling;
    const { signal } = this.#abort;
    const [serving, abandoned] = await store.read(async (tx) => [
      await readCursor(tx),
      await readCursor(tx, 'summit.next'),
    ]);
    await removeCursor(store, 'summit.next');
    const standing = await generationsIn(store);
    // What an earlier rebuild left half done.
    for (const generation of standing.filter((each) => each !== serving?.generation))
      await dropGeneration(store, generation, signal);
    // Never the number of one that another worker may still be writing to.
    const generation = Math.max(serving?.generation ?? 0, abandoned?.generation ?? 0, ...standing) + 1;
    log.info({ projection: 'neo4j', generation }, 'a new generation is filled');
    const cursor = await fill(
      {
        ...filling,
        signal,
        progressed: (progress) => {
          this.progress = progress;
        },
      },
      generation,
    );
    const seconds = Math.round((performance.now() - this.startedAt) / 100) / 10;
    metrics.projectionRebuildSeconds.set({ projection: 'neo4j' }, seconds);
    log.info(
      { projection: 'neo4j', generation, seconds, rows: this.progress?.done ?? 0 },
      'a generation is filled',
    );
    this.cursor = cursor;
  }

  async stop(): Promise<void> {
    this.#abort.abort(new Error('the rebuild is given up'));
    await this.done;
  }
}
