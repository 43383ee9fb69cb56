import type { Logger } from '@summit/process/log';
import { metrics } from '@summit/process/metrics';
import { placeCursor, readCursor } from './cursor.neo4j.ts';
import { type Filling, fill } from './fill.neo4j.ts';
import { dropGeneration, generationsIn } from './generations.neo4j.ts';
import type { Cursor } from './projection.ts';
import type { Neo4jStore } from './store.neo4j.ts';

/**
 * Puts `summit.next` there for a new generation and answers its number. Where a worker is killed after this, the next one sees
 * by it that a rebuild was begun; so it comes before the word in Postgres that what was asked for is begun. Throws Fenced.
 */
export async function beginGeneration(
  store: Neo4jStore,
  { fence, epoch }: Pick<Cursor, 'fence' | 'epoch'>,
): Promise<number> {
  const standing = await generationsIn(store);
  return store.write(async (tx) => {
    const [serving, abandoned] = [await readCursor(tx), await readCursor(tx, 'summit.next')];
    // Never the number of one that another worker may still be writing to.
    const generation = Math.max(serving?.generation ?? 0, abandoned?.generation ?? 0, ...standing) + 1;
    // Nobody follows from it: the filling places it again, as of a change.
    await placeCursor(tx, 'summit.next', { generation, position: -1, anchor: '', epoch, fence });
    // One that no projector wrote: what it names would not be dropped.
    if (!serving) await tx.run(`MATCH (p:Projection {name: 'summit'}) DELETE p`);
    return generation;
  });
}

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

  /** Of a generation that was begun. */
  constructor(filling: Omit<Filling, 'signal' | 'progressed'> & { log: Logger }, generation: number) {
    this.done = this.#run(filling, generation).catch((error: unknown) => {
      this.error = error;
    });
  }

  async #run(
    { log, ...filling }: Omit<Filling, 'signal' | 'progressed'> & { log: Logger },
    generation: number,
  ): Promise<void> {
    const { store } = filling;
    const { signal } = this.#abort;
    const serving = await store.read((tx) => readCursor(tx));
    // What an earlier rebuild left half done.
    for (const each of await generationsIn(store))
      if (each !== serving?.generation && each !== generation) await dropGeneration(store, each, signal);
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
