import { SummitError } from '@summit/process/errors';
import { type Changing, type Outcome, runCommand } from '../change/command.ts';
import { mustEdit } from '../change/membership.ts';
import { visible } from '../change/read.ts';
import type { Context } from '../context.ts';
import { sql } from '../database/sql.ts';
import { isUuid, uuidv7 } from '../ids.ts';
import { checkedText, mustBeStorable, optionalText } from '../text.ts';

export interface NoteInput {
  investigationId: string;
  /** Left out for a new note. */
  id?: string | null | undefined;
  text: string;
  /** A record, entity or relationship; with a property and a value one fact of it. */
  targetId?: string | null | undefined;
  property?: string | null | undefined;
  value?: string | null | undefined;
  reason?: string | null | undefined;
}

/** Writes or rewrites a note; the result is its id. What it is about stays when left out. Throws NOT_FOUND, INPUT_INVALID. */
export function writeNote(ctx: Context, input: NoteInput, preview?: boolean): Promise<Outcome<string>> {
  ctx.actor.mustBeAbleTo('investigation:write');
  const { investigationId, reason } = input;
  return runCommand(ctx, { action: 'note.written', reason, investigationId, preview, input }, async (tx) => {
    await mustEdit(tx, investigationId);
    const { tenant } = tx.reader;
    const text = checkedText(input.text, 'the note', 20_000);
    const property = optionalText(input.property, 'the property', 200);
    const value = input.value ?? null;
    if (value !== null) mustBeStorable(value, 'the value', 20_000);
    const about = input.targetId ? await target(tx, input.targetId) : undefined;
    if (input.id) {
      const old = isUuid(input.id)
        ? await tx.first<{ id: string }>(sql`
              select id from notes where tenant_id = ${tenant} and id = ${input.id} and investigation_id = ${investigationId}`)
        : undefined;
      if (!old) throw new SummitError('NOT_FOUND', { what: 'note' });
    }
    const id = input.id ?? uuidv7();
    await tx.execute(sql`
        insert into notes (tenant_id, id, since_change, investigation_id, text, target_id, property, value, made_by)
        values (${tenant}, ${id}, ${tx.change}, ${investigationId}, ${text}, ${about?.id ?? null}, ${property},
                ${value}, ${ctx.actor.id})
        on conflict (tenant_id, id) do update
          set since_change = excluded.since_change, text = excluded.text, target_id = coalesce(excluded.target_id, notes.target_id),
              property = coalesce(excluded.property, notes.property), value = coalesce(excluded.value, notes.value)
          where (notes.text, coalesce(excluded.target_id, notes.target_id), coalesce(excluded.property, notes.property), coalesce(excluded.value, notes.value))
            is distinct from (excluded.text, notes.target_id, notes.property, notes.value)`);
    const short = text.length > 60 ? `${text.slice(0, 60)}…` : text;
    tx.says(`${input.id ? 'Rewrote' : 'Wrote'} a note${about ? ` on ${about.caption}` : ''}: ${short}`);
    tx.touches({ kind: 'note', id, caption: short }, ...(about ? [about] : []));
    return id;
  });
}

/** Throws NOT_FOUND. */
export function removeNote(
  ctx: Context,
  input: { id: string; reason?: string | null | undefined },
  preview?: boolean,
): Promise<Outcome<string>> {
  ctx.actor.mustBeAbleTo('investigation:write');
  return runCommand(ctx, { action: 'note.removed', reason: input.reason, preview, input }, async (tx) => {
    const { tenant } = tx.reader;
    const note = isUuid(input.id)
      ? await tx.first<{ investigation: string; text: string; target: string | null }>(sql`
          select investigation_id as investigation, left(text, 60) as text, target_id as target from notes where tenant_id = ${tenant} and id = ${input.id}`)
      : undefined;
    if (!note) throw new SummitError('NOT_FOUND', { what: 'note' });
    await mustEdit(tx, note.investigation);
    await tx.execute(sql`delete from notes where tenant_id = ${tenant} and id = ${input.id}`);
    await tx.execute(sql`
      update changes set investigation_id = ${note.investigation} where tenant_id = ${tenant} and id = ${tx.change}`);
    tx.says(`Removed a note: ${note.text}`);
    tx.touches({ kind: 'note', id: input.id, caption: note.text });
    // What it was about may be hidden from others: then so is this.
    if (note.target) tx.touches({ kind: 'record', id: note.target });
    return input.id;
  });
}

/** What a note is about, when the reader sees it. Throws NOT_FOUND. */
async function target(tx: Changing, id: string): Promise<{ kind: string; id: string; caption: string }> {
  const found = isUuid(id)
    ? await tx.first<{ kind: string; caption: string }>(sql`
        select 'record' as kind, caption from records r where r.id = ${id} and ${visible(tx.reader, 'r')}
        union all
        select 'relationship', l.type from relationships l where l.id = ${id} and ${visible(tx.reader, 'l')}`)
    : undefined;
  if (!found) throw new SummitError('NOT_FOUND', { what: 'fact', id });
  return { ...found, id };
}
