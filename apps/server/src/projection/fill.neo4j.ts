/** Makes a whole generation from Postgres, as of one change, in many short readings and several sessions side by side. */
import { setImmediate as turn } from 'node:timers/promises';
import type { Database, Transaction } from '../database/database.ts';
import { Fenced, placeCursor, readCursor } from './cursor.neo4j.ts';
import { NodeIds } from './nodeIds.ts';
import { entitiesOfPage } from './page.ts';
import type { Cursor, LinkRow } from './projection.ts';
import {
  entitiesOfEnds,
  inSnapshot,
  linkPage,
  logState,
  recordPage,
  type Slice,
  tenantsOf,
} from './source.ts';
import type { Cypher, Neo4jStore } from './store.neo4j.ts';
import {
  type Creating,
  chunks,
  createEntities,
  createLinks,
  createLinksByKey,
  writeRows,
} from './write.neo4j.ts';

const PAGE = 5_000;
/** Rows of one transaction of the store. Ten times as many took nearly twice its processor's time a row, most of it collecting garbage. */
const WRITTEN = 500;
const SLICES = 16;
const SIDE_BY_SIDE = 3;
const FIRST_ID = '00000000-0000-0000-0000-000000000000';

export interface Filling {
  db: Database;
  store: Neo4jStore;
  fence: number;
  signal: AbortSignal;
  /** Of one page, and of what is in memory at once beside the numbers of the nodes: with what shares a cluster with them. */
  rows?: number;
  /** Told after each page. */
  progressed(rows: { done: number; of: number }): void;
}

/**
 * Fills a new generation as of the last stable change and leaves `summit.next` there, ready to follow the log from that
 * change. What an interrupted filling left must have been dropped before.
 */
export async function fill(filling: Filling, generation: number): Promise<Cursor> {
  const { db, store, fence, rows = PAGE } = filling;
  const { head, headAnchor, epoch, tenants, of } = await inSnapshot(db, async (tx) => ({
    ...(await logState(tx)),
    tenants: await tenantsOf(tx),
    of: await estimate(tx),
  }));
  const cursor: Cursor = { generation, position: head, anchor: headAnchor, epoch, fence };
  // Not a cursor that anybody may follow from: it is placed again, as of `head`, once all is there.
  await store.write((tx) => placeCursor(tx, 'summit.next', { ...cursor, position: -1 }));
  let done = 0;
  const count = (more: number): void => {
    done += more;
    filling.progressed({ done, of: Math.max(of, done) });
  };

  const pages = { entity: recordPage, link: linkPage };
  const slicesOf = async (what: keyof typeof pages): Promise<Slice[]> => {
    const slices: Slice[] = [];
    for (const tenant of tenants) {
      const whole = { tenant, after: FIRST_ID, before: null };
      const first = await inSnapshot(db, (tx): Promise<unknown[]> => pages[what](tx, whole, rows, head));
      slices.push(...(first.length === rows ? partsOf(tenant) : first.length === 0 ? [] : [whole]));
    }
    return slices;
  };
  const nodes = new Map(tenants.map((tenant) => [tenant, new NodeIds()]));
  await sideBySide(await slicesOf('entity'), (slice) =>
    fillEntities(filling, cursor, slice, nodes.get(slice.tenant)!, count),
  );
  await sideBySide(await slicesOf('link'), (slice) =>
    fillLinks(filling, cursor, slice, nodes.get(slice.tenant)!, count),
  );
  await store.write((tx) => placeCursor(tx, 'summit.next', cursor));
  return cursor;
}

