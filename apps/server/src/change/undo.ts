import { SummitError } from '@summit/process/errors';
import type { Context } from '../context.ts';
import { type Sql, sql } from '../database/sql.ts';
import { type Changing, type Outcome, runCommand, type Target } from './command.ts';
import { deriveAgain } from './derived.ts';
import { encodePosition } from './position.ts';
import type { Reading } from './read.ts';
import { TOLD } from './tracked.ts';

export interface UndoOptions {
  reason?: string | null | undefined;
  investigationId?: string | null | undefined;
  preview?: boolean | null | undefined;
}

/** Gives every row that the change wrote its earlier state back, or refuses: UNDO_CONFLICT, ALREADY_UNDONE, NOT_FOUND. */
export async function undoChange(
  ctx: Context,
  change: number,
  options: UndoOptions = {},
): Promise<Outcome<number>> {
  ctx.actor.mustBeAbleTo('change:undo');
  return runCommand(
    ctx,
    { action: 'change.undone', undoOf: change, ...options, input: change },
    async (tx) => {
      const undone = await tx.first<{
        summary: string;
        action: string;
        undone: boolean;
        depth: number;
        investigation_id: string | null;
        import_id: string | null;
        targets: Target[];
      }>(sql`
      select summary, action, investigation_id, import_id, targets,
             exists (select from changes u where u.tenant_id = c.tenant_id and u.undo_of = c.id and u.id <> ${tx.change}
                     and not summit.is_undone(u.tenant_id, u.id)) as undone,
             summit.undo_depth(c.tenant_id, c.id) as depth
      from changes c where c.tenant_id = ${ctx.scope.tenant} and c.id = ${change}`);
      if (!undone || change === tx.change) throw new SummitError('NOT_FOUND', { what: 'change' });
      if (undone.undone) throw new SummitError('ALREADY_UNDONE', {});
      await refuseConflicts(tx, [change]);
      await restore(tx, change);
      const act = undone.summary.replace(/^(Undid|Redid): /, '') || undone.action;
      tx.says(`${undone.depth % 2 === 0 ? 'Undid' : 'Redid'}: ${act}`);
      // The sentence is told to whoever may see what it is about, as that of the act itself.
      tx.touches(...undone.targets);
      if (undone.investigation_id && !options.investigationId) {
        await tx.execute(sql`update changes set investigation_id = ${undone.investigation_id}
        where tenant_id = ${ctx.scope.tenant} and id = ${tx.change}`);
      }
      return change;
    },
  );
}

/** The actor's latest change that is neither an undo nor undone. */
export function lastAct(
  tx: Reading,
  actorId: string,
  investigationId?: string | null,
): Promise<{ id: number; import_id: string | null } | undefined> {
  return tx.first(sql`
    select id, import_id from summit.changes c
    where tenant_id = ${tx.reader.tenant} and actor_id = ${actorId} and undo_of is null
      and (${investigationId ?? null}::uuid is null or investigation_id = ${investigationId ?? null})
      and not summit.is_undone(tenant_id, id)
    order by id desc limit 1`);
}

/** The actor's latest standing undo, unless the actor has acted since: what redo takes back. */
export function lastUndo(
  tx: Reading,
  actorId: string,
  investigationId?: string | null,
): Promise<{ id: number } | undefined> {
  return tx.first(sql`
    select id from summit.changes c
    where tenant_id = ${tx.reader.tenant} and actor_id = ${actorId} and undo_of is not null and import_id is null
      and (${investigationId ?? null}::uuid is null or investigation_id = ${investigationId ?? null})
      and summit.undo_depth(tenant_id, id) % 2 = 1 and not summit.is_undone(tenant_id, id)
      and not exists (
        select from summit.changes later
        where later.tenant_id = c.tenant_id and later.actor_id = c.actor_id and later.id > c.id and later.undo_of is null)
    order by id desc limit 1`);
}

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
  for (const { table } of TOLD) {
    const found = await tx.query<Omit<Conflict, 'change'> & { change: number; total: number }>(sql`
      with ${spans(tx, table, changes, among)}, conflicts as (
        select s.id, greatest(l.since_change, (
            select max(h.until_change) from ${sql.identifier(`history.${table}`)} h
            where h.tenant_id = ${tx.reader.tenant} and h.id = s.id)) as change, to_jsonb(l) as row
        from span s
        left join ${sql.identifier(`summit.${table}`)} l on l.tenant_id = ${tx.reader.tenant} and l.id = s.id
        left join ${sql.identifier(`history.${table}`)} h on h.tenant_id = ${tx.reader.tenant} and h.id = s.id and h.since_change = s.last
        where l.since_change is distinct from s.last
          and (to_jsonb(l) - 'since_change') is distinct from (to_jsonb(h) - '{since_change,until_change}'::text[])
      )
      select k.id, coalesce(k.row ->> 'caption', k.row ->> 'title', left(k.row ->> 'text', 80)) as caption,
             k.change, u.name as actor, c.at, count(*) over ()::int as total
      from conflicts k
      left join summit.changes c on c.tenant_id = ${tx.reader.tenant} and c.id = k.change
      left join summit.users u on u.tenant_id = c.tenant_id and u.id = c.actor_id
      where k.row is null or not k.row ? 'dataset_id' or (
        (k.row ->> 'dataset_id')::uuid = any(${tx.reader.datasets}::uuid[]) and (k.row ->> 'marking')::int <= ${tx.reader.clearance})
      order by k.change desc, k.id limit 20`);
    total += found[0]?.total ?? 0;
    items.push(...found);
  }
  if (total === 0) return;
  const { positionSecret, scope } = tx.ctx;
  throw new SummitError('UNDO_CONFLICT', {
    items: items.slice(0, 20).map(({ id, caption, change, actor, at }) => ({
      id,
      caption,
      change: encodePosition(positionSecret, scope.tenant, change),
      actor,
      at,
    })),
    total,
  });
}

