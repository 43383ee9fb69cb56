import { SummitError } from '@summit/process/errors';
import pg from 'pg';
import { type Sql, toQuery } from './sql.ts';

// Change ids stay below 2^53 for longer than any installation lives (a million transactions a second for 285 years).
pg.types.setTypeParser(pg.types.builtins.INT8, Number);
// Dates stay text: a Date would move them by the process's time zone.
pg.types.setTypeParser(pg.types.builtins.DATE, (text) => text);

export interface DatabaseOptions {
  /** DSN of a login that is a member of `role`. */
  url: string;
  role?: 'summit_app' | 'summit_owner';
  /** Connections at most. */
  size?: number;
  maxLifetimeMs?: number;
  applicationName?: string;
}

/** One pool of connections, each acting as the role that owns nothing and cannot bypass row-level security. */
export class Database {
  readonly pool: pg.Pool;

  constructor(options: DatabaseOptions) {
    this.pool = new pg.Pool({
      connectionString: options.url,
      max: options.size ?? 10,
      maxLifetimeSeconds: Math.ceil((options.maxLifetimeMs ?? 1_800_000) / 1000),
      idleTimeoutMillis: 30_000,
      connectionTimeoutMillis: 5_000,
      application_name: options.applicationName ?? 'summit',
      options: `-c role=${options.role ?? 'summit_app'} -c statement_timeout=30s -c idle_in_transaction_session_timeout=30s -c lock_timeout=10s -c plan_cache_mode=force_custom_plan`,
      keepAlive: true,
    });
    // An idle connection that breaks is replaced at the next checkout; without a listener the process would end.
    this.pool.on('error', () => {});
  }

  async connect(): Promise<pg.PoolClient> {
    try {
      return await this.pool.connect();
    } catch (cause) {
      throw unavailable(cause);
    }
  }

  close(): Promise<void> {
    return this.pool.end();
  }
}

/** One open transaction. */
export class Transaction {
  readonly client: pg.ClientBase;
  /** '' for live tables, 'as_of' for the past: part of the prepared statement's name. */
  readonly mode: string;

  constructor(client: pg.ClientBase, mode = '') {
    this.client = client;
    this.mode = mode;
  }

  async query<Row = Record<string, unknown>>(statement: Sql): Promise<Row[]> {
    const result = await this.client.query(toQuery(statement, this.mode));
    return result.rows as Row[];
  }

  /** The first row, or undefined. */
  async first<Row = Record<string, unknown>>(statement: Sql): Promise<Row | undefined> {
    return (await this.query<Row>(statement))[0];
  }

  /** How many rows an insert, update or delete touched. */
  async execute(statement: Sql): Promise<number> {
    return (await this.client.query(toQuery(statement, this.mode))).rowCount ?? 0;
  }
}

const CONNECTION_CODES = /^(08|57P0|ECONN|EPIPE|ETIMEDOUT|ENOTFOUND|EHOSTUNREACH|53300)/;

/** True when the server is gone, is shutting down or refuses connections, rather than the statement being wrong. */
export function isConnectionFailure(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = (error as { code?: unknown }).code;
  if (typeof code === 'string') return CONNECTION_CODES.test(code);
  return /Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error/.test(
    error.message,
  );
}

export function unavailable(cause: unknown): SummitError {
  return new SummitError('DATABASE_UNAVAILABLE', { retryAfter: 1 }, cause);
}
