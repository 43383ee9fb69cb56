import { SummitError } from '@summit/process/errors';
import type { Context } from '../context.ts';
import { type Sql, sql } from '../database/sql.ts';
import { visibleRow } from './diff.ts';
import { loadChanges } from './history.queries.ts';
import { encodePosition } from './position.ts';
import type { Reading } from './read.ts';
import { TOLD } from './tracked.ts';

export interface Conflict {
  id: string;
  caption: string | null;
  change: string;
  actor: string | null;
  at: string | null;
}

/**
 * Throws UNDO_CONFLICT when a row that would be restored no longer stands as these changes left it. States are compared, not
 * ids: a later change that was itself undone is no conflict. With `among` only the rows of those of the changes are looked
 * at, so that a long act is checked in steps.
 */
export async function refuseConflicts(
  tx: Reading & { readonly ctx: Context },
  changes: readonly number[],
  among: readonly number[] = changes,
): Promise<void> {
  const items: (Omit<Conflict, 'change'> & { change: number; total: number })[] = [];
  let total = 0;
  for (const { table, kind } of await tablesTouched(tx, among)) {
    // All count, whoever may see them; those that are hidden are not named.
    const found = await tx.query<Omit<Conflict, 'change'> & { change: number; total: number }>(sql`
      with ${conflictsIn(tx, table, changes, among)}
      select page.*, counted.total from (select count(*)::int as total from conflicts) counted
      left join lateral (
        select t.id, coalesce(s.after ->> 'caption', s.after ->> 'title', left(s.after ->> 'text', 80), s.after ->> 'name') as caption,
               t.change, u.name as actor, c.at
        from conflicts t
        cross join lateral (select null::jsonb as before, coalesce(t.row, (
          select to_jsonb(h) from ${sql.identifier(`history.${table}`)} h
          where h.tenant_id = ${tx.reader.tenant} and h.id = t.id order by h.since_change desc limit 1)) as after) s
        left join summit.changes c on c.tenant_id = ${tx.reader.tenant} and c.id = t.change
        left join summit.users u on u.tenant_id = c.tenant_id and u.id = c.actor_id
        where ${visibleRow(tx.reader, table, kind)}
        order by t.change desc, t.id limit 20
      ) page on true`);
    total += found[0]!.total;
    items.push(...found.filter(({ id }) => id !== null));
  }
  if (total === 0) return;
  throw new SummitError('UNDO_CONFLICT', {
    items: items.slice(0, 20).map(({ id, caption, change, actor, at }) => ({
      id,
      caption,
      change: positionOf(tx.ctx, change),
      actor,
      at,
    })),
    total,
    ...(changes.length === 1 && { acts: await namedActs(tx, changes[0]!) }),
  });
}

const positionOf = ({ positionSecret, scope }: Context, change: number): string =>
  encodePosition(positionSecret, scope.tenant, change);

/** Acts that would be undone too, newest first: those that the reader sees are named, all are counted. */
export interface LaterActs {
  items: { change: string; summary: string; actor: string | null; at: Date; isImport: boolean }[];
  total: number;
  /** False when they are more than are looked for. */
  totalIsExact: boolean;
  /** Whether `UNDO_TOO` takes them all. */
  possible: boolean;
}

const ACTS_NAMED = 20;
const ACTS_COUNTED = 50;

async function namedActs(tx: Reading & { readonly ctx: Context }, change: number): Promise<LaterActs> {
  const { acts, isAll } = await laterActs(tx, change, ACTS_COUNTED);
  // Nobody asked for the batches of an import: it is one act, named by the newest of them.
  const whole = acts.filter(
    ({ import_id }, at) =>
      import_id === null || acts.findIndex((each) => each.import_id === import_id) === at,
  );
  const seen = await loadChanges(
    tx,
    whole.map(({ id }) => id),
  );
  const named = [...seen.values()].sort((a, b) => b.change - a.change).slice(0, ACTS_NAMED);
  const names = await tx.query<{ id: string; name: string }>(sql`
    select id, name from summit.users
    where tenant_id = ${tx.reader.tenant} and id = any(${named.map(({ actorId }) => actorId)}::uuid[])`);
  const nameOf = new Map(names.map(({ id, name }) => [id, name]));
  const { actor } = tx.ctx;
  return {
    items: named.map(({ change: act, summary, actorId, time, importId }) => ({
      change: positionOf(tx.ctx, act),
      summary,
      actor: nameOf.get(actorId) ?? null,
      at: time,
      isImport: importId !== null,
    })),
    total: whole.length,
    totalIsExact: isAll,
    possible:
      isAll &&
      acts.length <= LATER_ACTS &&
      acts.every(
        ({ actor_id, import_id }) =>
          import_id === null && (actor_id === actor.id || actor.may('change:undo-others')),
      ),
  };
}

