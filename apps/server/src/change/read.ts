import { setTimeout as delay } from 'node:timers/promises';
import { SummitError } from '@summit/process/errors';
import { metrics } from '@summit/process/metrics';
import type { Context } from '../context.ts';
import { isConnectionFailure, type Transaction } from '../database/database.ts';
import { asMet, inTransaction, isReadOnly, isRetryable } from '../database/inTransaction.ts';
import { type Sql, sql } from '../database/sql.ts';
import { readOnReplica } from './replicaReads.ts';

/** A change id, or undefined for now. */
export type At = number | undefined;

/** Who reads: the predicate of every query about facts. */
export interface Reader {
  tenant: string;
  datasets: readonly string[];
  clearance: number;
  /** Sees accounts: addresses, roles and what sign-in knows of people. */
  accounts?: boolean;
}

export type Reading = Transaction & { readonly reader: Reader; readonly at: At };

/** Runs `work` on one snapshot, as of `at`, as the context's reader. Tables are named without a schema. */
export async function read<T>(ctx: Context, at: At, work: (tx: Reading) => Promise<T>): Promise<T> {
  ctx.actor.mustBeAbleTo('graph:read');
  const { tenant, clearance } = ctx.scope;
  const apart = <R>(inside: (tx: Reading) => Promise<R>): Promise<R> =>
    inTransaction(ctx.db, { tenant, asOf: at, clearance, readOnly: true }, (tx) =>
      asReader(ctx, at, tx, inside),
    );
  // Only questions share their readings: no command, job, sign-in or check of rights does.
  if (!ctx.sharedReads) return apart(work);
  try {
    return await ctx.sharedReads.run(at, ctx.db.replicas ? anywhere : apart, work);
  } catch (error) {
    if (isRetryable(error) || isOfAnother(error) || isConnectionFailure(error) || isReadOnly(error))
      return apart(work);
    throw asMet(error);
  }

  async function anywhere(inside: (tx: Reading) => Promise<void>): Promise<void> {
    if (await readOnReplica(ctx, at, (tx) => resolveReader(ctx, tx), inside)) return;
    metrics.databaseReads.inc({ server: 'primary' });
    await apart(inside);
  }
}

/** A statement of another reading has failed before, and the transaction with it, and what was to be prepared in it. */
const isOfAnother = (error: unknown): boolean => {
  const code = (error as { code?: unknown } | null)?.code;
  return code === '25P02' || code === '26000';
};

export async function asReader<T>(
  ctx: Context,
  at: At,
  tx: Transaction,
  work: (tx: Reading) => Promise<T>,
): Promise<T> {
  const reader = await resolveReader(ctx, tx);
  return work(Object.assign(tx, { reader, at }));
}

/**
 * The datasets the reader sees at the moment of `tx`: today's rights, and the stricter of the markings then and now; of one
 * that was removed since, the last one it had.
 */
async function resolveReader(ctx: Context, tx: Transaction): Promise<Reader> {
  const { tenant, clearance, datasets } = ctx.scope;
  const row = await tx.first<{ ids: string[] }>(
    sql`select reader_datasets(${tenant}, ${clearance}, ${datasets ?? null}::uuid[]) as ids`,
  );
  return { tenant, clearance, datasets: row!.ids, accounts: ctx.actor.may('user:write') };
}

/**
 * The condition that a row of records or relationships, under `alias`, is visible to the reader. The dataset is written so that
 * it filters and never drives: on tables without statistics the planner looked ids up through the index by dataset, reading
 * all of it for each (2,100 links: 14 s instead of 90 ms).
 */
export function visible(reader: Reader, alias: string): Sql {
  const a = sql.raw(alias);
  return sql`(${a}.tenant_id = ${reader.tenant} and ${a}.marking <= ${reader.clearance} and (${a}.dataset_id = any(${reader.datasets}::uuid[])) is true)`;
}

/**
 * The change that `at(time)` or `at(position)` stands on. A position of one's own fresh write is waited for ≤ 2 s until no
 * earlier change can still appear, then POSITION_NOT_READY.
 */
export async function resolveMoment(
  ctx: Context,
  wanted: { time: Date } | { change: number },
): Promise<{ change: number; at: Date }> {
  const deadline = Date.now() + 2_000;
  for (;;) {
    const found = await inTransaction(ctx.db, { tenant: ctx.scope.tenant, readOnly: true }, (tx) =>
      tx.first<{ horizon: number; id: number | null; at: Date | null }>(
        'time' in wanted
          ? sql`select h.horizon, c.id, c.at from (select summit.horizon() as horizon) h left join lateral (
              select id, at from summit.changes
              where tenant_id = ${ctx.scope.tenant} and id < h.horizon and at <= ${wanted.time}
              order by at desc, id desc limit 1) c on true`
          : sql`select h.horizon, c.id, c.at from (select summit.horizon() as horizon) h
              left join summit.changes c on c.tenant_id = ${ctx.scope.tenant} and c.id = ${wanted.change}`,
      ),
    );
    if (!found || found.id === null || found.at === null) {
      throw new SummitError('POSITION_UNKNOWN');
    }
    if (found.id < found.horizon) return { change: found.id, at: found.at };
    if (Date.now() > deadline) throw new SummitError('POSITION_NOT_READY', { retryAfter: 1 });
    await delay(25);
  }
}
