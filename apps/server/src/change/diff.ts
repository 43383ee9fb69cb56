import { type Sql, sql } from '../database/sql.ts';
import { type Reader, type Reading, visible } from './read.ts';
import { type RowKind, TOLD } from './tracked.ts';

/** One row between two moments. `before` and `after` leave out what is derived (digest, tokens). */
export interface RowChange {
  kind: RowKind;
  id: string;
  caption: string | null;
  act: 'added' | 'removed' | 'changed';
  before: Record<string, unknown> | null;
  after: Record<string, unknown> | null;
  /** The change that wrote `after`, or that removed the row. */
  change: number | null;
}

export interface RowChanges {
  rows: RowChange[];
  added: number;
  removed: number;
  changed: number;
  total: number;
  /** False above 10,000 rows of one kind: then the counts say "at least". */
  exact: boolean;
  hasMore: boolean;
}

/** Rows of one kind that are compared at most. */
const BOUND = 10_000;

export interface Range {
  /** States after these changes are compared. */
  from: number;
  to: number;
  first: number;
  after?: { place: number; id: string } | undefined;
  investigationId?: string | undefined;
}

/** What differs between two moments, as the reader may see it, ordered by kind and id. */
export async function rowChanges(tx: Reading, range: Range): Promise<RowChanges> {
  const arms = TOLD.map(({ table, kind }, place) => arm(tx.reader, table, kind, place, range));
  const after = range.after ?? { place: -1, id: '00000000-0000-0000-0000-000000000000' };
  const rows = await tx.query<RowChange & { counts: [number, number, number]; exact: boolean }>(sql`
    with all_rows as (${sql.join(arms, ' union all ')}),
    told as (
      select place, kind, id, before, after, change, capped,
             case when before is null then 'added' when after is null then 'removed' else 'changed' end as act
      from all_rows where (before - 'since_change') is distinct from (after - 'since_change')
    ), counts as (
      select array[count(*) filter (where act = 'added'), count(*) filter (where act = 'removed'),
                   count(*) filter (where act = 'changed')]::int[] as counts,
             not coalesce(bool_or(capped), false) as exact
      from told
    )
    select kind, id, before, after, change, act, counts, exact from counts
    left join lateral (
      select * from told where (place, id) > (${after.place}::int, ${after.id}::uuid) order by place, id limit ${range.first + 1}
    ) page on true`);
  const [added, removed, changed] = rows[0]!.counts;
  const found = rows.filter(({ id }) => id !== null);
  const shown = found.slice(0, range.first);
  const captions = await captionsFor(tx, shown);
  return {
    rows: shown.map(({ kind, id, act, before, after: later, change }) => ({
      kind,
      id,
      act,
      before,
      after: later,
      change,
      caption: captionOf((later ?? before)!, captions),
    })),
    added,
    removed,
    changed,
    total: added + removed + changed,
    exact: rows[0]!.exact,
    hasMore: found.length > range.first,
  };
}

/** The place of a kind in the order of a diff, for cursors. */
export const placeOf = (kind: RowKind): number => TOLD.findIndex((each) => each.kind === kind);

function arm(reader: Reader, table: string, kind: string, place: number, range: Range): Sql {
  const { tenant } = reader;
  const live = sql.identifier(`summit.${table}`);
  const history = sql.identifier(`history.${table}`);
  const stateAt = (moment: number): Sql => sql`(
    select versions.row - '{tenant_id,digest,tokens,until_change}'::text[] from (
      select to_jsonb(l) as row from ${live} l where l.tenant_id = ${tenant} and l.id = t.id and l.since_change <= ${moment}
      union all
      select to_jsonb(h) from ${history} h
      where h.tenant_id = ${tenant} and h.id = t.id and h.since_change <= ${moment} and h.until_change > ${moment}
    ) versions)`;
  const kindText = sql.raw(`'${kind}'`);
  return sql`
    select ${sql.raw(String(place))} as place, ${kindText} as kind, t.id, s.before, s.after, t.capped,
           coalesce((s.after ->> 'since_change')::bigint, t.ended) as change
    from (
      select id, max(ended) as ended, count(*) over () > ${BOUND} as capped from (
        select id, null::bigint as ended from ${live}
        where tenant_id = ${tenant} and since_change > ${range.from} and since_change <= ${range.to}
        union all
        select id, null from ${history}
        where tenant_id = ${tenant} and since_change > ${range.from} and since_change <= ${range.to}
        union all
        select id, until_change from ${history}
        where tenant_id = ${tenant} and until_change > ${range.from} and until_change <= ${range.to}
      ) events group by id limit ${BOUND + 1}
    ) t
    cross join lateral (select ${stateAt(range.from)} as before, ${stateAt(range.to)} as after) s
    where ${visibleRow(reader, table, kind)}${range.investigationId ? ofInvestigation(reader, kind, range.investigationId) : sql``}`;
}

/**
 * Facts show by dataset and marking, the strictest of both versions and the last one; what is about facts shows with them, and
 * with its case.
 */
