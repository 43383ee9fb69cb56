import type { Reading } from '../change/read.ts';
import { visible } from '../change/read.ts';
import { sql } from '../database/sql.ts';
import { isUuid } from '../ids.ts';
import { components } from './components.ts';

/**
 * The visible records, sorted, of the entity that each of `recordIds` belongs to for this reader. A record that the reader
 * does not see, or that does not exist, is missing from the answer.
 *
 * The stored cluster is taken where the reader sees all of it. Otherwise it is the frame: the reader's clusters are the
 * components of its visible records under the `same` judgements between them, because hiding can only split.
 */
export async function clustersOf(tx: Reading, recordIds: readonly string[]): Promise<Map<string, string[]>> {
  const ids = [...new Set(recordIds)].filter(isUuid);
  if (ids.length === 0) return new Map();
  const { tenant, datasets, clearance } = tx.reader;
  const given = await tx.query<{
    id: string;
    cluster: string | null;
    exact: boolean | null;
    size: number | null;
  }>(sql`
    select r.id, m.cluster_id as cluster, c.dataset_ids <@ ${datasets}::uuid[] and c.marking <= ${clearance} as exact, c.size
    from records r
    left join cluster_members m on m.tenant_id = ${tenant} and m.id = r.id
    left join clusters c on c.tenant_id = ${tenant} and c.id = m.cluster_id
    where r.id = any(${ids}::uuid[]) and ${visible(tx.reader, 'r')}`);
  const stored = new Set(given.flatMap(({ cluster }) => cluster ?? []));
  const members = stored.size > 0 ? await visibleMembers(tx, [...stored]) : [];

  const byCluster = Map.groupBy(members, ({ cluster }) => cluster);
  const inexact = new Set(
    given.flatMap(({ cluster, exact, size }) => {
      if (cluster === null) return [];
      // Also where a bulk removal and a judgement of the same moment did not see each other: the missing member tells.
      return exact === true && byCluster.get(cluster)?.length === size ? [] : cluster;
    }),
  );
  const seen = members.flatMap(({ id, cluster }) => (inexact.has(cluster) ? id : []));
  const resolved = components(seen, seen.length > 1 ? await samePairs(tx, seen) : []);

  const whole = new Map([...byCluster].map(([cluster, rows]) => [cluster, rows.map(({ id }) => id).sort()]));
  return new Map(
    given.map(({ id, cluster }) => {
      if (cluster === null) return [id, [id]];
      return [id, (inexact.has(cluster) ? resolved.get(id) : whole.get(cluster)) ?? [id]];
    }),
  );
}

function visibleMembers(
  tx: Reading,
  clusters: readonly string[],
): Promise<{ id: string; cluster: string }[]> {
  return tx.query(sql`
    select m.id, m.cluster_id as cluster
    from cluster_members m join records r on r.tenant_id = ${tx.reader.tenant} and r.id = m.id
    where m.tenant_id = ${tx.reader.tenant} and m.cluster_id = any(${clusters}::uuid[]) and ${visible(tx.reader, 'r')}`);
}

async function samePairs(tx: Reading, ids: readonly string[]): Promise<[string, string][]> {
  const rows = await tx.query<{ left_record: string; right_record: string }>(sql`
    select left_record, right_record from judgements
    where tenant_id = ${tx.reader.tenant} and verdict = 'same'
      and left_record = any(${ids}::uuid[]) and right_record = any(${ids}::uuid[])`);
  return rows.map(({ left_record, right_record }) => [left_record, right_record]);
}
