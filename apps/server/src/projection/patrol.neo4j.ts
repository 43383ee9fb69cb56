import type { Logger } from '@summit/process/log';
import { metrics } from '@summit/process/metrics';
import type { Database } from '../database/database.ts';
import { Tallies } from './compare.ts';
import type { Cursor } from './projection.ts';
import type { What } from './rows.neo4j.ts';
import { type Id, inSnapshot, nextBatch, recordsAt, touched } from './source.ts';
import type { Neo4jStore } from './store.neo4j.ts';
import { type Found, settleDoubt, verifyFrom } from './verify.neo4j.ts';

/** Of what was written and not looked at again yet, so many rows of changes are read each round. */
const RECENT_ROWS = 20_000;
/** Of all else a part each round: a million entities are through in an hour, five million links in two. */
const ENTITIES = 20_000;
const LINKS = 40_000;
const AT_ONCE = 500;
const NAMED = 20;

/**
 * Looks whether the store holds what was written to it, and sets right what it does not: what was written lately first, then a
 * part of all, round after round. Finds what nobody told of: writes that were lost, and those of others.
 */
export class Patrol {
  readonly #db: Database;
  readonly #store: Neo4jStore;
  readonly #log: Logger;
  /** Up to where the log was looked at again. */
  #seen: number | undefined;
  #generation: number | undefined;
  readonly #swept: Record<What, string | undefined> = { entity: undefined, link: undefined };

  constructor({ db, store, log }: { db: Database; store: Neo4jStore; log: Logger }) {
    this.#db = db;
    this.#store = store;
    this.#log = log;
  }

  /** One round, under the fence of `cursor`. Resolves to what it found and repaired; that is told where the round ends early, too. */
  async round(cursor: Cursor): Promise<Found[]> {
    if (cursor.generation !== this.#generation) {
      this.#generation = cursor.generation;
      this.#swept.entity = undefined;
      this.#swept.link = undefined;
    }
    const found: Found[] = [];
    try {
      await this.#look(cursor, found);
    } finally {
      this.#tell(found);
    }
    return found;
  }

  async #look(cursor: Cursor, found: Found[]): Promise<void> {
    const verifying = {
      ...{ db: this.#db, store: this.#store, repair: true, fence: cursor.fence },
      found: (each: Found) => void found.push(each),
    };
    const tallies = new Tallies();
    const recent = await this.#recent(cursor);
    for (const what of ['entity', 'link'] as const)
      for (let at = 0; at < recent[what].length; at += AT_ONCE)
        await settleDoubt(verifying, what, recent[what].slice(at, at + AT_ONCE), tallies);
    this.#seen = recent.upto;
    for (const [what, most] of [['entity', ENTITIES] as const, ['link', LINKS] as const])
      this.#swept[what] = await verifyFrom(verifying, cursor, what, tallies, {
        from: this.#swept[what] ?? '',
        most,
      });
  }

  /** What was written up to where it is looked at again now: the rest has its turn in the next round. */
  async #recent({ position }: Cursor): Promise<Record<What, Id[]> & { upto: number }> {
    const from = this.#seen ?? position;
    return inSnapshot(this.#db, async (tx) => {
      const batch = await nextBatch(tx, from, RECENT_ROWS);
      if (!batch) return { entity: [], link: [], upto: Math.min(from, position) };
      const upto = Math.min(batch.upto, position);
      const { records, links } = await touched(tx, from, upto);
      return { entity: await recordsAt(tx, records, upto, from), link: links, upto };
    });
  }

  #tell(found: readonly Found[]): void {
    if (found.length === 0) return;
    for (const { kind } of found) metrics.projectionDrift.inc({ projection: 'neo4j', kind });
    this.#log.error(
      { projection: 'neo4j', count: found.length, differences: found.slice(0, NAMED) },
      'the store did not hold what was written to it; it was set right',
    );
  }
}
