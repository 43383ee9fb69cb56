import { setTimeout as delay } from 'node:timers/promises';
import { metrics } from '@summit/process/metrics';
import { withSpan } from '@summit/process/telemetry';
import type pg from 'pg';
import { type Database, gather, isConnectionFailure, Transaction, unavailable } from './database.ts';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const ATTEMPTS = 8;

export interface TransactionOptions {
  tenant: string;
  /** Reads the tables as they stood after this change. */
  asOf?: number | undefined;
  /** Of who reads the past: the highest needs no look at what the markings are by now (0013_graph_functions.sql). */
  clearance?: number;
  readOnly?: boolean;
  /** Rolls back in the end whatever happens. */
  rehearse?: boolean;
  /** Of the whole transaction, where the server knows such a limit (17 and later), and of each statement. */
  timeoutMs?: number;
}

/**
 * Runs `work` in one REPEATABLE READ transaction of a tenant. Serialization failures and deadlocks are tried again with
 * jitter, so `work` must have no effect outside of the database. SET is used because, unlike a SELECT, it takes no snapshot:
 * a change's first statement must be the insert of its `changes` row.
 */
export function inTransaction<T>(
  db: Database,
  options: TransactionOptions,
  work: (tx: Transaction) => Promise<T>,
): Promise<T> {
  const kind = options.readOnly ? 'read' : 'write';
  return withSpan('database.transaction', { kind }, async () => {
    const started = performance.now();
    let outcome = 'error';
    try {
      const result = await attempt(db, options, work);
      outcome = 'ok';
      return result;
    } finally {
      metrics.databaseSeconds.observe({ kind, outcome }, (performance.now() - started) / 1000);
    }
  });
}

async function attempt<T>(
  db: Database,
  options: TransactionOptions,
  work: (tx: Transaction) => Promise<T>,
): Promise<T> {
  for (let tries = 1; ; tries++) {
    const client = await db.connect(options.readOnly ? 'read' : 'write');
    let broken: Error | undefined;
    let lost: Error | undefined;
    let ending: Promise<unknown> | undefined;
    const lose = (error: Error): void => {
      lost ??= error;
    };
    client.on('error', lose);
    try {
      const whole = await hasTransactionTimeout(db, client);
      const pipelined = gather(client);
      const opened = client.query(opening(options, whole));
      if (pipelined) opened.catch(() => {});
      else await opened;
      const result = await work(new Transaction(client, options.asOf === undefined ? '' : 'as_of'));
      await opened;
      ending = client.query(options.rehearse ? 'rollback' : 'commit');
      if (!options.readOnly) await ending;
      return result;
    } catch (error) {
      ending = undefined;
      broken = await rollBack(client);
      if (isOutOfTime(lost)) throw asMet(lost);
      if (!isRetryable(error) || tries === ATTEMPTS) throw asMet(error);
    } finally {
      client.off('error', lose);
      // How a transaction ends that only read changes nothing about what it read: nobody waits for it.
      if (ending) ending.then(() => client.release(lost), client.release);
      else client.release(broken ?? lost);
    }
    metrics.databaseRetries.inc();
    await delay(Math.random() * 2 ** tries * 4);
  }
}

function opening(
  { tenant, asOf, clearance, readOnly, timeoutMs }: TransactionOptions,
  whole: boolean,
): string {
  if (!UUID.test(tenant)) throw new TypeError('tenant is not a UUID');
  if (asOf !== undefined && !Number.isSafeInteger(asOf)) throw new TypeError('asOf is not a change id');
  const statements = [
    `begin isolation level repeatable read${readOnly ? ' read only' : ''}`,
    `set local summit.tenant = '${tenant}'`,
    asOf === undefined
      ? 'set local search_path = summit'
      : `set local search_path = as_of; set local summit.as_of = '${asOf}'`,
  ];
  if (asOf !== undefined && clearance !== undefined)
    statements.push(`set local summit.clearance = '${clearance}'`);
  if (timeoutMs !== undefined) {
    statements.push(`set local statement_timeout = ${Math.ceil(timeoutMs)}`);
    if (whole) statements.push(`set local transaction_timeout = ${Math.ceil(timeoutMs)}`);
  }
  return statements.join('; ');
}

const knowing = new WeakMap<Database, boolean>();

/** Asked once, before any transaction begins. */
async function hasTransactionTimeout(db: Database, client: pg.PoolClient): Promise<boolean> {
  let known = knowing.get(db);
  if (known === undefined) {
    const { rows } = await client.query<{ server_version_num: string }>('show server_version_num');
    known = Number(rows[0]!.server_version_num) >= 170_000;
    knowing.set(db, known);
  }
  return known;
}

/** The server ends the connection with the transaction, between two statements too. */
const isOutOfTime = (error: unknown): boolean => (error as { code?: unknown } | undefined)?.code === '25P04';

/** What is thrown for an error of a statement: a limit of the transaction is as one of the statement, a lost server is DATABASE_UNAVAILABLE. */
export function asMet(error: unknown): unknown {
  if (isOutOfTime(error)) {
    return Object.assign(new Error('the transaction took too long', { cause: error }), { code: '57014' });
  }
  return isConnectionFailure(error) ? unavailable(error) : error;
}

async function rollBack(client: pg.PoolClient): Promise<Error | undefined> {
  try {
    await client.query('rollback');
    return undefined;
  } catch (error) {
    return error as Error;
  }
}

export function isRetryable(error: unknown): boolean {
  const code = (error as { code?: unknown } | null)?.code;
  return code === '40001' || code === '40P01';
}
