import { setTimeout as delay } from 'node:timers/promises';
import { metrics } from '@summit/process/metrics';
import { withSpan } from '@summit/process/telemetry';
import type pg from 'pg';
import { type Database, isConnectionFailure, Transaction, unavailable } from './database.ts';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const ATTEMPTS = 8;

export interface TransactionOptions {
  tenant: string;
  /** Reads the tables as they stood after this change. */
  asOf?: number | undefined;
  readOnly?: boolean;
  /** Rolls back in the end whatever happens. */
  rehearse?: boolean;
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
    try {
      await client.query(opening(options));
      const result = await work(new Transaction(client, options.asOf === undefined ? '' : 'as_of'));
      await client.query(options.rehearse ? 'rollback' : 'commit');
      return result;
    } catch (error) {
      broken = await rollBack(client);
      if (isConnectionFailure(error)) throw unavailable(error);
      if (!isRetryable(error) || tries === ATTEMPTS) throw error;
    } finally {
      client.release(broken);
    }
    metrics.databaseRetries.inc();
    await delay(Math.random() * 2 ** tries * 4);
  }
}

function opening({ tenant, asOf, readOnly, timeoutMs }: TransactionOptions): string {
  if (!UUID.test(tenant)) throw new TypeError('tenant is not a UUID');
  if (asOf !== undefined && !Number.isSafeInteger(asOf)) throw new TypeError('asOf is not a change id');
  const statements = [
    `begin isolation level repeatable read${readOnly ? ' read only' : ''}`,
    `set local summit.tenant = '${tenant}'`,
    asOf === undefined
      ? 'set local search_path = summit'
      : `set local search_path = as_of; set local summit.as_of = '${asOf}'`,
  ];
  if (timeoutMs !== undefined) statements.push(`set local statement_timeout = ${Math.ceil(timeoutMs)}`);
  return statements.join('; ');
}

async function rollBack(client: pg.PoolClient): Promise<Error | undefined> {
  try {
    await client.query('rollback');
    return undefined;
  } catch (error) {
    return error as Error;
  }
}

function isRetryable(error: unknown): boolean {
  const code = (error as { code?: unknown } | null)?.code;
  return code === '40001' || code === '40P01';
}
