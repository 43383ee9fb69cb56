/** What the projector reads of Postgres: the log of all tenants, and rows as of a change, through the door of migration 0018. */
import type { Database, Transaction } from '../database/database.ts';
import { inTransaction } from '../database/inTransaction.ts';
import { sql } from '../database/sql.ts';
import type { LinkRow, RecordRow } from './projection.ts';

/** Not a tenant: nothing but the functions of the door shows this reader anything. */
const NOBODY = '00000000-0000-0000-0000-000000000000';

/** One snapshot of Postgres for the projector. */
export const inSnapshot = <T>(db: Database, work: (tx: Transaction) => Promise<T>): Promise<T> =>
  inTransaction(db, { tenant: NOBODY, readOnly: true }, work);

export interface LogState {
  horizon: number;
  /** The last change below the horizon; 0 before the first. */
  head: number;
  headAnchor: string;
  epoch: string;
  /** Whether the change that the cursor names is in the log, and is the same one. */
  stands: boolean;
}

export const logState = async (tx: Transaction, after = 0, anchor = ''): Promise<LogState> =>
  (await tx.first<LogState>(sql`
    select horizon, head, head_anchor as "headAnchor", epoch, stands from projection.log(${after}::bigint, ${anchor}::text)`))!;

export interface Batch {
  upto: number;
  anchor: string;
  changes: number;
  rows: number;
  /** Seconds since its oldest change. */
  waited: number;
}

/** The next changes above a cursor, up to `most` rows of theirs; undefined where there are none. */
export const nextBatch = (tx: Transaction, after: number, most: number): Promise<Batch | undefined> =>
  tx.first<Batch>(sql`
    select upto, anchor, changes, row_count as rows, waited from projection.next(${after}::bigint, ${most}::int)`);

export interface Lag {
  /** Changes above the cursor, as many as are counted. */
  changes: number;
  /** False where there may be more than are counted. */
  isExact: boolean;
  /** Since the oldest of them. */
  seconds: number;
}

/** Changes are counted up to so many, here and in migration 0018. */
export const COUNTED_MOST = 100_000;

export const lagOf = async (tx: Transaction, after: number): Promise<Lag> =>
  (await tx.first<Lag>(sql`
    select changes, changes < ${COUNTED_MOST}::int as "isExact", seconds from projection.lag(${after}::bigint)`))!;

export interface Id {
  tenant: string;
  id: string;
}

export async function touched(
  tx: Transaction,
  after: number,
  upto: number,
): Promise<{ records: Id[]; links: Id[] }> {
  const rows = await tx.query<Id & { kind: string }>(
    sql`select kind, tenant, id from projection.touched(${after}::bigint, ${upto}::bigint)`,
  );
  return {
    records: rows.filter(({ kind }) => kind === 'record'),
    links: rows.filter(({ kind }) => kind === 'link'),
  };
}

const columns = (ids: readonly Id[]) => [ids.map(({ tenant }) => tenant), ids.map(({ id }) => id)] as const;

/** The records and all that share a cluster with them then or now; `was` is their entity as of `after`. */
export async function recordsAt(
  tx: Transaction,
  ids: readonly Id[],
  upto: number,
  after = upto,
): Promise<(RecordRow & { was: string | null })[]> {
  if (ids.length === 0) return [];
  const [tenants, records] = columns(ids);
  return tx.query(sql`
    select tenant, id, was, entity, schema, dataset, marking
    from projection.records(${tenants}::uuid[], ${records}::uuid[], ${after}::bigint, ${upto}::bigint)`);
}

/** A relationship whose end is not there has no entity at it. */
export type FoundLink = Omit<LinkRow, 'from' | 'to'> & { from: string | null; to: string | null };

export const hasBothEnds = (link: FoundLink): link is LinkRow => link.from !== null && link.to !== null;

/** The links of these ids, and those with an end among these records. */
export async function linksAt(
  tx: Transaction,
  ids: readonly Id[],
  ends: readonly Id[],
  upto: number,
): Promise<FoundLink[]> {
  if (ids.length + ends.length === 0) return [];
  const [tenants, links] = columns(ids);
  const [endTenants, records] = columns(ends);
  return tx.query(sql`
    select tenant, id, type, dataset, marking, directed, reference, valid_from as "validFrom", valid_to as "validTo",
           source, target, source_entity as "from", target_entity as "to"
    from projection.links(${tenants}::uuid[], ${links}::uuid[], ${endTenants}::uuid[], ${records}::uuid[], ${upto}::bigint)`);
}

export const tenantsOf = async (tx: Transaction): Promise<string[]> =>
  (await tx.query<{ id: string }>(sql`select id from projection.tenants() id`)).map(({ id }) => id);

/** Keys of the datasets that stand, by tenant and id. */
export async function datasetKeys(tx: Transaction): Promise<Map<string, string>> {
  const rows = await tx.query<Id & { key: string }>(sql`select tenant, id, key from projection.datasets()`);
  return new Map(rows.map(({ tenant, id, key }) => [`${tenant}|${id}`, key]));
}

/** A slice of a tenant's ids: above `after`, below `before`. */
export interface Slice {
  tenant: string;
  after: string;
  before: string | null;
}

export type PagedRecord = Omit<RecordRow, 'tenant' | 'entity'> & { cluster: string | null };

export const recordPage = (
  tx: Transaction,
  slice: Slice,
  most: number,
  upto: number,
): Promise<PagedRecord[]> =>
  tx.query(sql`
    select id, schema, dataset, marking, cluster
    from projection.record_page(${slice.tenant}::uuid, ${slice.after}::uuid, ${slice.before}::uuid, ${most}::int, ${upto}::bigint)`);

export type PagedLink = Omit<LinkRow, 'tenant' | 'from' | 'to'>;

export const linkPage = (tx: Transaction, slice: Slice, most: number, upto: number): Promise<PagedLink[]> =>
  tx.query(sql`
    select id, type, dataset, marking, directed, reference, valid_from as "validFrom", valid_to as "validTo", source, target
    from projection.link_page(${slice.tenant}::uuid, ${slice.after}::uuid, ${slice.before}::uuid, ${most}::int, ${upto}::bigint)`);

/** Of the records at the ends of these links those that share a cluster: their entities as of a change. */
export async function entitiesOfEnds(
  tx: Transaction,
  tenant: string,
  links: readonly Pick<PagedLink, 'source' | 'target'>[],
  upto: number,
): Promise<ReadonlyMap<string, string>> {
  const ids = [...new Set(links.flatMap(({ source, target }) => [source, target]))];
  if (ids.length === 0) return new Map();
  const rows = await tx.query<{ id: string; entity: string }>(
    sql`select id, entity from projection.entities_of(${tenant}::uuid, ${ids}::uuid[], ${upto}::bigint)`,
  );
  return new Map(rows.map(({ id, entity }) => [id, entity]));
}