/** The rows that `among` touched, with the last of all the changes that touched each. */
function spans(
  tx: Reading,
  table: string,
  changes: readonly number[],
  among: readonly number[] = changes,
): Sql {
  const { tenant } = tx.reader;
  const live = sql.identifier(`summit.${table}`);
  const history = sql.identifier(`history.${table}`);
  const touched = sql`
      select id, since_change as change from ${live} where tenant_id = ${tenant} and since_change = any(${among}::bigint[])
      union all
      select id, since_change from ${history} where tenant_id = ${tenant} and since_change = any(${among}::bigint[])
      union all
      select id, until_change from ${history} where tenant_id = ${tenant} and until_change = any(${among}::bigint[])`;
  if (among === changes) {
    return sql`span as materialized (select id, max(change) as last from (${touched}) events group by id)`;
  }
  return sql`touched as materialized (select distinct id from (${touched}) events),
    span as materialized (
      select t.id, max(e.change) as last from touched t cross join lateral (
        select since_change as change from ${live} where tenant_id = ${tenant} and id = t.id and since_change = any(${changes}::bigint[])
        union all
        select since_change from ${history} where tenant_id = ${tenant} and id = t.id and since_change = any(${changes}::bigint[])
        union all
        select until_change from ${history} where tenant_id = ${tenant} and id = t.id and until_change = any(${changes}::bigint[])
      ) e group by t.id
    )`;
}

/** Takes one change back. The history side drives, by primary key: the other way round undoing 200k rows took ten minutes. */
export async function restore(tx: Changing, change: number): Promise<void> {
  const { tenant } = tx.reader;
  const records = new Set<string>();
  for (const { table } of TOLD) {
    const columns = await columnsOf(tx, table);
    const live = sql.identifier(`summit.${table}`);
    const history = sql.identifier(`history.${table}`);
    const names = columns.map((name) => sql.identifier(name));
    const touched = await tx.query<{ id: string; left_record?: string; right_record?: string }>(
      sql`with ${spans(tx, table, [change])} select id from span`,
    );
    if (touched.length === 0) continue;
    const ids = touched.map(({ id }) => id);
    if (table === 'records') for (const id of ids) records.add(id);
    if (table === 'judgements') for (const id of await judgedRecords(tx, ids)) records.add(id);

    await tx.execute(sql`
      delete from ${live} l
      where l.tenant_id = ${tenant} and l.id = any(${ids}::uuid[])
        and not exists (select from ${history} h where h.tenant_id = ${tenant} and h.id = l.id and h.until_change = ${change})`);
    await tx.execute(sql`
      insert into ${live} (tenant_id, id, since_change, ${sql.join(names)})
      select h.tenant_id, h.id, ${tx.change}::bigint, ${sql.join(columns.map((name) => sql`h.${sql.identifier(name)}`))}
      from ${history} h
      where h.tenant_id = ${tenant} and h.until_change = ${change}
      on conflict (tenant_id, id) do update
        set since_change = excluded.since_change, ${sql.join(names.map((name) => sql`${name} = excluded.${name}`))}`);
  }
  await deriveAgain(tx, { records: [...records] });
}

async function judgedRecords(tx: Changing, judgements: readonly string[]): Promise<string[]> {
  const rows = await tx.query<{ id: string }>(sql`
    select unnest(array[left_record, right_record]) as id from (
      select left_record, right_record from summit.judgements where tenant_id = ${tx.reader.tenant} and id = any(${judgements}::uuid[])
      union
      select left_record, right_record from history.judgements where tenant_id = ${tx.reader.tenant} and id = any(${judgements}::uuid[])
    ) pairs`);
  return rows.map(({ id }) => id);
}

const columnCache = new Map<string, string[]>();

async function columnsOf(tx: Reading, table: string): Promise<string[]> {
  const known = columnCache.get(table);
  if (known) return known;
  const rows = await tx.query<{ name: string }>(sql`
    select attname as name from pg_attribute
    where attrelid = ${`summit.${table}`}::regclass and attnum > 0 and not attisdropped
      and attname not in ('tenant_id', 'id', 'since_change') order by attnum`);
  const columns = rows.map(({ name }) => name);
  columnCache.set(table, columns);
  return columns;
}
