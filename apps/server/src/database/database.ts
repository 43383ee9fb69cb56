import { Breaker } from '@summit/process/breaker';
import { type Details, SummitError } from '@summit/process/errors';
import pg from 'pg';
import { namedSocket } from './lookUp.ts';
import type { Replicas } from './replicas.ts';
import { type Sql, toQuery } from './sql.ts';
import { standsHere } from './standing.ts';

// Change ids stay below 2^53 for longer than any installation lives (a million transactions a second for 285 years).
pg.types.setTypeParser(pg.types.builtins.INT8, Number);
// Dates stay text: a Date would move them by the process's time zone.
pg.types.setTypeParser(pg.types.builtins.DATE, (text) => text);

export interface DatabaseOptions {
  /** DSN of a login that is a member of the app role. */
  url: string;
  /** Acts as the login itself instead of the app role: for the operator's commands, with the owner's login. */
  asOwner?: boolean;
  /** Connections at most, for writes and for reads. */
  writeSize?: number;
  readSize?: number;
  maxLifetimeMs?: number;
  /** A server that follows another one: nothing is written there. */
  follows?: boolean;
  /** How long a connection is waited for: a new one, or one that is given back. */
  connectMs?: number;
  applicationName?: string;
  /** Of its breaker, for the metrics: postgres unless it is another server. */
  name?: string;
  /** Told the server's process of each new connection. */
  onSession?: (pid: number) => void;
}

const SESSION = [
  'statement_timeout=30s',
  'idle_in_transaction_session_timeout=30s',
  'lock_timeout=10s',
  'plan_cache_mode=force_custom_plan',
  // On tables without statistics yet the planner kept one side of a join in memory and went through it for each row of the
  // other (2,100 links as of a moment: 1.4 s instead of 43 ms).
  'enable_material=off',
];

/** Whoever waits for a connection costs memory; beyond this many, a pool is answered for at once. */
const WAITING_MOST = 500;

/**
 * Two pools of connections (a storm of reads never keeps writes waiting), each acting as the role that owns nothing. While the
 * breaker is open, which the pulse decides (pulse.ts), nobody waits for a connection, and those in use are cut.
 */
export class Database {
  readonly writes: pg.Pool;
  readonly reads: pg.Pool;
  readonly breaker: Breaker;
  /** Who may answer questions in its stead (replicas.ts). */
  replicas: Replicas | undefined;
  /** Told when a connection was lost: the pulse then looks at once. */
  whenDoubtful: () => void = () => {};
  readonly #clients = new Set<pg.PoolClient>();
  readonly #retired = new WeakSet<pg.PoolClient>();
  readonly #waiting = new Set<(error: Error) => void>();

  constructor(options: DatabaseOptions) {
    this.breaker = new Breaker({
      name: options.name ?? 'postgres',
      failures: 2,
      openMs: 200,
      mostOpenMs: 1_000,
      probeMs: 2_000,
      onChange: (state) => {
        if (state === 'open') this.#cut();
      },
    });
    this.writes = this.#pool(options, options.writeSize ?? 8, false);
    this.reads = this.#pool(options, options.readSize ?? 8, true);
  }

  #pool(options: DatabaseOptions, max: number, pipeline: boolean): pg.Pool {
    const pool = new pg.Pool({
      connectionString: options.url,
      max,
      maxLifetimeSeconds: Math.ceil((options.maxLifetimeMs ?? 1_800_000) / 1000),
      idleTimeoutMillis: 30_000,
      connectionTimeoutMillis: options.connectMs ?? 5_000,
      application_name: options.applicationName ?? 'summit',
      options: [...SESSION, ...(options.asOwner ? [] : ['role=summit_app'])]
        .map((setting) => `-c ${setting}`)
        .join(' '),
      keepAlive: true,
      stream: namedSocket,
      // Called for each new connection.
      ...(!options.follows && {
        verify: (client: pg.PoolClient, done: (error?: Error) => void) =>
          void standsHere(client).then(() => done(), done),
      }),
      // The statements of a read are sent without waiting for the answers in between.
      pipeline,
    });
    // An idle connection that breaks is replaced at the next checkout; without a listener the process would end.
    pool.on('error', () => {});
    // The same for one that is in use between two statements: the next statement is told.
    pool.on('connect', (client) => {
      client.on('error', () => {});
      this.#clients.add(client);
      options.onSession?.((client as pg.PoolClient & { processID: number }).processID);
    });
    pool.on('remove', (client) => this.#clients.delete(client));
    return pool;
  }