export function visibleRow(reader: Reader, table: string, kind: string): Sql {
  const row = sql`coalesce(s.after, s.before)`;
  const marked = sql`greatest((s.before ->> 'marking')::int, (s.after ->> 'marking')::int, (${lastOf(reader, table, sql`t.id`, 'marking')})) <= ${reader.clearance}`;
  if (kind === 'record' || kind === 'relationship') {
    return sql`${marked} and (${row} ->> 'dataset_id')::uuid in (${everVisible(reader)})`;
  }
  if (kind === 'dataset' || kind === 'investigation') return marked;
  if (kind === 'user') return reader.accounts ? sql`true` : sql`false`;
  const about = (...columns: string[]): Sql =>
    showsAbout(
      reader,
      columns.map((column) => sql`(${row} ->> ${column})::uuid`),
      columns[0] === 'target_id' ? ['records', 'relationships'] : ['records'],
    );
  if (kind === 'judgement') return about('left_record', 'right_record');
  if (!OF_A_CASE.has(kind)) return sql`true`;
  const inCase = sql`not exists (
    select from (${lastOf(reader, 'investigations', sql`(${row} ->> 'investigation_id')::uuid`, 'marking')}) i
    where i.marking > ${reader.clearance})`;
  if (kind === 'refutation') return sql`${inCase} and ${about('record_id')}`;
  if (kind === 'note') return sql`${inCase} and ${about('target_id')}`;
  return inCase;
}

/** The condition that none of these rows is hidden from the reader, as they stand or as they last stood. */
export function showsAbout(
  reader: Reader,
  ids: readonly Sql[],
  tables: readonly ('records' | 'relationships')[],
): Sql {
  const parts = tables.map(
    (table) => sql`not exists (
      select from unnest(array[${sql.join(ids)}]) about (id)
      cross join lateral (${lastOf(reader, table, sql`about.id`, 'marking, dataset_id')}) r
      where r.marking > ${reader.clearance} or r.dataset_id not in (${everVisible(reader)}))`,
  );
  return parts.reduce((all, part) => sql`${all} and ${part}`);
}

const OF_A_CASE = new Set(['item', 'note', 'refutation', 'member']);

/** Datasets the reader sees now, and those that were removed since but which it could see. */
function everVisible(reader: Reader): Sql {
  return sql`
    select unnest(${reader.datasets}::uuid[])
    union select last.id from (
      select distinct on (h.id) h.id, h.marking from history.datasets h
      where h.tenant_id = ${reader.tenant}
        and not exists (select from summit.datasets d where d.tenant_id = h.tenant_id and d.id = h.id)
      order by h.id, h.since_change desc) last
    where last.marking <= ${reader.clearance}`;
}

/** A row as it stands, or as it last stood. */
function lastOf({ tenant }: Reader, table: string, id: Sql, names: string): Sql {
  const columns = sql.raw(names);
  return sql`
    select ${columns} from (
      select ${columns}, since_change from ${sql.identifier(`summit.${table}`)} where tenant_id = ${tenant} and id = ${id}
      union all
      select ${columns}, since_change from ${sql.identifier(`history.${table}`)} where tenant_id = ${tenant} and id = ${id}
    ) versions order by since_change desc limit 1`;
}

function ofInvestigation({ tenant }: Reader, kind: string, investigationId: string): Sql {
  const row = sql`coalesce(s.after, s.before)`;
  if (kind === 'investigation') return sql` and t.id = ${investigationId}`;
  if (kind === 'record' || kind === 'relationship') {
    return sql` and (${row} ->> 'dataset_id')::uuid in (
      select notebook_id from summit.investigations where tenant_id = ${tenant} and id = ${investigationId})`;
  }
  return sql` and ${row} ->> 'investigation_id' = ${investigationId}::text`;
}

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

async function captionsFor(tx: Reading, rows: readonly RowChange[]): Promise<Map<string, string>> {
  const ids = rows.flatMap(({ before, after }) => {
    const row = (after ?? before)!;
    return [row.left_record, row.right_record, row.source_record, row.target_record, row.record_id]
      .map(text)
      .filter((id) => id !== undefined);
  });
  if (ids.length === 0) return new Map();
  const found = await tx.query<{ id: string; caption: string }>(sql`
    select r.id, r.caption from summit.records r
    where r.tenant_id = ${tx.reader.tenant} and r.id = any(${ids}::uuid[]) and ${visible(tx.reader, 'r')}`);
  return new Map(found.map(({ id, caption }) => [id, caption]));
}

function captionOf(row: Record<string, unknown>, captions: Map<string, string>): string | null {
  const own = text(row.caption) ?? text(row.title) ?? text(row.text)?.slice(0, 80) ?? text(row.name);
  if (own !== undefined) return own;
  const ends = [row.left_record ?? row.source_record ?? row.record_id, row.right_record ?? row.target_record]
    .map((id) => captions.get(String(id)))
    .filter((caption) => caption !== undefined);
  return ends.length > 0 ? ends.join(' – ') : null;
}
