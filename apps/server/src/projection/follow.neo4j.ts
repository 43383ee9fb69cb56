import { metrics } from '@summit/process/metrics';
import type { Database } from '../database/database.ts';
import { type CursorName, Fenced, holdCursor, moveCursor } from './cursor.neo4j.ts';
import { type Cursor, entitiesOf } from './projection.ts';
import {
  type Batch,
  hasBothEnds,
  type Id,
  inSnapshot,
  linksAt,
  logState,
  nextBatch,
  recordsAt,
  touched,
} from './source.ts';
import type { Neo4jStore } from './store.neo4j.ts';
import { type Writing, writeRows } from './write.neo4j.ts';

/** Rows of changes in one batch: enough that what a transaction costs is shared, few enough to be in within a second. */
const ROWS = 10_000;

export interface Following {
  db: Database;
  store: Neo4jStore;
  name: CursorName;
  fence: number;
  /** Of changes, in one batch at most. */
  rows?: number;
}

/** The log does not hold the change that the cursor names: what stands in the store is of another history. */
export class OtherHistory extends Error {
  readonly reason: 'position' | 'epoch';
  constructor(reason: 'position' | 'epoch') {
    super(`the log is another one: ${reason}`);
    this.name = 'OtherHistory';
    this.reason = reason;
  }
}

/**
 * Applies the next batch of changes to the generation of a cursor; answers the cursor after it, or undefined where there is
 * nothing to do. Throws OtherHistory, Fenced, GRAPH_UNAVAILABLE, DATABASE_UNAVAILABLE.
 */
export async function followOnce(
  { db, store, name, fence, rows = ROWS }: Following,
  cursor: Cursor,
): Promise<{ cursor: Cursor; batch: Batch } | undefined> {
  const found = await inSnapshot(db, async (tx) => {
    const log = await logState(tx, cursor.position, cursor.anchor);
    if (!log.stands) throw new OtherHistory('position');
    if (log.epoch !== cursor.epoch) throw new OtherHistory('epoch');
    const batch = await nextBatch(tx, cursor.position, rows);
    if (!batch) return undefined;
    const seen = await touched(tx, cursor.position, batch.upto);
    const records = await recordsAt(tx, seen.records, batch.upto, cursor.position);
    // Links of a record that only says something else now stay where they are.
    const moved = records.filter(({ was, entity }) => was !== entity);
    const links = await linksAt(tx, seen.links, moved, batch.upto);
    return { batch, writing: writingOf(cursor.generation, seen.links, records, links) };
  });
  if (!found) return undefined;
  const { batch, writing } = found;
  const next = { ...cursor, position: batch.upto, anchor: batch.anchor, fence };
  await store.write(async (tx) => {
    const held = await holdCursor(tx, name, fence);
    if (held.generation !== cursor.generation || held.position !== cursor.position)
      throw new Fenced(`the cursor ${name} stands elsewhere`);
    await writeRows(tx, writing);
    await moveCursor(tx, name, next);
  });
  metrics.projectionRows.inc(
    { projection: 'neo4j' },
    writing.entities.length + writing.links.length + writing.remove.length,
  );
  return { cursor: next, batch };
}

/** What these records and links, all that was touched, ask of the store. */
export function writingOf(
  generation: number,
  touchedLinks: readonly Id[],
  records: Awaited<ReturnType<typeof recordsAt>>,
  links: Awaited<ReturnType<typeof linksAt>>,
): Writing {
  const entities = entitiesOf(records);
  const standing = new Set(entities.map(({ tenant, id }) => `${tenant}|${id}`));
  return {
    generation,
    unlink: [...touchedLinks, ...links],
    // Whoever is no entity of its own: gone, or in another one now.
    remove: records.filter(({ tenant, id }) => !standing.has(`${tenant}|${id}`)),
    entities,
    links: links.filter(hasBothEnds),
  };
}
