import { claim } from '../change/claim.ts';
import type { Changing } from '../change/command.ts';
import { derives } from '../change/derived.ts';
import { sql } from '../database/sql.ts';
import { components } from '../entity/components.ts';
import { uuidv7 } from '../ids.ts';

/**
 * Stored clusters follow the judgements, whoever wrote them and however records come and go: a judgement sleeps while one of
 * its records is gone and wakes when it is back. They hold every record of the tenant, so no reader's rights matter here.
 */
derives((tx, { records }) => reclusterAfterRows(tx, records));

async function reclusterAfterRows(tx: Changing, records: readonly string[]): Promise<void> {
  const { tenant } = tx.reader;
  const gone = await tx.query<{ id: string }>(sql`
    select id from unnest(${records}::uuid[]) id
    where not exists (select from summit.records r where r.tenant_id = ${tenant} and r.id = id.id)`);
  // A judgement of the same moment does not see the removal, nor the removal the judgement: the claim makes one wait.
  await claim(
    tx,
    gone.map(({ id }) => id),
  );
  const judged = await tx.query<{ id: string }>(sql`
    select left_record as id from summit.judgements where tenant_id = ${tenant} and left_record = any(${records}::uuid[])
    union
    select right_record from summit.judgements where tenant_id = ${tenant} and right_record = any(${records}::uuid[])
    union
    select id from summit.cluster_members where tenant_id = ${tenant} and id = any(${records}::uuid[])`);
  if (judged.length === 0) return;
  const ids = judged.map(({ id }) => id);
  await claimClusters(tx, ids);
  await recluster(tx, ids);
}

/** Claims the stored clusters of these records and the records themselves: see change/claim.ts. */
export async function claimClusters(tx: Changing, records: readonly string[]): Promise<void> {
  const clusters = await tx.query<{ id: string }>(sql`
    select distinct cluster_id as id from cluster_members
    where tenant_id = ${tx.reader.tenant} and id = any(${records}::uuid[])`);
  await claim(tx, [...records, ...clusters.map(({ id }) => id)]);
}

interface Member {
  id: string;
  cluster: string | null;
}

/** Computes the stored clusters of the touched records again, and no others; writes only what differs. */
export async function recluster(tx: Changing, touched: readonly string[]): Promise<void> {
  if (touched.length === 0) return;
  const { tenant } = tx.reader;
  const frame = await tx.query<Member & { alive: boolean; next: string[] | null }>(sql`
    with recursive seeds as (
      select id from unnest(${touched}::uuid[]) id
      union
      select m.id from cluster_members m
      where m.tenant_id = ${tenant} and m.cluster_id in (
        select cluster_id from cluster_members where tenant_id = ${tenant} and id = any(${touched}::uuid[]))
    ), reached as (
      select id from seeds
      union
      select step.id from reached f cross join lateral (
        select right_record as id from judgements where tenant_id = ${tenant} and left_record = f.id and verdict = 'same'
        union all
        select left_record from judgements where tenant_id = ${tenant} and right_record = f.id and verdict = 'same'
      ) step
      where exists (select from records r where r.tenant_id = ${tenant} and r.id = f.id)
    )
    select f.id, m.cluster_id as cluster, r.id is not null as alive,
           array(select right_record from judgements where tenant_id = ${tenant} and left_record = f.id and verdict = 'same') as next
    from reached f
    left join records r on r.tenant_id = ${tenant} and r.id = f.id
    left join cluster_members m on m.tenant_id = ${tenant} and m.id = f.id`);

  const alive = frame.filter((each) => each.alive).map(({ id }) => id);
  const joined = components(
    alive,
    frame.flatMap(({ id, next }) => (next ?? []).map((other) => [id, other] as const)),
  );
  const storedOf = new Map(frame.map(({ id, cluster }) => [id, cluster]));
  const wanted = keyed(
    [...new Set(joined.values())].filter((group) => group.length > 1),
    storedOf,
  );

  const leaves = frame.filter(({ id, cluster }) => cluster !== null && !wanted.has(id)).map(({ id }) => id);
  const moves = [...wanted].filter(([id, cluster]) => storedOf.get(id) !== cluster);
  // A record that wakes may join what another command is just judging, or another that wakes at the same moment: both then
  // claim the same.
  const changes = leaves.length + moves.length > 0;
  await claim(
    tx,
    frame.filter((each) => changes || !each.alive).map(({ id, cluster }) => cluster ?? id),
  );
  if (leaves.length > 0) {
    await tx.execute(
      sql`delete from cluster_members where tenant_id = ${tenant} and id = any(${leaves}::uuid[])`,
    );
  }
  if (moves.length > 0) {
    await tx.execute(sql`
      insert into cluster_members (tenant_id, id, since_change, cluster_id)
      select ${tenant}, id, ${tx.change}, cluster from unnest(${moves.map(([id]) => id)}::uuid[], ${moves.map(([, cluster]) => cluster)}::uuid[]) as moved (id, cluster)
      order by id
      on conflict (tenant_id, id) do update set cluster_id = excluded.cluster_id, since_change = excluded.since_change`);
  }
  const before = frame.flatMap(({ cluster }) => cluster ?? []);
  await describe(tx, [...new Set([...before, ...wanted.values()])]);
}

/**
 * A key for every group: the one that most of its members have already, so that merging a record into a large cluster
 * writes one row. A key that two groups claim goes to the larger one.
 */
function keyed(groups: string[][], storedOf: Map<string, string | null>): Map<string, string> {
  const claims = groups.flatMap((group) => {
    const counts = new Map<string, number>();
    for (const id of group) {
      const key = storedOf.get(id);
      if (key) counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    return [...counts].map(([key, count]) => ({ group, key, count }));
  });
  claims.sort((a, b) => b.count - a.count || (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
  const keyOf = new Map<string[], string>();
  const taken = new Set<string>();
  for (const { group, key } of claims) {
    if (keyOf.has(group) || taken.has(key)) continue;
    keyOf.set(group, key);
    taken.add(key);
  }
  return new Map(
    groups.flatMap((group) => {
      const key = keyOf.get(group) ?? uuidv7();
      return group.map((id) => [id, key] as const);
    }),
  );
}

/** Writes what says whether each of these clusters is exact for a reader. */
async function describe(tx: Changing, clusters: readonly string[]): Promise<void> {
  const { tenant } = tx.reader;
  await tx.execute(sql`
    delete from clusters c where c.tenant_id = ${tenant} and c.id = any(${clusters}::uuid[])
      and not exists (select from cluster_members m where m.tenant_id = ${tenant} and m.cluster_id = c.id)`);
  await tx.execute(sql`
    insert into clusters (tenant_id, id, since_change, dataset_ids, marking, size)
    select ${tenant}, m.cluster_id, ${tx.change}, array_agg(distinct r.dataset_id order by r.dataset_id), max(r.marking), count(*)
    from cluster_members m join records r on r.tenant_id = ${tenant} and r.id = m.id
    where m.tenant_id = ${tenant} and m.cluster_id = any(${clusters}::uuid[])
    group by m.cluster_id
    on conflict (tenant_id, id) do update
      set since_change = excluded.since_change, dataset_ids = excluded.dataset_ids, marking = excluded.marking, size = excluded.size
      where (clusters.dataset_ids, clusters.marking, clusters.size) is distinct from (excluded.dataset_ids, excluded.marking, excluded.size)`);
}
