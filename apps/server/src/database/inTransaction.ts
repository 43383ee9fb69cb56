import { setTimeout as delay } from 'node:timers/promises';
import { metrics } from '@summit/process/metrics';
import { withSpan } from '@summit/process/telemetry';
import type pg from 'pg';
import { type Database, gather, isConnectionFailure, Transaction, unavailable } from './database.ts';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const ATTEMPTS = 8;
/** With a connection that was lost, or that leads to a server which only reads by now. */
const LOST_ATTEMPTS = 4;

export interface TransactionOptions {
  tenant: string;
  /** Reads the tables as they stood after this change. */
  asOf?: number | undefined;
  /** Of who reads the past: the highest needs no look at what the markings are by now (0013_graph_functions.sql). */
  clearance?: number;
  readOnly?: boolean;
  /** Rolls back in the end whatever happens. */
  rehearse?: boolean;
  /**
   * Asked again it finds what it did before (an idempotency key): it may run again although nobody knows whether its commit,
   * which was sent, came about.
   */
  findsItself?: boolean;
  /** Of the whole transaction up to its commit, and of each statement. */
  timeoutMs?: number;
}

/**
 * Runs `work` in one REPEATABLE READ transaction of a tenant. Serialization failures, deadlocks and connections that are lost
 * before the commit was sent are tried again with jitter, so `work` must have no effect outside of the database. SET is used because, unlike a SELECT, it takes no snapshot:
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
    let again: ReturnType<typeof whyAgain>;
    let timer: NodeJS.Timeout | undefined;
    const lose = (error: Error): void => {
      lost ??= error;
    };
    client.on('error', lose);
    try {
      const whole = await hasTransactionTimeout(db, client);
      if (!whole && options.timeoutMs !== undefined) timer = endAfter(options.timeoutMs, client);
      const pipelined = gather(client);
      const opened = client.query(opening(options, whole));
      if (pipelined) opened.catch(() => {});
      else await opened;
      const result = await work(new Transaction(client, options.asOf === undefined ? '' : 'as_of'));
      await opened;
      clearTimeout(timer);
      ending = client.query(options.rehearse ? 'rollback' : 'commit');
      if (!options.readOnly) await ending;
      return result;
    } catch (error) {
      const isSent = ending !== undefined && !options.readOnly && !options.rehearse;
      ending = undefined;
      broken = await rollBack(client);
      if (isOutOfTime(lost)) throw asMet(lost);
      again = whyAgain(error, options);
      if (again === 'lost') db.whenDoubtful();
      if (again === 'read_only') {
        broken ??= error as Error;
        db.retire();
      }
      const isUnknown = isSent && again === 'lost' && !options.findsItself;
      if (again === undefined || isUnknown || tries >= (again === 'conflict' ? ATTEMPTS : LOST_ATTEMPTS))
        throw again === 'read_only' ? unavailable(error) : asMet(error, isUnknown);
    } finally {
      clearTimeout(timer);
      client.off('error', lose);
      // How a transaction ends that only read changes nothing about what it read: nobody waits for it.
      if (ending) ending.then(() => client.release(lost), client.release);
      else client.release(broken ?? lost);
    }
    metrics.databaseRetries.inc({ reason: again! });
    await delay(Math.random() * 2 ** tries * (again === 'conflict' ? 4 : 40));
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

/** What servers before 17 do not do: between two statements as well the transaction ends, with its connection. */
const endAfter = (ms: number, client: pg.PoolClient): NodeJS.Timeout =>
  setTimeout(
    () =>
      (client as unknown as pg.Client).connection.stream.destroy(
        Object.assign(new Error('the transaction took too long'), { code: '25P04' }),
      ),
    ms,
  );

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
export function asMet(error: unknown, isUnknown = false): unknown {
  if (isOutOfTime(error)) {
    return Object.assign(new Error('the transaction took too long', { cause: error }), { code: '57014' });
  }
  if (!isConnectionFailure(error)) return error;
  return isUnknown ? unavailable(error, { outcome: 'unknown' }) : unavailable(error);
}

/** Why the same work may come about when it is tried again. */
function whyAgain(
  error: unknown,
  { readOnly }: TransactionOptions,
): 'conflict' | 'lost' | 'read_only' | undefined {
  if (isRetryable(error)) return 'conflict';
  if (isConnectionFailure(error)) return 'lost';
  // The server that wrote until now only follows another one: what its name leads to by now is connected to anew.
  return !readOnly && isReadOnly(error) ? 'read_only' : undefined;
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

/** A write where nothing is written: a server that follows another one. */
export const isReadOnly = (error: unknown): boolean => (error as { code?: unknown } | null)?.code === '25006';
