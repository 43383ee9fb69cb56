import { SummitError } from '@summit/process/errors';
import type { Changing } from '../change/command.ts';
import type { Reader } from '../change/read.ts';
import { type Sql, sql } from '../database/sql.ts';
import { isUuid } from '../ids.ts';

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