  /** Throws DATABASE_UNAVAILABLE; DATABASE_BUSY when it is there and has no connection left. */
  async connect(kind: 'read' | 'write' = 'write'): Promise<pg.PoolClient> {
    const { state, retryAfterMs } = this.breaker.state();
    if (state !== 'closed')
      throw unavailable(undefined, { retryAfter: Math.max(1, Math.ceil(retryAfterMs / 1000)) });
    const pool = kind === 'read' ? this.reads : this.writes;
    if (pool.waitingCount >= WAITING_MOST) throw busy();
    try {
      for (;;) {
        const waiting = pool.connect();
        const client = await (pool.idleCount > pool.waitingCount ? waiting : this.#unlessCut(waiting));
        if (!this.#retired.has(client)) return client;
        client.release(true);
      }
    } catch (cause) {
      if (isBusy(cause)) throw busy(cause);
      this.whenDoubtful();
      throw unavailable(cause);
    }
  }

  /** What is waited for when the database is given up is not waited for any longer. */
  async #unlessCut(client: Promise<pg.PoolClient>): Promise<pg.PoolClient> {
    const cut = Promise.withResolvers<never>();
    this.#waiting.add(cut.reject);
    try {
      return await Promise.race([client, cut.promise]);
    } catch (error) {
      client.then(
        (late) => late.release(),
        () => {},
      );
      throw error;
    } finally {
      this.#waiting.delete(cut.reject);
    }
  }

  /** Connections that stand by now are used no more: their server is not the one that writes. */
  retire(): void {
    for (const client of this.#clients) this.#retired.add(client);
  }

  #cut(): void {
    const lost = () => Object.assign(new Error('the database does not answer'), { code: '08006' });
    for (const giveUp of this.#waiting) giveUp(lost());
    for (const client of this.#clients) (client as unknown as pg.Client).connection.stream.destroy(lost());
  }

  async close(): Promise<void> {
    await Promise.all([this.writes.end(), this.reads.end()]);
  }
}

/**
 * Whether a connection takes statements without waiting for answers. Those given in one go leave in one packet then: each
 * write to the socket costs more than what it carries.
 */
export function gather(client: pg.ClientBase): boolean {
  const { pipeline, connection } = client as pg.Client;
  if (!pipeline) return false;
  connection.stream.cork();
  process.nextTick(() => connection.stream.uncork());
  return true;
}

/** One open transaction. */
export class Transaction {
  readonly client: pg.ClientBase;
  /** '' for live tables, 'as_of' for the past: part of the prepared statement's name. */
  readonly mode: string;
  /** Of a connection that takes one statement at a time: when the last one is answered. */
  #answered: Promise<unknown> = Promise.resolve();

  constructor(client: pg.ClientBase, mode = '') {
    this.client = client;
    this.mode = mode;
  }

  async query<Row = Record<string, unknown>>(statement: Sql): Promise<Row[]> {
    return (await this.#send<Row>(statement)).rows;
  }

  /** The first row, or undefined. */
  async first<Row = Record<string, unknown>>(statement: Sql): Promise<Row | undefined> {
    return (await this.query<Row>(statement))[0];
  }

  /** How many rows an insert, update or delete touched. */
  async execute(statement: Sql): Promise<number> {
    return (await this.#send(statement)).rowCount ?? 0;
  }

  /** Statements may be given side by side; they are answered in their order. */
  #send<Row>(statement: Sql): Promise<pg.QueryResult<Row & pg.QueryResultRow>> {
    const send = () => this.client.query<Row & pg.QueryResultRow>(toQuery(statement, this.mode));
    if (gather(this.client)) return send();
    const answer = this.#answered.then(send);
    this.#answered = answer.catch(() => {});
    return answer;
  }
}

const CONNECTION_CODES = /^(08|57P0|25P03|ECONN|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|53300)/;

/** True when the server is gone, is shutting down or refuses connections, rather than the statement being wrong. */
export function isConnectionFailure(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = (error as { code?: unknown }).code;
  if (typeof code === 'string') return CONNECTION_CODES.test(code);
  return /Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error/.test(
    error.message,
  );
}

export const unavailable = (cause: unknown, details: Details = {}): SummitError =>
  new SummitError('DATABASE_UNAVAILABLE', { retryAfter: 1, ...details }, cause);

/** Its own limit of connections is reached, or all of ours are in use for longer than anybody waits. */
const isBusy = (error: unknown): boolean =>
  (error as { code?: unknown }).code === '53300' ||
  (error instanceof Error && error.message === 'timeout exceeded when trying to connect');

export const busy = (cause?: unknown): SummitError =>
  new SummitError('DATABASE_BUSY', { retryAfter: 1 }, cause);
