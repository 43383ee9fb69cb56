/** The node that says which generation serves and how far it has come. */
import { type Cursor, isInPieces } from './projection.ts';
import { type Cypher, type Neo4jStore, whole } from './store.neo4j.ts';

/** Which of the two cursors: the generation that serves, and the one that is filled beside it. */
export type CursorName = 'summit' | 'summit.next';

const FIELDS = ['generation', 'position', 'anchor', 'epoch', 'fence', 'upto', 'uptoAnchor']
  .map((name) => `p.${name} AS ${name}`)
  .join(', ');

/**
 * In Cypher, at the end of a question that read `generation` and `position` of `p` first: what it met is of a generation that
 * serves, and of no batch that was being written in pieces at any time since. Read past what the store remembers of the node.
 */
export const STANDS =
  'properties(p).generation = generation AND coalesce(properties(p).upto, position) <= position';

/** Undefined also for one that no projector wrote: where a number is none, nothing it says can be relied upon. */
export async function readCursor(tx: Cypher, name: CursorName = 'summit'): Promise<Cursor | undefined> {
  const [found] = await tx.run<Cursor>(`MATCH (p:Projection {name: $name}) RETURN ${FIELDS}`, { name });
  return found && isCursor(found) ? found : undefined;
}

function isCursor({ generation, position, anchor, epoch, fence, upto, uptoAnchor }: Cursor): boolean {
  const numbers = [generation, position, fence, upto ?? 0];
  const texts = [anchor, epoch, uptoAnchor ?? ''];
  return numbers.every(Number.isSafeInteger) && texts.every((text) => typeof text === 'string');
}

/** The cursor of what may be read; undefined where nothing serves, or a batch is being written in pieces. */
export async function readServing(tx: Cypher): Promise<Cursor | undefined> {
  const cursor = await readCursor(tx);
  return cursor && !isInPieces(cursor) ? cursor : undefined;
}

/** What the generation that serves stands for; undefined where nothing serves. Throws GRAPH_UNAVAILABLE. */
export const projectionPosition = (store: Neo4jStore): Promise<Cursor | undefined> =>
  store.read(readServing, { timeoutMs: 2_000 });

/** A later right to write than one's own, and the epoch of the log that its holder followed. */
export type Later = Pick<Cursor, 'fence' | 'epoch'>;

/** Another worker has taken over, or the cursor is not where the batch begins. Nothing was written. */
export class Fenced extends Error {
  readonly later: Later | undefined;
  constructor(what: string, later?: Later) {
    super(what);
    this.name = 'Fenced';
    this.later = later;
  }
}

const olderThan = (later: Later, fence: number): Fenced =>
  new Fenced(`fence ${fence} is older than ${later.fence}`, later);

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
  if (found.fence > fence) throw olderThan(found, fence);
  return found;
}

/** Moves a cursor that this transaction holds. */
export async function moveCursor(
  tx: Cypher,
  name: CursorName,
  { position, anchor, epoch, upto = null, uptoAnchor = null }: Cursor,
): Promise<void> {
  await tx.run(
    `MATCH (p:Projection {name: $name})
     SET p.position = $position, p.anchor = $anchor, p.epoch = $epoch, p.upto = $upto, p.uptoAnchor = $uptoAnchor,
       p.at = timestamp()`,
    { name, position: whole(position), anchor, epoch, upto: upto === null ? null : whole(upto), uptoAnchor },
  );
}

/**
 * Holds every cursor there is, so that from now on no earlier holder places or removes one. Throws Fenced where a later holder
 * was here, whichever cursor it left.
 */
async function mustBeLatest(tx: Cypher, fence: number): Promise<void> {
  const [latest] = await tx.run<Later>(
    `MATCH (p:Projection)
     SET p.fence = CASE WHEN p.fence < $fence THEN $fence ELSE p.fence END
     RETURN p.fence AS fence, p.epoch AS epoch ORDER BY p.fence DESC LIMIT 1`,
    { fence: whole(fence) },
  );
  if (latest && latest.fence > fence) throw olderThan(latest, fence);
}

/** A cursor for a generation that begins to be filled, or is to be followed from there. Throws Fenced. */
export async function placeCursor(tx: Cypher, name: CursorName, cursor: Cursor): Promise<void> {
  await mustBeLatest(tx, cursor.fence);
  await tx.run(
    `MERGE (p:Projection {name: $name})
     SET p = {name: $name, generation: $generation, position: $position, anchor: $anchor, epoch: $epoch, fence: $fence, at: timestamp()}`,
    {
      name,
      generation: whole(cursor.generation),
      position: whole(cursor.position),
      anchor: cursor.anchor,
      epoch: cursor.epoch,
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

/** From now on nothing serves. Throws Fenced. */
export const stopServing = (store: Neo4jStore, fence: number): Promise<void> =>
  store.write(async (tx) => {
    await mustBeLatest(tx, fence);
    await tx.run(`MATCH (p:Projection {name: 'summit'}) DELETE p`);
  });
