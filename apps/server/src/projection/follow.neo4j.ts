import { metrics } from '@summit/process/metrics';
import type { Database, Transaction } from '../database/database.ts';
import { type CursorName, Fenced, holdCursor, moveCursor } from './cursor.neo4j.ts';
import { type Cursor, entitiesOf, isInPieces } from './projection.ts';
import {
  type Batch,
  hasBothEnds,
  type Id,
  inSnapshot,
  lagOf,
  linksAt,
  logState,
  nextBatch,
  recordsAt,
  touched,
} from './source.ts';
import type { Neo4jStore } from './store.neo4j.ts';
import { piecesOf, type Writing, writeRows } from './write.neo4j.ts';

/** Rows of changes in one batch: enough that what a transaction costs is shared, few enough to be in within a second. */
const ROWS = 10_000;
/**
 * Links that are moved take 5 kB each of Neo4j's heap until the transaction ends, and the more there are the longer each: 10,000
 * took 48 MB and 5 s, 20,000 94 MB and 13 s, 40,000 187 MB and 52 s; 70,000 did not go into a heap of 512 MB.
 */
const AT_ONCE = 10_000;

export interface Following {
  db: Database;
  store: Neo4jStore;
  name: CursorName;
  fence: number;
  /** Of changes, in one batch at most. */
  rows?: number;
  /** Nodes and links of one piece. A batch of up to twice as many is not written in pieces, which keep readers away. */
  atOnce?: number;
  /** Asked before every piece but the first; what it throws leaves the batch to whoever does it again. */
  mayGoOn?(): Promise<void>;
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
 * Applies the next batch of changes to the generation of a cursor, or the one that was begun; answers the cursor after it, with
 * the seconds for which its oldest change has waited, or undefined where there is nothing to do. Throws OtherHistory, Fenced,
 * GRAPH_UNAVAILABLE, DATABASE_UNAVAILABLE.
 */
export async function followOnce(
  { db, store, name, fence, rows = ROWS, atOnce = AT_ONCE, mayGoOn }: Following,
  cursor: Cursor,
): Promise<{ cursor: Cursor; waited: number } | undefined> {
  const found = await inSnapshot(db, async (tx) => {
    const log = await logState(tx, cursor.position, cursor.anchor);
    if (!log.stands) throw new OtherHistory('position');
    const batch = isInPieces(cursor)
      ? await begunBatch(tx, cursor)
      : await nextBatch(tx, cursor.position, rows);
    if (log.epoch !== cursor.epoch) throw new OtherHistory('epoch');
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
  const pieces = piecesOf(writing, atOnce);
  let stands = cursor;
  for (const [index, piece] of pieces.entries()) {
    if (index > 0) await mayGoOn?.();
    const next =
      index < pieces.length - 1
        ? { ...stands, fence, upto: batch.upto, uptoAnchor: batch.anchor }
        : { ...stands, fence, position: batch.upto, anchor: batch.anchor };
    await store.write(async (tx) => {
      if (!isAt(await holdCursor(tx, name, fence), stands))
        throw new Fenced(`the cursor ${name} stands elsewhere`);
      await writeRows(tx, piece);
      await moveCursor(tx, name, next);
    });
    stands = next;
  }
  metrics.projectionRows.inc(
    { projection: 'neo4j' },
    writing.entities.length + writing.links.length + writing.remove.length,
  );
  return { cursor: stands, waited: batch.waited };
}

const isAt = (held: Cursor, { generation, position, upto }: Cursor): boolean =>
  held.generation === generation && held.position === position && (held.upto ?? null) === (upto ?? null);

/**
 * A batch of which some pieces are written is done to where it was begun to reach, whatever the log holds since: what a later
 * change took back would be no difference, and the pieces of it that are written would stay.
 */
async function begunBatch(
  tx: Transaction,
  { position, upto, uptoAnchor }: Cursor & { upto: number; uptoAnchor: string },
): Promise<Pick<Batch, 'upto' | 'anchor' | 'waited'>> {
  const { stands } = await logState(tx, upto, uptoAnchor);
  if (!stands) throw new OtherHistory('position');
  return { upto, anchor: uptoAnchor, waited: (await lagOf(tx, position)).seconds };
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