async function fillEntities(
  filling: Filling,
  { generation, position }: Cursor,
  slice: Slice,
  nodes: NodeIds,
  count: (rows: number) => void,
): Promise<void> {
  const { db, signal, rows = PAGE } = filling;
  let pending: Promise<unknown> = Promise.resolve();
  for (let after: string | undefined = slice.after; after !== undefined; ) {
    signal.throwIfAborted();
    const page = await inSnapshot(db, async (tx) => {
      const records = await recordPage(tx, { ...slice, after: after! }, rows, position);
      return { records, entities: await entitiesOfPage(tx, slice.tenant, records, position) };
    });
    await pending;
    pending = inPieces(page.entities, async (some) => {
      const made = await write(filling, generation, (tx) =>
        createEntities(tx, { generation, tenant: slice.tenant }, some),
      );
      for (const [at, { id }] of some.entries()) nodes.set(id, made[at]!);
    }).then(() => count(page.records.length));
    pending.catch(() => {});
    after = page.records.length < rows ? undefined : page.records.at(-1)!.id;
    await turn();
  }
  await pending;
}

async function fillLinks(
  filling: Filling,
  { generation, position }: Cursor,
  slice: Slice,
  nodes: NodeIds,
  count: (rows: number) => void,
): Promise<void> {
  const { db, signal, rows = PAGE } = filling;
  let pending: Promise<unknown> = Promise.resolve();
  for (let after: string | undefined = slice.after; after !== undefined; ) {
    signal.throwIfAborted();
    // Asked for each page: all that a tenant judged the same may not go into memory.
    const { page, entities } = await inSnapshot(db, async (tx) => {
      const page = await linkPage(tx, { ...slice, after: after! }, rows, position);
      return { page, entities: await entitiesOfEnds(tx, slice.tenant, page, position) };
    });
    const known: (LinkRow & { fromNode: number; toNode: number })[] = [];
    const unsure: LinkRow[] = [];
    for (const link of page) {
      const from = entities.get(link.source) ?? link.source;
      const to = entities.get(link.target) ?? link.target;
      const [fromNode, toNode] = [nodes.get(from), nodes.get(to)];
      // An end that is not there.
      if (fromNode === undefined || toNode === undefined) continue;
      const row = { ...link, tenant: slice.tenant, from, to, fromNode, toNode };
      (fromNode === NodeIds.ambiguous || toNode === NodeIds.ambiguous ? unsure : known).push(row);
    }
    await pending;
    const creating = { generation, tenant: slice.tenant };
    pending = inPieces(known, (some) => writeLinks(filling, creating, some))
      .then(() => inPieces(unsure, (some) => writeByKey(filling, creating, some)))
      .then(() => count(page.length));
    pending.catch(() => {});
    after = page.length < rows ? undefined : page.at(-1)!.id;
    await turn();
  }
  await pending;
}

/** Between nodes by their numbers; by their keys where the store numbers them otherwise than they were made. */
async function writeLinks(
  filling: Filling,
  creating: Creating,
  links: readonly (LinkRow & { fromNode: number; toNode: number })[],
): Promise<void> {
  const { generation } = creating;
  const made = await write(filling, generation, (tx) => createLinks(tx, creating, links));
  if (made === links.length) return;
  // What was made of them goes: each is made again.
  await write(filling, generation, (tx) =>
    writeRows(tx, { generation, unlink: links, remove: [], entities: [], links }),
  );
}

const writeByKey = (filling: Filling, creating: Creating, links: readonly LinkRow[]): Promise<void> =>
  write(filling, creating.generation, (tx) => createLinksByKey(tx, creating, links));

async function inPieces<T>(rows: readonly T[], work: (some: T[]) => Promise<void>): Promise<void> {
  for (const some of chunks(rows, WRITTEN)) await work(some);
}

/** Writes while the generation is still ours to fill: without a lock, which would put all sessions in a row. */
const write = <T>(
  { store, fence }: Filling,
  generation: number,
  work: (tx: Cypher) => Promise<T>,
): Promise<T> =>
  store.write(
    async (tx) => {
      const next = await readCursor(tx, 'summit.next');
      if (next?.fence !== fence || next.generation !== generation)
        throw new Fenced('another worker fills now');
      return work(tx);
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
