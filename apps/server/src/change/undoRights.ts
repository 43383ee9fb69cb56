/** An undo is an act like any other: whoever could not do it by hand cannot do it this way either. */
import { SummitError } from '@summit/process/errors';
import { markings } from '@summit/process/internalIdentity';
import type { Context } from '../context.ts';
import { sql } from '../database/sql.ts';
import { claim } from './claim.ts';
import type { Changing } from './command.ts';
import { rowsTouched } from './conflicts.ts';
import { keepALead, mustEdit, mustLead } from './membership.ts';
import type { TrackedTable } from './tracked.ts';

type Permission = Parameters<Context['actor']['mustBeAbleTo']>[0];

/** What writing these rows takes, whoever wrote them. */
const NEEDED: [TrackedTable, Permission][] = [
  ['users', 'user:write'],
  ['tenants', 'user:write'],
  ['ontology_types', 'ontology:write'],
];

/**
 * Runs `work`, which takes one change back, under the rules of what the change touched. Throws FORBIDDEN, NOT_FOUND and
 * INVESTIGATION_READ_ONLY as an edit of its case would, FORBIDDEN when a source would go that holds rows, INPUT_INVALID when no
 * lead or no owner would be left.
 */
export async function obeyingRules(tx: Changing, change: number, work: () => Promise<void>): Promise<void> {
  const { tenant } = tx.reader;
  const act = await tx.first<{ investigation_id: string | null }>(
    sql`select investigation_id from changes where tenant_id = ${tenant} and id = ${change}`,
  );
  const investigation = act?.investigation_id ?? null;
  const touches = async (table: TrackedTable): Promise<boolean> =>
    (await rowsTouched(tx, table, change)).length > 0;

  const members = await touches('investigation_members');
  if (investigation !== null) {
    if (!(await stands(tx, investigation))) await mustHaveEdited(tx, investigation);
    else if (members) await mustLead(tx, investigation);
    else await mustEdit(tx, investigation);
  }
  let people = false;
  for (const [table, permission] of NEEDED) {
    if (!(await touches(table))) continue;
    tx.ctx.actor.mustBeAbleTo(permission);
    people ||= permission === 'user:write';
  }
  const sources = await rowsTouched(tx, 'datasets', change);
  // Two undos that each leave one owner fewer would leave none.
  if (people) await claim(tx, [tenant]);
  const before = people ? await tenantOf(tx) : undefined;

  await work();

  // Its rows would be seen by nobody: removing a source, not taking back that it was made.
  if (await holdsRowsOfNobody(tx, sources)) tx.ctx.actor.mustBeAbleTo('dataset:remove');
  if (members && investigation !== null && (await stands(tx, investigation)))
    await keepALead(tx, investigation);
  const after = people ? await tenantOf(tx) : undefined;
  if (before?.stands && !after?.stands)
    throw new SummitError('INPUT_INVALID', { problem: 'a tenant is not undone' });
  if (before?.owned && !after?.owned)
    throw new SummitError('INPUT_INVALID', { problem: 'a tenant keeps at least one owner' });
}

/**
 * What is marked above the actor is not for the actor to write: neither as it stands nor as it would. Asked before and after
 * rows get an earlier state. Throws NOT_FOUND.
 */
export async function mustSeeRows(tx: Changing, table: string, ids: readonly string[]): Promise<void> {
  const { tenant, clearance } = tx.reader;
  if (clearance >= markings.length - 1) return;
  const hidden =
    table === 'datasets'
      ? sql`
        select from unnest(${ids}::uuid[]) u(id)
        left join datasets d on d.tenant_id = ${tenant} and d.id = u.id
        where coalesce(d.marking, (
          select h.marking from history.datasets h where h.tenant_id = ${tenant} and h.id = u.id
          order by h.since_change desc limit 1)) > ${clearance} limit 1`
      : table === 'records' || table === 'relationships'
        ? sql`
        select from ${sql.identifier(table)} r
        where r.tenant_id = ${tenant} and r.id = any(${ids}::uuid[]) and (r.marking > ${clearance} or exists (
          select from datasets d where d.tenant_id = ${tenant} and d.id = r.dataset_id and d.marking > ${clearance})) limit 1`
        : undefined;
  if (hidden && (await tx.first(hidden))) throw new SummitError('NOT_FOUND', { what: 'change' });
}

async function holdsRowsOfNobody(tx: Changing, datasets: readonly string[]): Promise<boolean> {
  if (datasets.length === 0) return false;
  const { tenant } = tx.reader;
  const found = await tx.first(sql`
    select from unnest(${datasets}::uuid[]) u(id)
    where not exists (select from datasets d where d.tenant_id = ${tenant} and d.id = u.id)
      and (exists (select from records r where r.tenant_id = ${tenant} and r.dataset_id = u.id)
        or exists (select from relationships l where l.tenant_id = ${tenant} and l.dataset_id = u.id)) limit 1`);
  return found !== undefined;
}

async function stands(tx: Changing, investigation: string): Promise<boolean> {
  const found = await tx.first(
    sql`select from investigations where tenant_id = ${tx.reader.tenant} and id = ${investigation}`,
  );
  return found !== undefined;
}

/** To bring a case back that was undone takes what its last state says. */
async function mustHaveEdited(tx: Changing, investigation: string): Promise<void> {
  const { tenant, clearance } = tx.reader;
  const { id, roles } = tx.ctx.actor;
  const last = await tx.first<{ marking: number; role: string | null }>(sql`
    select i.marking, (
      select m.role from history.investigation_members m
      where m.tenant_id = ${tenant} and m.investigation_id = i.id and m.user_id = ${id}
      order by m.since_change desc limit 1) as role
    from history.investigations i where i.tenant_id = ${tenant} and i.id = ${investigation}
    order by i.since_change desc limit 1`);
  if (!last || last.marking > clearance) throw new SummitError('NOT_FOUND', { what: 'investigation' });
  if (last.role !== 'lead' && last.role !== 'editor' && !roles.includes('owner'))
    throw new SummitError('FORBIDDEN', { permission: 'investigation:edit' });
}

async function tenantOf(tx: Changing): Promise<{ stands: boolean; owned: boolean }> {
  const { tenant } = tx.reader;
  const found = await tx.first<{ stands: boolean; owned: boolean }>(sql`
    select exists (select from tenants where tenant_id = ${tenant} and id = ${tenant}) as stands,
      exists (select from users where tenant_id = ${tenant} and kind <> 'system' and disabled_at is null
        and 'owner' = any(roles)) as owned`);
  return found!;
}
