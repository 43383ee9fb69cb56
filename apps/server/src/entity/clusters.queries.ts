import type { Reading } from '../change/read.ts';
import { type Sql, sql } from '../database/sql.ts';
import { isUuid } from '../ids.ts';
import { components } from './components.ts';
import type { Entity } from './entity.ts';

/**
 * The entity that each of `recordIds` belongs to for this reader, with its name where it is one record. A record that the reader
 * does not see, or that does not exist, is missing from the answer.
 *
 * The stored cluster is taken where the reader sees all of it. Otherwise it is the frame: the reader's clusters are the
 * components of its visible records under the `same` judgements between them, because hiding can only split.
 */
export async function entitiesOf(tx: Reading, recordIds: readonly string[]): Promise<Map<string, Entity>> {
  const ids = [...new Set(recordIds)].filter(isUuid);
  if (ids.length === 0) return new Map();
  const { tenant, datasets, clearance } = tx.reader;
  return entitiesFrom(tx, sql`graph_named(${tenant}, ${datasets}::uuid[], ${clearance}, ${ids}::uuid[])`);
}

/** The same of the records that a function answers with, as graph_named does, in its order. */
export async function entitiesFrom(tx: Reading, source: Sql): Promise<Map<string, Entity>> {
  const rows = await tx.query<Clustered & { schema: string | null; caption: string | null }>(
    sql`select id, cluster, exact, members, schema, caption from ${source}`,
  );
  const clusters = await resolved(tx, rows);
  return new Map(
    rows.map(({ id, schema, caption }) => {
      const recordIds = clusters.get(id)!;
      const name = recordIds.length === 1 && schema !== null && caption !== null && { schema, caption };
      return [id, { id: recordIds[0]!, recordIds, ...(name && { name }) }];
    }),
  );
}

/** The visible records of these entities, sorted, for who does not draw them: from indexes alone. */
export async function clustersOf(
  tx: Reading,
  recordIds: readonly string[],
): Promise<Map<string, readonly string[]>> {
  const ids = [...new Set(recordIds)].filter(isUuid);
  if (ids.length === 0) return new Map();
  const { tenant, datasets, clearance } = tx.reader;
  return resolved(
    tx,
    await tx.query<Clustered>(sql`
      select id, cluster, exact, members from graph_clusters(${tenant}, ${datasets}::uuid[], ${clearance}, ${ids}::uuid[])`),
  );
}

interface Clustered {
  id: string;
  /** The stored cluster of two or more that it is in. */
  cluster: string | null;
  exact: boolean;
  /** Those of the stored cluster that the reader sees, sorted. */
  members: string[] | null;
}

async function resolved(tx: Reading, rows: readonly Clustered[]): Promise<Map<string, readonly string[]>> {
  const partly = new Map(
    rows.flatMap(({ cluster, exact, members }) =>
      cluster === null || exact ? [] : [[cluster, members ?? []]],
    ),
  );
  const seen = [...partly.values()].flat();
  const split = components(seen, seen.length > 1 ? await samePairs(tx, seen) : []);
  return new Map(
    rows.map(({ id, cluster, exact, members }) => [
      id,
      (cluster === null ? undefined : exact ? members : split.get(id)) ?? [id],
    ]),
  );
}

async function samePairs(tx: Reading, ids: readonly string[]): Promise<[string, string][]> {
  const rows = await tx.query<{ left_record: string; right_record: string }>(sql`
    select left_record, right_record from judgements
    where tenant_id = ${tx.reader.tenant} and verdict = 'same'
      and left_record = any(${ids}::uuid[]) and right_record = any(${ids}::uuid[])`);
  return rows.map(({ left_record, right_record }) => [left_record, right_record]);
}
