import { SummitError } from '@summit/process/errors';
import type { Database } from '../database/database.ts';
import { type Difference, differenceOf, sideBySide, Tallies } from './compare.ts';
import { holdCursor, readCursor, readServing } from './cursor.neo4j.ts';
import { type Expected, expectedItems, expectedOf } from './expected.ts';
import { generationsIn } from './generations.neo4j.ts';
import type { Cursor } from './projection.ts';
import { type Item, removeStrays, storedItems, storeItems, straysIn, type What } from './rows.neo4j.ts';
import { type Id, inSnapshot, logState } from './source.ts';
import type { Cypher, Neo4jStore } from './store.neo4j.ts';
import { chunks, writeRows } from './write.neo4j.ts';

/** Looked at again at once, while the projector waits. */
const AT_ONCE = 500;
/** Taken note of in one go. */
const STRAYS = 100_000;
/** Removed in one transaction: the store keeps them in memory until it ends. */
const STRAYS_AT_ONCE = 10_000;

export interface Verifying {
  db: Database;
  store: Neo4jStore;
  /** Sets right what is different. */
  repair: boolean;
  /** Of the worker that looks: one that was left behind repairs nothing. The operator has none. */
  fence?: number;
  found(difference: Found): void;
}

export interface Found {
  kind: Difference;
  what: What;
  tenant: string | null;
  id: string | null;
}

/**
 * Compares all that stands in the store with Postgres, while both go on: what differs at first sight is looked at again with
 * the projector held still. Throws PROJECTION_NOT_SERVING where there is nothing to compare.
 */
export async function verifyAll(
  verifying: Verifying,
): Promise<{ tallies: Tallies; position: number; strays: StraysSeen }> {
  const { store } = verifying;
  const cursor = await servingOf(store);
  const tallies = new Tallies();
  // Entities first: a link whose ends were repaired is looked at as it then is.
  for (const what of ['entity', 'link'] as const) await verifyFrom(verifying, cursor, what, tallies);
  return { tallies, position: cursor.position, strays: await verifyStrays(verifying) };
}

/** One kind, from behind a place on, up to so many rows; answers where it stopped, or undefined at the end. */
export async function verifyFrom(
  verifying: Verifying,
  { generation, position }: Cursor,
  what: What,
  tallies: Tallies,
  { from = '', most = Number.POSITIVE_INFINITY } = {},
): Promise<string | undefined> {
  const { db, store } = verifying;
  const doubtful: Id[] = [];
  const settle = async (least: number): Promise<void> => {
    while (doubtful.length > 0 && doubtful.length >= least)
      await settleDoubt(verifying, what, doubtful.splice(0, AT_ONCE), tallies);
  };
  let seen = 0;
  const walk = sideBySide<Expected, Item>(
    expectedItems(db, what, position, from),
    storeItems(store, what, generation, from),
  );
  for await (const { place, left, right } of walk) {
    if (left && right && left.fact === right.fact) tallies.add(left, what, ['postgres', 'store']);
    else {
      const [tenant = '', id = ''] = place.split('|');
      doubtful.push({ tenant, id });
    }
    await settle(AT_ONCE);
    if (++seen >= most) {
      await settle(1);
      return place;
    }
  }
  await settle(1);
  return undefined;
}