/** Rows of a table that no longer stand as the changes left them, with the change that came last on each. */
function conflictsIn(
  tx: Reading,
  table: string,
  changes: readonly number[],
  among: readonly number[] = changes,
): Sql {
  const { tenant } = tx.reader;
  const live = sql.identifier(`summit.${table}`);
  const history = sql.identifier(`history.${table}`);
  return sql`${suspects(tx, table, changes, among)}, conflicts as (
        select s.id, s.last, greatest(l.since_change, (
            select max(h.until_change) from ${history} h where h.tenant_id = ${tenant} and h.id = s.id)) as change, to_jsonb(l) as row
        from span s
        left join ${live} l on l.tenant_id = ${tenant} and l.id = s.id
        left join ${history} h on h.tenant_id = ${tenant} and h.id = s.id and h.since_change = s.last
        where l.since_change is distinct from s.last
          and (to_jsonb(l) - 'since_change') is distinct from (to_jsonb(h) - '{since_change,until_change}'::text[])
      )`;
}

/** Ids of the rows of a change that were changed later, whoever may see them. */
export async function laterRows(tx: Reading, change: number): Promise<Set<string>> {
  const ids = new Set<string>();
  for (const { table } of await tablesTouched(tx, [change])) {
    const rows = await tx.query<{ id: string }>(
      sql`with ${conflictsIn(tx, table, [change])} select id from conflicts`,
    );
    for (const { id } of rows) ids.add(id);
  }
  return ids;
}

/** Later acts that an undo takes back with the change, at most: beyond it the question is no longer one a person can judge. */
const LATER_ACTS = 20;

/**
 * The change and the later acts that must be undone before it, newest first, so that none of them is in conflict any more.
 * Throws UNDO_CONFLICT when there are more than twenty, or one is a batch of an import; FORBIDDEN for another's act without
 * the right to undo it.
 */
export async function withLaterActs(
  tx: Reading & { readonly ctx: Context },
  change: number,
): Promise<number[]> {
  const { acts: later, isAll } = await laterActs(tx, change, LATER_ACTS);
  if (!isAll || later.some(({ import_id }) => import_id !== null)) await refuseConflicts(tx, [change]);
  if (later.some(({ actor_id }) => actor_id !== tx.ctx.actor.id))
    tx.ctx.actor.mustBeAbleTo('change:undo-others');
  const acts = [...later.map(({ id }) => id), change];
  await refuseConflicts(tx, acts);
  return acts;
}

type LaterAct = { id: number; actor_id: string; import_id: string | null };

/** All acts that must be undone before the change, newest first; not all of them when there are more than `most`. */
async function laterActs(
  tx: Reading,
  change: number,
  most: number,
): Promise<{ acts: LaterAct[]; isAll: boolean }> {
  const found = new Map<number, LaterAct>();
  // Grows while it is walked: what stands in the way of a later act must be undone before that one.
  const walked = new Set([change]);
  for (const act of walked) {
    for (const later of await laterActsOn(tx, act, most)) {
      found.set(later.id, later);
      // An import is undone as a whole, which is not asked here.
      if (later.import_id === null) walked.add(later.id);
    }
    if (found.size > most) break;
  }
  const acts = [...found.values()].sort((a, b) => b.id - a.id);
  return { acts: acts.slice(0, most), isAll: found.size <= most };
}

