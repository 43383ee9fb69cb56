import { createHash } from 'node:crypto';
import { SummitError } from '@summit/process/errors';
import type { Context } from '../context.ts';
import type { Transaction } from '../database/database.ts';
import { inTransaction } from '../database/inTransaction.ts';
import { mustHaveRoom } from '../database/room.ts';
import { sql } from '../database/sql.ts';
import { isUuid } from '../ids.ts';
import { optionalText, REASON_MOST } from '../text.ts';
import { type RowChange, rowChanges } from './diff.ts';
import { asReader, type Reading, read } from './read.ts';

/** The most a preview may touch; above it the answer would be neither quick nor readable. */
const PREVIEW_ROWS = 10_000;
const PREVIEW_MS = 5_000;
/** Acts of people hold the horizon no longer than this. */
const COMMAND_MS = 5_000;
/** No change takes longer from its beginning to its commit, whoever asks for more time. */
export const LONGEST_CHANGE_MS = 25_000;

export interface Command {
  /** noun.verbed, for example judgement.recorded */
  action: string;
  reason?: string | null | undefined;
  investigationId?: string | null | undefined;
  importId?: string | undefined;
  undoOf?: number | undefined;
  preview?: boolean | null | undefined;
  /** LONGEST_CHANGE_MS at most. */
  timeoutMs?: number;
  /** Runs on the same view in place of the change, and is kept, when the work wrote no row. */
  withoutChange?: (tx: Transaction) => Promise<void>;
  /** The input, when a repeated Idempotency-Key is to be compared with it. */
  input?: unknown;
}

/** What a change is about is shown and named up to here. */
export const TARGETS_TOLD = 100;

export type Target = { kind: string; id: string; caption?: string | undefined };

export type Changing = Reading & {
  /** The id every written row carries as since_change. */
  readonly change: number;
  readonly ctx: Context;
  /** One sentence for the history list. What it names is told to `touches`, unless that is the case of the change. */
  says(summary: string): void;
  /** Names what the change is about, for history and the live feed. */
  touches(...targets: Target[]): void;
};

export interface Outcome<T> {
  result: T;
  /** Null for a preview, and when nothing was written. */
  change: number | null;
  preview?: { rows: RowChange[]; total: number };
}

/**
 * The one path for writes: a REPEATABLE READ transaction whose first statement begins the change. `work` is run again after
 * a serialization failure. A command that writes no row leaves no change. With `preview` the same work runs and is rolled
 * back. With an idempotency key the outcome is stored beside it and given again, so that an unknown outcome is resolved: by the
 * caller, who asks again, or here, where the answer to the commit was lost.
 */
export async function runCommand<T>(
  ctx: Context,
  command: Command,
  work: (tx: Changing) => Promise<T>,
): Promise<Outcome<T>> {
  if (command.investigationId && !isUuid(command.investigationId)) {
    throw new SummitError('NOT_FOUND', { what: 'investigation' });
  }
  const reason = optionalText(command.reason, 'the reason', REASON_MOST);
  const key = idempotencyKey(ctx, command);
  const preview = command.preview === true;
  const { tenant } = ctx.scope;
  const nothing = new NothingChanged<Outcome<T>>();

  if (!preview) await mustHaveRoom(ctx.db);
  try {
    return await inTransaction(
      ctx.db,
      {
        tenant,
        rehearse: preview,
        findsItself: key !== undefined,
        timeoutMs: preview ? PREVIEW_MS : Math.min(command.timeoutMs ?? COMMAND_MS, LONGEST_CHANGE_MS),
      },
      async (plain) => {
        // Takes no snapshot either.
        if (command.withoutChange) await plain.client.query('savepoint before_change');
        const begun = await plain.first<{ id: number }>(sql`
          insert into changes (tenant_id, actor_id, action, reason, investigation_id, import_id, undo_of, request_id, trace_id, id, tx, at)
          values (${tenant}, ${ctx.actor.id}, ${command.action}, ${reason}, ${command.investigationId ?? null},
                  ${command.importId ?? null}, ${command.undoOf ?? null}, ${ctx.requestId}, ${ctx.traceId ?? null}, 0, '0', now())
          returning id`);
        const change = begun!.id;

        return asReader(ctx, undefined, plain, async (reading) => {
          if (key) {
            const earlier = await earlierOutcome<T>(reading, ctx, key);
            if (earlier) throw nothing.with(earlier);
          }
          let summary = '';
          const targets: Target[] = [];
          const tx: Changing = Object.assign(reading, {
            change,
            ctx,
            says: (sentence: string) => {
              summary = sentence;
            },
            touches: (...more: Target[]) => {
              targets.push(...more);
            },
          });

          const result = await work(tx);

          const { rows } = (await tx.first<{ rows: number }>(
            sql`select rows from changes where tenant_id = ${tenant} and id = ${change}`,
          ))!;
          if (rows === 0 && command.withoutChange && !preview) {
            await plain.client.query('rollback to savepoint before_change');
            await command.withoutChange(plain);
            return { result, change: null };
          }
          if (rows === 0)
            throw nothing.with({ result, change: null, ...(preview && { preview: { rows: [], total: 0 } }) });
          if (preview) {
            if (rows > PREVIEW_ROWS) throw new SummitError('PREVIEW_TOO_LARGE', { rows, most: PREVIEW_ROWS });
            const shown = await rowChanges(tx, { from: change - 1, to: change, first: 100 });
            return { result, change: null, preview: { rows: shown.rows, total: shown.total } };
          }
          if (summary !== '' && targets.length === 0 && !command.investigationId && !command.undoOf)
            throw new Error(
              `${command.action} says something and does not say of what: nobody could be kept from it`,
            );
          // All of them, since they decide who is told; enough of them by name for a sentence.
          const told = targets.map(({ caption, ...target }, at) =>
            at < TARGETS_TOLD ? { ...target, caption } : target,
          );
          await tx.execute(sql`
            update changes set summary = ${summary}, targets = ${JSON.stringify(told)}
            where tenant_id = ${tenant} and id = ${change}`);
          if (key) await keepOutcome(tx, ctx, key, { result, change });
          return { result, change };
        });
      },
    );
  } catch (error) {
    if (error === nothing) return nothing.outcome!;
    if (preview && (error as { code?: string }).code === '57014') {
      throw new SummitError('PREVIEW_TOO_LARGE', { seconds: PREVIEW_MS / 1000 }, error);
    }
    throw error;
  }
}