/** Looks at these ids again with the cursor's lock held, so that both stores stand at one change; counts, tells and repairs. */
export async function settleDoubt(
  { db, store, repair, fence, found }: Verifying,
  what: What,
  ids: readonly Id[],
  tallies: Tallies,
): Promise<void> {
  const known = ids.filter(({ id, tenant }) => UUID.test(id) && UUID.test(tenant));
  const outcome = await store.write(async (tx) => {
    const { generation, position } = await holdStill(tx, fence);
    const stored = await storedItems(tx, what, generation, ids);
    const expected = await inSnapshot(db, (snapshot) => expectedOf(snapshot, what, known, position));
    const differing = ids.filter(({ tenant, id }) => {
      const place = `${tenant}|${id}`;
      return differenceOf(expected.items.get(place), stored.get(place)) !== undefined;
    });
    if (repair && differing.length > 0) {
      const places = new Set(differing.map(({ tenant, id }) => `${tenant}|${id}`));
      const within = <R extends Id>(rows: readonly R[]): R[] =>
        rows.filter(({ tenant, id }) => places.has(`${tenant}|${id}`));
      await writeRows(tx, {
        generation,
        unlink: what === 'link' ? differing : [],
        remove:
          what === 'entity'
            ? differing.filter(({ tenant, id }) => !expected.items.has(`${tenant}|${id}`))
            : [],
        entities: within(expected.entities),
        links: within(expected.links),
      });
    }
    return { stored, expected: expected.items };
  });
  for (const { tenant, id } of ids) {
    const place = `${tenant}|${id}`;
    const [wanted, stands] = [outcome.expected.get(place), outcome.stored.get(place)];
    if (wanted) tallies.add(wanted, what, ['postgres']);
    if (stands) tallies.add(stands, what, ['store']);
    const kind = differenceOf(wanted, stands);
    if (kind) found({ kind, what, tenant, id });
  }
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

export interface StraysSeen {
  /** They were looked for: not while a generation is made, whose rows are strays until it serves. */
  seen: boolean;
  /** So many more there are than were told. */
  untold: number;
}

/** Rows that belong to no generation. While one is made or dropped there are others, which are nobody's business. */
async function verifyStrays(verifying: Verifying): Promise<StraysSeen> {
  const { store, repair, found } = verifying;
  const { generation } = await servingOf(store);
  const older = (await generationsIn(store)).filter((each) => each < generation);
  const known = [generation, ...older];
  for (;;) {
    if (!(await store.read((tx) => isAlone(tx, generation)))) return { seen: false, untold: 0 };
    const { strays, total } = await straysIn(store, known, STRAYS);
    // A generation may have begun, or begun to serve, since it was looked: what was seen may be its rows.
    if (!(await store.read((tx) => isAlone(tx, generation)))) return { seen: false, untold: 0 };
    for (const { what, tenant, id } of strays) found({ kind: 'extra', what, tenant, id });
    if (!repair) return { seen: true, untold: total - strays.length };
    for (const some of chunks(strays, STRAYS_AT_ONCE)) {
      const isRemoved = await store.write(async (tx) => {
        await holdStill(tx);
        // None begins while the lock is held, and what begins later has rows of its own.
        if (!(await isAlone(tx, generation))) return false;
        await removeStrays(tx, some, known);
        return true;
      });
      if (!isRemoved) return { seen: false, untold: 0 };
    }
    if (total === strays.length) return { seen: true, untold: 0 };
  }
}

/** This generation serves, and none is made beside it. */
async function isAlone(tx: Cypher, generation: number): Promise<boolean> {
  const [serving, next] = [await readCursor(tx), await readCursor(tx, 'summit.next')];
  return serving?.generation === generation && next === undefined;
}

/** What serves. Throws PROJECTION_NOT_SERVING, also while a batch is being written in pieces. */
async function servingOf(store: Neo4jStore): Promise<Cursor> {
  const cursor = await store.read(readServing);
  if (!cursor) throw new SummitError('PROJECTION_NOT_SERVING');
  return cursor;
}

/** Nobody moves the cursor until the transaction ends. Throws PROJECTION_NOT_SERVING, as above, and Fenced. */
async function holdStill(tx: Cypher, fence?: number): Promise<Cursor> {
  if (fence === undefined) await tx.run(`MATCH (p:Projection {name: 'summit'}) SET p.fence = p.fence`);
  else await holdCursor(tx, 'summit', fence);
  // Not before the lock: it may have moved until then.
  const cursor = await readServing(tx);
  if (!cursor) throw new SummitError('PROJECTION_NOT_SERVING');
  return cursor;
}

/** Throws PROJECTION_NOT_SERVING where the store holds another history than the log. */
export async function mustStand(db: Database, store: Neo4jStore): Promise<void> {
  const cursor = await servingOf(store);
  const { stands } = await inSnapshot(db, (tx) => logState(tx, cursor.position, cursor.anchor));
  if (!stands) throw new SummitError('PROJECTION_NOT_SERVING');
}
