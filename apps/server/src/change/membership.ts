import { SummitError } from '@summit/process/errors';
import { type Sql, sql } from '../database/sql.ts';
import { isUuid } from '../ids.ts';
import { claim } from './claim.ts';
import type { Changing } from './command.ts';
import type { Reader } from './read.ts';

export interface Edited {
  id: string;
  title: string;
  /** Rank of the case's marking. */
  marking: number;
  /** The actor's; an owner may edit without one. */
  role: 'lead' | 'editor' | 'viewer' | null;
  notebookId: string;
  notebookKey: string;
  /** Rank of the notebook's marking: what is written by hand starts with it. */
  notebookMarking: number;
}

/** The condition that a case, under `alias`, is visible: by the stricter of its marking at the moment read and now. */
export function visibleCase({ tenant, clearance }: Reader, alias: string): Sql {
  const a = sql.raw(alias);
  return sql`(${a}.tenant_id = ${tenant} and ${a}.marking <= ${clearance} and not exists (
    select from summit.investigations now where now.tenant_id = ${tenant} and now.id = ${a}.id and now.marking > ${clearance}))`;
}

/**
 * The investigation that the actor is about to edit. Leads and editors may, and owners. Throws NOT_FOUND, FORBIDDEN,
 * INVESTIGATION_READ_ONLY.
 */
export async function mustEdit(tx: Changing, investigationId: string): Promise<Edited> {
  const { tenant } = tx.reader;
  const found = isUuid(investigationId)
    ? await tx.first<Edited & { readOnly: boolean }>(sql`
        select i.id, i.title, i.marking, i.read_only as "readOnly", i.notebook_id as "notebookId", m.role,
               d.key as "notebookKey", d.marking as "notebookMarking"
        from investigations i
        join datasets d on d.tenant_id = ${tenant} and d.id = i.notebook_id
        left join investigation_members m
          on m.tenant_id = ${tenant} and m.investigation_id = i.id and m.user_id = ${tx.ctx.actor.id}
        where i.id = ${investigationId} and ${visibleCase(tx.reader, 'i')}`)
    : undefined;
  if (!found) throw new SummitError('NOT_FOUND', { what: 'investigation' });
  const { readOnly, ...edited } = found;
  if (readOnly) throw new SummitError('INVESTIGATION_READ_ONLY', { id: investigationId });
  if (edited.role !== 'lead' && edited.role !== 'editor' && !tx.ctx.actor.roles.includes('owner')) {
    throw new SummitError('FORBIDDEN', { permission: 'investigation:edit' });
  }
  return edited;
}

/** As mustEdit, for what only leads and owners may: who works in the case, and as what. */
export async function mustLead(tx: Changing, investigationId: string): Promise<Edited> {
  const edited = await mustEdit(tx, investigationId);
  if (edited.role !== 'lead' && !tx.ctx.actor.roles.includes('owner')) {
    throw new SummitError('FORBIDDEN', { permission: 'investigation:members' });
  }
  // Two leads who each remove the other would leave none: members change one at a time.
  await claim(tx, [investigationId]);
  return edited;
}

/** Throws INPUT_INVALID when nobody but `leaving` leads the case. */
export async function keepALead(tx: Changing, investigationId: string, leaving?: string): Promise<void> {
  const others = await tx.query(sql`
    select from investigation_members
    where tenant_id = ${tx.reader.tenant} and investigation_id = ${investigationId} and role = 'lead'
      and user_id::text is distinct from ${leaving ?? null}::text
    limit 1`);
  if (others.length === 0)
    throw new SummitError('INPUT_INVALID', { problem: 'an investigation keeps at least one lead' });
}