/** Thrown to roll back a change that turned out to write nothing. */
class NothingChanged<T> extends Error {
  outcome: T | undefined;
  with(outcome: T): this {
    this.outcome = outcome;
    return this;
  }
}

interface Key {
  text: string;
  bodyHash: string;
}

function idempotencyKey(ctx: Context, command: Command): Key | undefined {
  if (!ctx.idempotencyKey || command.preview) return undefined;
  ctx.commandsRun = (ctx.commandsRun ?? 0) + 1;
  return keyOf(ctx.idempotencyKey, ctx.commandsRun, command);
}

const keyOf = (key: string, run: number, { action, input }: Pick<Command, 'action' | 'input'>): Key => ({
  text: `${key}:${run}`,
  bodyHash: createHash('sha256')
    .update(JSON.stringify([action, input ?? null]))
    .digest('hex'),
});

/**
 * What the command that comes next was answered when it was asked under the same key; for commands that first look at what
 * they are to do, which may be another thing by now. Throws IDEMPOTENCY_MISMATCH.
 */
export async function outcomeBefore<T>(
  ctx: Context,
  action: string,
  input: unknown,
): Promise<Outcome<T> | undefined> {
  if (!ctx.idempotencyKey) return undefined;
  const key = keyOf(ctx.idempotencyKey, (ctx.commandsRun ?? 0) + 1, { action, input });
  const earlier = await read(ctx, undefined, (tx) => earlierOutcome<T>(tx, ctx, key));
  if (earlier) ctx.commandsRun = (ctx.commandsRun ?? 0) + 1;
  return earlier;
}

async function earlierOutcome<T>(tx: Reading, ctx: Context, key: Key): Promise<Outcome<T> | undefined> {
  const row = await tx.first<{ body_hash: string; result: T; change_id: number }>(sql`
    select body_hash, result, change_id from operations.idempotency_keys
    where tenant_id = ${ctx.scope.tenant} and principal = ${ctx.actor.id} and key = ${key.text}
      and at > clock_timestamp() - interval '24 hours'`);
  if (!row) return undefined;
  if (row.body_hash !== key.bodyHash) throw new SummitError('IDEMPOTENCY_MISMATCH', {});
  return { result: row.result, change: row.change_id };
}

async function keepOutcome<T>(
  tx: Changing,
  ctx: Context,
  key: Key,
  outcome: { result: T; change: number },
): Promise<void> {
  // Two requests with one key: the second waits here, fails to serialize, is run again and finds the first one's outcome.
  await tx.execute(sql`
    insert into operations.idempotency_keys (tenant_id, principal, key, body_hash, result, change_id)
    values (${ctx.scope.tenant}, ${ctx.actor.id}, ${key.text}, ${key.bodyHash}, ${JSON.stringify(outcome.result ?? null)}, ${outcome.change})
    on conflict (tenant_id, principal, key) do update
      set body_hash = excluded.body_hash, result = excluded.result, change_id = excluded.change_id, at = clock_timestamp()
      where operations.idempotency_keys.at <= clock_timestamp() - interval '24 hours'`);
}