/** Standing acts that came later on the rows in conflict. Acts that were undone, and their undos, stand in nobody's way. */
async function laterActsOn(tx: Reading, act: number, most: number): Promise<LaterAct[]> {
  const { tenant } = tx.reader;
  const acts: LaterAct[] = [];
  for (const { table } of await tablesTouched(tx, [act])) {
    const history = sql.identifier(`history.${table}`);
    acts.push(
      ...(await tx.query<LaterAct>(sql`
      with ${conflictsIn(tx, table, [act])}, later as (
        select k.change as id from conflicts k
        union
        select h.since_change from conflicts k
        join ${history} h on h.tenant_id = ${tenant} and h.id = k.id and h.since_change > k.last
        union
        select h.until_change from conflicts k
        join ${history} h on h.tenant_id = ${tenant} and h.id = k.id and h.until_change > k.last
      )
      select c.id, c.actor_id, c.import_id from later join summit.changes c on c.tenant_id = ${tenant} and c.id = later.id
      where c.undo_of is null and c.id > ${act} and not summit.is_undone(${tenant}, c.id)
      order by c.id desc limit ${most + 1}`)),
    );
  }
  return acts;
}

/** Told tables with rows of the changes. Most acts touch one or two; each other one would cost a plan or two for nothing. */
export async function tablesTouched(tx: Reading, changes: readonly number[]): Promise<typeof TOLD> {
  const rows = await tx.query<{ name: string }>(
    sql.join(
      TOLD.map(({ table }) => {
        const of = (place: string, column: string) => sql`exists (
          select from ${sql.identifier(`${place}.${table}`)}
          where tenant_id = ${tx.reader.tenant} and ${sql.identifier(column)} = any(${changes}::bigint[]))`;
        return sql`select ${table} as name
          where ${of('summit', 'since_change')} or ${of('history', 'since_change')} or ${of('history', 'until_change')}`;
      }),
      ' union all ',
    ),
  );
  const names = new Set(rows.map(({ name }) => name));
  return TOLD.filter(({ table }) => names.has(table));
}

/** Ids of the rows that the change touched. */
export async function rowsTouched(tx: Reading, table: string, change: number): Promise<string[]> {
  const { tenant } = tx.reader;
  const history = sql.identifier(`history.${table}`);
  const rows = await tx.query<{ id: string }>(sql`
    select id from ${sql.identifier(`summit.${table}`)} where tenant_id = ${tenant} and since_change = ${change}
    union select id from ${history} where tenant_id = ${tenant} and since_change = ${change}
    union select id from ${history} where tenant_id = ${tenant} and until_change = ${change}`);
  return rows.map(({ id }) => id);
}

/**
 * The rows that `among` touched, with the last of all the changes that touched each; without those that stand as one of the
 * changes wrote them, since nothing came later there: nearly all rows of an import.
 */
function suspects(tx: Reading, table: string, changes: readonly number[], among: readonly number[]): Sql {
  const { tenant } = tx.reader;
  const live = sql.identifier(`summit.${table}`);
  const history = sql.identifier(`history.${table}`);
  // `is true`: looked up by the row's id; by the changes all of their rows would be read for each.
  const ofRow = (place: Sql, column: Sql) => sql`
    select ${column} as change from ${place}
    where tenant_id = ${tenant} and id = t.id and (${column} = any(${changes}::bigint[])) is true`;
  const [since, until] = [sql`since_change`, sql`until_change`];
  return sql`touched as materialized (
      select distinct e.id from (
        select id from ${history} where tenant_id = ${tenant} and since_change = any(${among}::bigint[])
        union all
        select id from ${history} where tenant_id = ${tenant} and until_change = any(${among}::bigint[])
      ) e
      where not exists (
        select from ${live} l where l.tenant_id = ${tenant} and l.id = e.id and (l.since_change = any(${changes}::bigint[])) is true)
    ), span as materialized (
      select t.id, max(e.change) as last from touched t cross join lateral (
        ${ofRow(live, since)} union all ${ofRow(history, since)} union all ${ofRow(history, until)}
      ) e group by t.id
    )`;
}
