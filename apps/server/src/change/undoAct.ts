import { SummitError } from '@summit/process/errors';
import type { Context } from '../context.ts';
import { sql } from '../database/sql.ts';
import { type Outcome, outcomeBefore } from './command.ts';
import { read } from './read.ts';
import { type Later, lastAct, lastUndo, undoChange } from './undo.ts';

export interface UndoInput {
  /** Left out: the actor's last act, in the investigation when one is named. */
  change?: number | undefined;
  investigationId?: string | null | undefined;
  reason?: string | null | undefined;
  later?: Later | null | undefined;
}

/** Undoes a whole import, of which a change is one batch, or shows what that would do. Imports are a later noun: the context brings it. */
export type ImportUndo = (
  ctx: Context,
  importId: string,
  reason: string | null | undefined,
  preview: boolean,
) => Promise<Outcome<null>>;

/**
 * Undoes one change or the actor's last act; a batch of an import stands for the whole import, which is undone as a job.
 * Throws NOT_FOUND, FORBIDDEN for another's change, ALREADY_UNDONE, UNDO_CONFLICT.
 */
export async function undo(
  ctx: Context,
  input: UndoInput,
  preview?: boolean,
): Promise<Outcome<number | null> & { importId?: string }> {
  ctx.actor.mustBeAbleTo('change:undo');
  const { change, reason, investigationId, later } = input;
  // Asked again, "the last act" would be another one: the key is looked up before it is chosen.
  const asked = ['undo', change ?? null, investigationId ?? null, later ?? null];
  const earlier = preview ? undefined : await outcomeBefore<number>(ctx, 'change.undone', asked);
  if (earlier) return earlier;
  const act = await read(ctx, undefined, (tx) =>
    input.change === undefined
      ? lastAct(tx, ctx.actor.id, input.investigationId)
      : tx.first<{ id: number; import_id: string | null; actor_id: string }>(sql`
          select id, import_id, actor_id from summit.changes
          where tenant_id = ${tx.reader.tenant} and id = ${input.change}`),
  );
  if (!act) throw new SummitError('NOT_FOUND', { what: 'change' });
  if ('actor_id' in act && act.actor_id !== ctx.actor.id) ctx.actor.mustBeAbleTo('change:undo-others');
  if (act.import_id !== null) {
    // One batch taken back by itself would leave half an import that nobody asked for.
    if (!ctx.undoImport) throw new Error('this context does not say how an import is undone');
    return {
      ...(await ctx.undoImport(ctx, act.import_id, input.reason, preview === true)),
      importId: act.import_id,
    };
  }
  return undoChange(ctx, act.id, { reason, later, preview, asked });
}

/** Redoes the actor's last undo, unless something was done since. Throws NOT_FOUND, UNDO_CONFLICT. */
export async function redo(
  ctx: Context,
  input: Omit<UndoInput, 'change' | 'later'>,
  preview?: boolean,
): Promise<Outcome<number>> {
  ctx.actor.mustBeAbleTo('change:undo');
  const asked = ['redo', input.investigationId ?? null];
  const earlier = preview ? undefined : await outcomeBefore<number>(ctx, 'change.undone', asked);
  if (earlier) return earlier;
  const last = await read(ctx, undefined, (tx) => lastUndo(tx, ctx.actor.id, input.investigationId));
  if (!last) throw new SummitError('NOT_FOUND', { what: 'undo' });
  return undoChange(ctx, last.id, { reason: input.reason, preview, asked });
}
