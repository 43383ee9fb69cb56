import { SummitError } from '@summit/process/errors';
import type { Context } from '../context.ts';
import { asRefusal } from '../database/refusals.ts';
import { sql } from '../database/sql.ts';
import { type Changing, type Outcome, runCommand, type Target } from './command.ts';
import { laterRows, refuseConflicts, rowsTouched, tablesTouched, withLaterActs } from './conflicts.ts';
import { deriveAgain } from './derived.ts';
import { type Reading, read } from './read.ts';
import { mustSeeRows, obeyingRules } from './undoRights.ts';

/**
 * What an undo does about rows that were changed later: refuses, leaves them as they are, gives them their earlier state all
 * the same, or undoes the later acts first.
 */
export type Later = 'REFUSE' | 'KEEP' | 'OVERWRITE' | 'UNDO_TOO';

export interface UndoOptions {
  /** REFUSE when left out. */
  later?: Later | null | undefined;
  reason?: string | null | undefined;
  preview?: boolean | null | undefined;
  /** What a repeated Idempotency-Key is compared with, when it is not the change. */
  asked?: unknown;
}

/**
 * Gives every row that the change wrote its earlier state back, or refuses: UNDO_CONFLICT, ALREADY_UNDONE, NOT_FOUND. Later
 * acts that are undone too are each a change of their own, before this one: where that stops half-way what was undone stays so,
 * and the error's details say `stopped: { undone, of }`, counted in acts, this one among them.
 */
export async function undoChange(
  ctx: Context,
  change: number,
  options: UndoOptions = {},
): Promise<Outcome<number>> {
  ctx.actor.mustBeAbleTo('change:undo');
  if (options.later === 'UNDO_TOO' && !options.preview) {
    const [...first] = await read(ctx, undefined, (tx) => laterActs(Object.assign(tx, { ctx }), change));
    // The key belongs to the act that was asked for; a repeated request finds the others undone already.
    const { idempotencyKey: _, ...keyless } = ctx;
    let undone = 0;
    try {
      for (const act of first) {
        await undoOne(keyless, act, options);
        undone++;
      }
      return await undoOne(ctx, change, options);
    } catch (error) {
      throw undone === 0 ? error : stoppedHalfWay(error, { undone, of: first.length + 1 });
    }
  }
  return undoOne(ctx, change, options);
}

/** The same error, saying how far it came. */
function stoppedHalfWay(error: unknown, stopped: { undone: number; of: number }): SummitError {
  const known = asRefusal(error);
  return known instanceof SummitError
    ? new SummitError(known.code, { ...known.details, stopped }, known.cause ?? known)
    : new SummitError('INTERNAL', { stopped }, error);
}

/** The later acts that stand in the way, newest first. */
async function laterActs(tx: Reading & { readonly ctx: Context }, change: number): Promise<number[]> {
  const state = await tx.first<{ undone: boolean }>(
    sql`select summit.undone_by(${tx.reader.tenant}, ${change}) is not null as undone`,
  );
  return state!.undone ? [] : (await withLaterActs(tx, change)).filter((act) => act !== change);
}

function undoOne(
  ctx: Context,
  change: number,
  { later, asked, reason, preview }: UndoOptions,
): Promise<Outcome<number>> {
  return runCommand(
    ctx,
    {
      action: 'change.undone',
      undoOf: change,
      reason,
      preview,
      input: asked ?? (later && later !== 'REFUSE' ? [change, later] : change),
    },
    async (tx) => {
      const undone = await tx.first<{
        summary: string;
        action: string;
        actor_id: string;
        undone: boolean;
        depth: number;
        investigation_id: string | null;
        import_id: string | null;
        targets: Target[];
      }>(sql`
      select summary, action, actor_id, investigation_id, import_id, targets,
             summit.undone_by(c.tenant_id, c.id, ${tx.change}) is not null as undone,
             summit.undo_depth(c.tenant_id, c.id) as depth
      from changes c where c.tenant_id = ${ctx.scope.tenant} and c.id = ${change}`);
      if (!undone || change === tx.change) throw new SummitError('NOT_FOUND', { what: 'change' });
      const refused = undoRefusal(
        { action: undone.action, actorId: undone.actor_id, isUndone: undone.undone },
        ctx.actor,
      );
      if (refused) throw refused;
      if (later === 'UNDO_TOO' && preview) {
        for (const act of await withLaterActs(tx, change))
          await obeyingRules(tx, act, () => restore(tx, act));
      } else {
        await obeyingRules(tx, change, async () => {
          if (later !== 'KEEP' && later !== 'OVERWRITE') await refuseConflicts(tx, [change]);
          await restore(tx, change, later === 'KEEP' ? await laterRows(tx, change) : undefined);
        });
      }
      const act = undone.summary.replace(/^(Undid|Redid): /, '') || undone.action;
      tx.says(`${undone.depth % 2 === 0 ? 'Undid' : 'Redid'}: ${act}`);
      // The sentence is told to whoever may see what it is about, as that of the act itself.
      tx.touches(...undone.targets);
      if (undone.investigation_id) {
        await tx.execute(sql`update changes set investigation_id = ${undone.investigation_id}
        where tenant_id = ${ctx.scope.tenant} and id = ${tx.change}`);
      }
      return change;
    },
  );
}

