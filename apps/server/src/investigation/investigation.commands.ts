import { SummitError } from '@summit/process/errors';
import { type Changing, type Outcome, runCommand } from '../change/command.ts';
import { keepALead, mustEdit, mustLead } from '../change/membership.ts';
import type { Context } from '../context.ts';
import { sql } from '../database/sql.ts';
import { datasetId } from '../dataset/dataset.ts';
import { isUuid, uuidv7 } from '../ids.ts';
import { markingRank } from '../tenant/marking.ts';
import { checkedText, optionalText } from '../text.ts';
import { MEMBER_ROLES, type MemberRole, memberId, notebookKey, TITLE_MOST } from './investigation.ts';

interface WithReason {
  reason?: string | null | undefined;
}

export interface NewInvestigation extends WithReason {
  title: string;
  description?: string | null | undefined;
  /** As people write it, for example TLP:GREEN. */
  marking?: string | null | undefined;
}

/** A case with its own notebook and its maker as lead; the result is its id. Throws INPUT_INVALID, FORBIDDEN. */
export function createInvestigation(
  ctx: Context,
  input: NewInvestigation,
  preview?: boolean,
): Promise<Outcome<string>> {
  ctx.actor.mustBeAbleTo('investigation:write');
  const id = uuidv7();
  return runCommand(
    ctx,
    { action: 'investigation.created', reason: input.reason, investigationId: id, preview, input },
    async (tx) => {
      await insertInvestigation(tx, { ...input, id, marking: rankWithin(tx, input.marking, 1) });
      return id;
    },
  );
}

/** Writes the case, its notebook and its lead within another command's change. */
export async function insertInvestigation(
  tx: Changing,
  {
    id,
    title,
    description,
    marking,
    readOnly,
  }: Omit<NewInvestigation, 'marking'> & { id: string; marking: number; readOnly?: boolean },
): Promise<{ id: string; key: string }> {
  const { tenant } = tx.reader;
  const name = checkedText(title, 'the title', TITLE_MOST);
  const key = notebookKey(id);
  const notebook = datasetId(key);
  await tx.execute(sql`
    insert into datasets (tenant_id, id, since_change, key, title, kind, investigation_id, marking)
    values (${tenant}, ${notebook}, ${tx.change}, ${key}, ${`Notebook: ${name}`}, 'notebook', ${id}, ${marking})`);
  // The change sees what it makes, although its reader was settled before.
  (tx.reader.datasets as string[]).push(notebook);
  await tx.execute(sql`
    insert into investigations (tenant_id, id, since_change, title, description, marking, read_only, notebook_id, created_by)
    values (${tenant}, ${id}, ${tx.change}, ${name}, ${optionalText(description, 'the description', 20_000)}, ${marking}, ${readOnly ?? false},
            ${notebook}, ${tx.ctx.actor.id})`);
  await writeMember(tx, id, tx.ctx.actor.id, 'lead');
  tx.says(`Opened investigation ${name}`);
  tx.touches({ kind: 'investigation', id, caption: name });
  return { id: notebook, key };
}

export interface InvestigationUpdate extends WithReason {
  id: string;
  title?: string | null | undefined;
  description?: string | null | undefined;
  marking?: string | null | undefined;
  archived?: boolean | null | undefined;
}

/** Throws NOT_FOUND, FORBIDDEN, INVESTIGATION_READ_ONLY, INPUT_INVALID. */
export function updateInvestigation(
  ctx: Context,
  input: InvestigationUpdate,
  preview?: boolean,
): Promise<Outcome<string>> {
  ctx.actor.mustBeAbleTo('investigation:write');
  return runCommand(
    ctx,
    { action: 'investigation.updated', reason: input.reason, investigationId: input.id, preview, input },
    async (tx) => {
      const old = await mustEdit(tx, input.id);
      const { tenant } = tx.reader;
      const title = input.title ? checkedText(input.title, 'the title', TITLE_MOST) : old.title;
      const marking = rankWithin(tx, input.marking, old.marking);
      const standing = await tx.first<{ description: string | null; archived: boolean }>(sql`
        select description, archived from investigations where tenant_id = ${tenant} and id = ${input.id}`);
      const description =
        input.description === undefined
          ? standing!.description
          : optionalText(input.description, 'the description', 20_000);
      const archived = input.archived ?? standing!.archived;
      await tx.execute(sql`
        update investigations set since_change = ${tx.change}, title = ${title}, marking = ${marking},
          description = ${description}, archived = ${archived}
        where tenant_id = ${tenant} and id = ${input.id}
          and (title, marking, description, archived) is distinct from (${title}, ${marking}::smallint, ${description}, ${archived}::boolean)`);
      // What is written by hand is as guarded as the case itself.
      await tx.execute(sql`
        update datasets set since_change = ${tx.change}, title = ${`Notebook: ${title}`}, marking = ${marking}
        where tenant_id = ${tenant} and id = ${old.notebookId} and (title, marking) is distinct from (${`Notebook: ${title}`}, ${marking}::smallint)`);
      const verb = archived === standing!.archived ? 'Changed' : archived ? 'Archived' : 'Reopened';
      tx.says(
        title === old.title
          ? `${verb} investigation ${title}`
          : `Renamed investigation ${old.title} to ${title}`,
      );
      tx.touches({ kind: 'investigation', id: input.id, caption: title });
      return input.id;
    },
  );
}

