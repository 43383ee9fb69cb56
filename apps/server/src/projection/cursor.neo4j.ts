/** The node that says which generation serves and how far it has come. */
import type { Cursor } from './projection.ts';
import { type Cypher, type Neo4jStore, whole } from './store.neo4j.ts';

/** Which of the two cursors: the generation that serves, and the one that is filled beside it. */
export type CursorName = 'summit' | 'summit.next';

const FIELDS =
  'p.generation AS generation, p.position AS position, p.anchor AS anchor, p.epoch AS epoch, p.fence AS fence';

export async function readCursor(tx: Cypher, name: CursorName = 'summit'): Promise<Cursor | undefined> {
  const [found] = await tx.run<Cursor>(`MATCH (p:Projection {name: $name}) RETURN ${FIELDS}`, { name });
  return found;
}

/** What the generation that serves stands for; undefined where nothing serves. Throws GRAPH_UNAVAILABLE. */
export const projectionPosition = (store: Neo4jStore): Promise<Cursor | undefined> =>
  store.read((tx) => readCursor(tx), { timeoutMs: 2_000 });

/** Another worker has taken over, or the cursor is not where the batch begins. Nothing was written. */
export class Fenced extends Error {
  constructor(what: string) {
    super(what);
    this.name = 'Fenced';
  }
}

/**
 * Takes the cursor's lock until the transaction ends, so that nobody else writes: then it stands still. Throws Fenced where a
 * later holder was here, or the cursor is gone.
 */
export async function holdCursor(tx: Cypher, name: CursorName, fence: number): Promise<Cursor> {
  const [found] = await tx.run<Cursor>(
    `MATCH (p:Projection {name: $name})
     SET p.fence = CASE WHEN p.fence < $fence THEN $fence ELSE p.fence END
     RETURN ${FIELDS}`,
    { name, fence: whole(fence) },
  );
  if (!found) throw new Fenced(`there is no cursor ${name}`);
  if (found.fence > fence) throw new Fenced(`fence ${fence} is older than ${found.fence}`);
  return found;
}

/** Moves a cursor that this transaction holds. */
export async function moveCursor(
  tx: Cypher,
  name: CursorName,
  to: Pick<Cursor, 'position' | 'anchor' | 'epoch'>,
): Promise<void> {
  await tx.run(
    `MATCH (p:Projection {name: $name})
     SET p.position = $position, p.anchor = $anchor, p.epoch = $epoch, p.at = timestamp()`,
    { name, ...to, position: whole(to.position) },
  );
}

/** A cursor for a generation that begins to be filled. */
export async function placeCursor(tx: Cypher, name: CursorName, cursor: Cursor): Promise<void> {
  await tx.run(
    `MERGE (p:Projection {name: $name})
     SET p = {name: $name, generation: $generation, position: $position, anchor: $anchor, epoch: $epoch, fence: $fence, at: timestamp()}`,
    {
      ...cursor,
      name,
      generation: whole(cursor.generation),
      position: whole(cursor.position),
      fence: whole(cursor.fence),
    },
  );
}

/** From now on this generation serves. The one before it is nobody's any more. */
export async function serveNext(store: Neo4jStore, fence: number): Promise<Cursor> {
  return store.write(async (tx) => {
    const next = await holdCursor(tx, 'summit.next', fence);
    const standing = await readCursor(tx);
    if (standing) await holdCursor(tx, 'summit', fence);
    await tx.run(`MATCH (p:Projection {name: 'summit.next'}) DELETE p`);
    await placeCursor(tx, 'summit', { ...next, fence });
    return next;
  });
}

/** From now on nothing serves. */
export const removeCursor = (store: Neo4jStore, name: CursorName): Promise<unknown> =>
  store.write((tx) => tx.run('MATCH (p:Projection {name: $name}) DELETE p', { name }));
