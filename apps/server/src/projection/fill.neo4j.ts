/** Makes a whole generation from Postgres, as of one change, in many short readings and several sessions side by side. */
import { setImmediate as turn } from 'node:timers/promises';
import type { Database, Transaction } from '../database/database.ts';
import { Fenced, placeCursor, readCursor } from './cursor.neo4j.ts';
import { entitiesOfPage } from './page.ts';
import type { Cursor, LinkRow } from './projection.ts';
import {
  entityOfMembers,
  inSnapshot,
  linkPage,
  logState,
  recordPage,
  type Slice,
  tenantsOf,
} from './source.ts';
import type { Cypher, Neo4jStore } from './store.neo4j.ts';
import { createEntities, createLinks } from './write.neo4j.ts';

const PAGE = 5_000;
const SLICES = 16;
const SIDE_BY_SIDE = 3;
const FIRST_ID = '00000000-0000-0000-0000-000000000000';

export interface Filling {
  db: Database;
  store: Neo4jStore;
  fence: number;
  signal: AbortSignal;
  /** Told after each page. */
  progressed(rows: { done: number; of: number }): void;
}

/**
 * Fills a new generation as of the last stable change and leaves `summit.next` there, ready to follow the log from that
 * change. What an interrupted filling left must have been dropped before.
 */
export async function fill(filling: Filling, generation: number): Promise<Cursor> {
  const { db, store, fence } = filling;
  const { head, headAnchor, epoch, tenants, of } = await inSnapshot(db, async (tx) => ({
    ...(await logState(tx)),
    tenants: await tenantsOf(tx),
    of: await estimate(tx),
  }));
  const cursor: Cursor = { generation, position: head, anchor: headAnchor, epoch, fence };
  // Not a cursor that anybody may follow from: it is placed again, as of `head`, once all is there.
  await store.write((tx) => placeCursor(tx, 'summit.next', { ...cursor, position: -1 }));
  let done = 0;
  const count = (rows: number): void => {
    done += rows;
    filling.progressed({ done, of: Math.max(of, done) });
  };

  const pages = { entity: recordPage, link: linkPage };
  const slicesOf = async (what: keyof typeof pages): Promise<Slice[]> => {
    const slices: Slice[] = [];
    for (const tenant of tenants) {
      const whole = { tenant, after: FIRST_ID, before: null };
      const first = await inSnapshot(db, (tx): Promise<unknown[]> => pages[what](tx, whole, PAGE, head));
      slices.push(...(first.length === PAGE ? partsOf(tenant) : first.length === 0 ? [] : [whole]));
    }
    return slices;
  };
  await sideBySide(await slicesOf('entity'), (slice) => fillEntities(filling, cursor, slice, count));
  const members = new Map<string, Promise<ReadonlyMap<string, string>>>();
  const membersOf = (tenant: string) => {
    // Slices come by tenant: of those before it nobody asks any more.
    if (!members.has(tenant) && members.size > SIDE_BY_SIDE) members.delete([...members.keys()][0]!);
    if (!members.has(tenant))
      members.set(
        tenant,
        inSnapshot(db, (tx) => entityOfMembers(tx, tenant, head)),
      );
    return members.get(tenant)!;
  };
  await sideBySide(await slicesOf('link'), async (slice) =>
    fillLinks(filling, cursor, slice, await membersOf(slice.tenant), count),
  );
  await store.write((tx) => placeCursor(tx, 'summit.next', cursor));
  return cursor;
}

async function fillEntities(
  filling: Filling,
  { generation, position }: Cursor,
  slice: Slice,
  count: (rows: number) => void,
): Promise<void> {
  const { db, signal } = filling;
  let pending: Promise<unknown> = Promise.resolve();
  for (let after: string | undefined = slice.after; after !== undefined; ) {
    signal.throwIfAborted();
    const page = await inSnapshot(db, async (tx) => {
      const records = await recordPage(tx, { ...slice, after: after! }, PAGE, position);
      return { records, entities: await entitiesOfPage(tx, slice.tenant, records, position) };
    });
    await pending;
    pending = write(filling, generation, (tx) => createEntities(tx, generation, page.entities)).then(() =>
      count(page.records.length),
    );
    pending.catch(() => {});
    after = page.records.length < PAGE ? undefined : page.records.at(-1)!.id;
    await turn();
  }
  await pending;
}

async function fillLinks(
  filling: Filling,
  { generation, position }: Cursor,
  slice: Slice,
  members: ReadonlyMap<string, string>,
  count: (rows: number) => void,
): Promise<void> {
  const { db, signal } = filling;
  let pending: Promise<unknown> = Promise.resolve();
  for (let after: string | undefined = slice.after; after !== undefined; ) {
    signal.throwIfAborted();
    const page = await inSnapshot(db, (tx) => linkPage(tx, { ...slice, after: after! }, PAGE, position));
    const links = page.map(
      (link): LinkRow => ({
        ...link,
        tenant: slice.tenant,
        from: members.get(link.source) ?? link.source,
        to: members.get(link.target) ?? link.target,
      }),
    );
    await pending;
    pending = write(filling, generation, (tx) => createLinks(tx, generation, links)).then(() =>
      count(page.length),
    );
    pending.catch(() => {});
    after = page.length < PAGE ? undefined : page.at(-1)!.id;
    await turn();
  }
  await pending;
}

/** Writes while the generation is still ours to fill: without a lock, which would put all sessions in a row. */
const write = (
  { store, fence }: Filling,
  generation: number,
  work: (tx: Cypher) => Promise<unknown>,
): Promise<unknown> =>
  store.write(
    async (tx) => {
      const next = await readCursor(tx, 'summit.next');
      if (next?.fence !== fence || next.generation !== generation)
        throw new Fenced('another worker fills now');
      await work(tx);
    },
    { timeoutMs: 120_000 },
  );

/** A tenant's ids in equal parts; ids are spread evenly, but for those made by people, which are few. */
function partsOf(tenant: string): Slice[] {
  const edge = (part: number): string =>
    `${((part * 256) / SLICES).toString(16).padStart(2, '0')}000000-0000-0000-0000-000000000000`;
  return Array.from({ length: SLICES }, (_, part) => ({
    tenant,
    // Below the edge by one, so that the id at the edge itself is above it.
    after: part === 0 ? FIRST_ID : before(edge(part)),
    before: part === SLICES - 1 ? null : edge(part + 1),
  }));
}

/** The id before one that ends with zeros. */
const before = (edge: string): string =>
  `${(Number.parseInt(edge.slice(0, 2), 16) - 1).toString(16).padStart(2, '0')}ffffff-ffff-ffff-ffff-ffffffffffff`;

async function sideBySide(slices: readonly Slice[], work: (slice: Slice) => Promise<void>): Promise<void> {
  const waiting = [...slices];
  const one = async (): Promise<void> => {
    try {
      for (let slice = waiting.shift(); slice; slice = waiting.shift()) await work(slice);
    } catch (error) {
      waiting.length = 0;
      throw error;
    }
  };
  const outcomes = await Promise.allSettled(Array.from({ length: SIDE_BY_SIDE }, one));
  const failed = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failed) throw failed.reason;
}

async function estimate(tx: Transaction): Promise<number> {
  const { client } = tx;
  const { rows } = await client.query<{ rows: number }>(
    `select coalesce(sum(greatest(reltuples, 0)), 0)::float8 as rows from pg_class
     where oid in ('summit.records'::regclass, 'summit.relationships'::regclass)`,
  );
  return rows[0]!.rows;
}