export interface MemberInput extends WithReason {
  investigationId: string;
  userId: string;
  role: string;
}

/** Makes somebody lead, editor or viewer. Leads may, and owners. Throws NOT_FOUND, FORBIDDEN, INPUT_INVALID. */
export function setMember(ctx: Context, input: MemberInput, preview?: boolean): Promise<Outcome<string>> {
  ctx.actor.mustBeAbleTo('investigation:write');
  const { investigationId, userId, reason } = input;
  return runCommand(ctx, { action: 'member.set', reason, investigationId, preview, input }, async (tx) => {
    const role = MEMBER_ROLES.find((each) => each === input.role.toLowerCase());
    if (!role)
      throw new SummitError('INPUT_INVALID', { problem: `role is one of ${MEMBER_ROLES.join(', ')}` });
    const { title } = await mustLead(tx, investigationId);
    const user = await person(tx, userId);
    if (role !== 'lead') await keepALead(tx, investigationId, userId);
    await writeMember(tx, investigationId, userId, role);
    tx.says(`Made ${user.name} ${role} of ${title}`);
    tx.touches(
      { kind: 'investigation', id: investigationId, caption: title },
      { kind: 'user', id: userId, caption: user.name },
    );
    return userId;
  });
}

/** Throws NOT_FOUND, FORBIDDEN, INPUT_INVALID for the last lead. */
export function removeMember(
  ctx: Context,
  input: Omit<MemberInput, 'role'>,
  preview?: boolean,
): Promise<Outcome<string>> {
  ctx.actor.mustBeAbleTo('investigation:write');
  const { investigationId, userId, reason } = input;
  return runCommand(
    ctx,
    { action: 'member.removed', reason, investigationId, preview, input },
    async (tx) => {
      const { title } = await mustLead(tx, investigationId);
      await keepALead(tx, investigationId, userId);
      const removed = await tx.execute(sql`
        delete from investigation_members
        where tenant_id = ${tx.reader.tenant} and id = ${memberId(investigationId, userId)}`);
      if (removed === 0) throw new SummitError('NOT_FOUND', { what: 'member' });
      const { name } = await person(tx, userId);
      tx.says(`Removed ${name} from ${title}`);
      tx.touches(
        { kind: 'investigation', id: investigationId, caption: title },
        { kind: 'user', id: userId, caption: name },
      );
      return userId;
    },
  );
}

/** The marking that the actor may give. Throws INPUT_INVALID, FORBIDDEN above its clearance. */
export function rankWithin(tx: Changing, marking: string | null | undefined, usual: number): number {
  const rank = marking ? markingRank(marking) : usual;
  if (rank > tx.reader.clearance) throw new SummitError('FORBIDDEN', { permission: 'marking' });
  return rank;
}

function writeMember(
  tx: Changing,
  investigationId: string,
  userId: string,
  role: MemberRole,
): Promise<number> {
  return tx.execute(sql`
    insert into investigation_members (tenant_id, id, since_change, investigation_id, user_id, role)
    values (${tx.reader.tenant}, ${memberId(investigationId, userId)}, ${tx.change}, ${investigationId}, ${userId}, ${role})
    on conflict (tenant_id, id) do update set role = excluded.role, since_change = excluded.since_change
    where investigation_members.role <> excluded.role`);
}

async function person(tx: Changing, userId: string): Promise<{ name: string }> {
  const user = isUuid(userId)
    ? await tx.first<{ name: string }>(sql`
        select name from users where tenant_id = ${tx.reader.tenant} and id = ${userId} and kind <> 'system'`)
    : undefined;
  if (!user) throw new SummitError('NOT_FOUND', { what: 'user' });
  return user;
}