/** The one act that no undo takes back. */
const FOR_GOOD = 'file.removed';

interface Act {
  action: string;
  actorId: string;
  isUndone: boolean;
}

/** Why the actor cannot undo an act, whatever came later and whatever the rules of its case say. */
function undoRefusal({ action, actorId, isUndone }: Act, actor: Context['actor']): SummitError | undefined {
  if (isUndone) return new SummitError('ALREADY_UNDONE', {});
  if (action === FOR_GOOD)
    return new SummitError('UNDO_IMPOSSIBLE', { problem: 'the bytes of a removed file are gone for good' });
  const permission = actorId === actor.id ? 'change:undo' : 'change:undo-others';
  return actor.may(permission) ? undefined : new SummitError('FORBIDDEN', { permission });
}

/** Whether undo is offered for a change. */
export const mayUndo = (act: Act & { rows: number }, actor: Context['actor']): boolean =>
  act.rows > 0 && actor.may('change:undo') && undoRefusal(act, actor) === undefined;

/** The actor's latest change that is neither an undo nor undone, and that can be undone. */
export function lastAct(
  tx: Reading,
  actorId: string,
  investigationId?: string | null,
): Promise<{ id: number; import_id: string | null } | undefined> {
  return tx.first(sql`
    select id, import_id from summit.changes c
    where tenant_id = ${tx.reader.tenant} and actor_id = ${actorId} and undo_of is null and action <> ${FOR_GOOD}
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

/** Takes one change back, `except` rows left as they are. The history side drives, by primary key: the other way round undoing 200k rows took ten minutes. */
export async function restore(tx: Changing, change: number, except?: ReadonlySet<string>): Promise<void> {
  const { tenant } = tx.reader;
  const records = new Set<string>();
  const judgements: string[] = [];
  for (const { table } of await tablesTouched(tx, [change])) {
    const columns = await columnsOf(tx, table);
    const live = sql.identifier(`summit.${table}`);
    const history = sql.identifier(`history.${table}`);
    const names = columns.map((name) => sql.identifier(name));
    const ids = (await rowsTouched(tx, table, change)).filter((id) => !except?.has(id));
    if (ids.length === 0) continue;
    await mustSeeRows(tx, table, ids);
    if (table === 'records') for (const id of ids) records.add(id);
    if (table === 'judgements') {
      judgements.push(...ids);
      for (const id of await judgedRecords(tx, ids)) records.add(id);
    }

    await tx.execute(sql`
      delete from ${live} l
      where l.tenant_id = ${tenant} and l.id = any(${ids}::uuid[])
        and not exists (select from ${history} h where h.tenant_id = ${tenant} and h.id = l.id and h.until_change = ${change})`);
    await tx.execute(sql`
      insert into ${live} (tenant_id, id, since_change, ${sql.join(names)})
      select h.tenant_id, h.id, ${tx.change}::bigint, ${sql.join(columns.map((name) => sql`h.${sql.identifier(name)}`))}
      from ${history} h
      where h.tenant_id = ${tenant} and h.until_change = ${change}
        ${except ? sql`and h.id = any(${ids}::uuid[])` : sql``}
      on conflict (tenant_id, id) do update
        set since_change = excluded.since_change, ${sql.join(names.map((name) => sql`${name} = excluded.${name}`))}`);
    await mustSeeRows(tx, table, ids);
  }
  await deriveAgain(tx, { records: [...records], judgements });
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
