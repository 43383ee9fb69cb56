/** The connection to Neo4j: every call has a deadline on this side too, and goes through the breaker of the store. */
import { Breaker, BreakerOpen, type BreakerState } from '@summit/process/breaker';
import type { Config } from '@summit/process/config';
import { SummitError } from '@summit/process/errors';
import type { Check } from '@summit/process/health';
import { NoTurn } from '@summit/process/turns';
import neo4j, { type Driver, Neo4jError, type Session, type Transaction } from 'neo4j-driver';
import { closed, connect, Line, type Mode } from './line.neo4j.ts';

export interface Neo4jOptions {
  uri: string;
  user: string;
  password: string;
  /** Certificates (PEM) of a private authority. */
  caPath?: string | undefined;
  /** Connections at most. */
  poolSize?: number;
}

/** What the configuration says of Neo4j; undefined where it is not used. */
export function neo4jOptions(config: Config): Neo4jOptions | undefined {
  if (!config.NEO4J_URI) return undefined;
  return {
    uri: config.NEO4J_URI,
    user: config.NEO4J_USER,
    password: config.NEO4J_PASSWORD ?? '',
    caPath: config.STORE_CA_PATH,
  };
}

/** One open transaction. Integers come as numbers; whole numbers among the parameters must be `whole(n)`, or they arrive as floats. */
export interface Cypher {
  run<Row>(text: string, parameters?: Record<string, unknown>): Promise<Row[]>;
}

export const whole = (value: number): unknown => neo4j.int(value);

export interface StoreCall {
  /** For everything, from the first byte to the last; to wait for a connection that others use is not in it. */
  timeoutMs?: number;
  /** Ends it, in the store too, when nobody waits for the answer any more; then its reason is thrown. */
  signal?: AbortSignal | undefined;
}

const READ_MS = 10_000;
const WRITE_MS = 60_000;
const PING_MS = 1_000;
/** At least so long nobody is let through; then whoever asks waits until the store has been seen. */
const OPEN_MS = 500;
const PROBE_EACH_MS = 1_500;
/** One that has just started takes its time for its first statement; in vain is what was asked while the line was cut. */
const PROBE_MS = 9_000;
/** The store's own limit comes first where it works: a question that takes too long does not say that it is down. */
const GRACE_MS = 500;
const ATTEMPTS = 5;

/** A deadline of ours has passed: the store says nothing, or is far too slow. */
class StoreSilent extends Error {
  readonly code = 'TIMEOUT';
  readonly timeoutMs: number;
  /** Not even to the least of questions. */
  readonly pinged: boolean;
  constructor(timeoutMs: number, pinged: boolean) {
    super(`no answer within ${timeoutMs} ms`);
    this.timeoutMs = timeoutMs;
    this.pinged = pinged;
  }
}

const PING = 'RETURN 1';
const BEAT = 'RETURN true AS beats';

type Watcher = (state: BreakerState, cause?: unknown) => void;

export class Neo4jStore {
  readonly #options: Neo4jOptions;
  readonly #breaker: Breaker;
  #line: Line | undefined;
  /** For pings and beats alone: whether the store is there must not hang on who else asks. */
  #aside: Driver | undefined;
  readonly #lines = new Set<Line>();
  #closed = false;
  #ping: Promise<void> | undefined;
  readonly #watchers: Watcher[] = [];
  #comingBack: Promise<void> | undefined;
  #code = 'UNREACHABLE';

  constructor(options: Neo4jOptions, onChange?: Watcher) {
    this.#options = options;
    if (onChange) this.#watchers.push(onChange);
    this.#breaker = new Breaker({
      name: 'neo4j',
      failures: 3,
      mostOpenMs: OPEN_MS,
      // A question without an answer does not say that the store is down: it is pinged then.
      counts: (error) => isDown(error) && (!(error instanceof StoreSilent) || error.pinged),
      opens: (error) => error instanceof StoreSilent && error.pinged,
      onChange: (state, cause) => {
        if (state === 'open') {
          this.#line?.refuse(new BreakerOpen('neo4j', this.#breaker.state().retryAfterMs));
          this.#lookOut();
        }
        for (const watcher of this.#watchers) watcher(state, cause);
      },
    });
  }

  /** Is told when the store goes, is tried again and comes back. */
  watch(watcher: Watcher): void {
    this.#watchers.push(watcher);
  }

  // All throw GRAPH_UNAVAILABLE where the store is down, GRAPH_BUSY where it is there and does not get to it.

  /** Reads in one transaction. */
  read<T>(work: (tx: Cypher) => Promise<T>, call: StoreCall = {}): Promise<T> {
    return this.#transaction('READ', work, { timeoutMs: READ_MS, ...call });
  }

  /** Writes in one transaction, again after a deadlock, so `work` has no other effects. */
  async write<T>(work: (tx: Cypher) => Promise<T>, call: StoreCall = {}): Promise<T> {
    for (let tries = 1; ; tries++) {
      try {
        return await this.#transaction('WRITE', work, { timeoutMs: WRITE_MS, ...call });
      } catch (error) {
        if (!isConflict(error) || tries === ATTEMPTS) throw error;
        await new Promise((done) => setTimeout(done, Math.random() * 2 ** tries * 10));
      }
    }
  }

  /** Reads with one statement: one round trip instead of three. */
  ask<Row>(text: string, parameters: Record<string, unknown> = {}, call: StoreCall = {}): Promise<Row[]> {
    return this.#statement('READ', text, parameters, { timeoutMs: READ_MS, ...call });
  }

  /** Runs one statement that opens transactions of its own: schema, and `CALL … IN TRANSACTIONS`. */
  alone<Row>(text: string, parameters: Record<string, unknown> = {}, timeoutMs = WRITE_MS): Promise<Row[]> {
    return this.#statement('WRITE', text, parameters, { timeoutMs });
  }

  /** For health: rejects with a `code` where the store does not answer. Many at once ask once. */
  readonly ping: Check = () => {
    this.#ping ??= this.#run(() => this.#askAside(PING, PING_MS))
      .catch((error: unknown) => {
        // While nobody calls it, it is told what was wrong when somebody last did.
        if (!(error instanceof BreakerOpen)) this.#code = codeOf(error);
        throw Object.assign(new Error('Neo4j does not answer', { cause: error }), { code: this.#code });
      })
      .finally(() => {
        this.#ping = undefined;
      });
    return this.#ping;
  };

  /** Notices that the store went while nobody asked it anything: three in vain open the breaker. */
  readonly beat: Check = () => this.#run(() => this.#askAside(BEAT, READ_MS));

  isOpen(): boolean {
    return this.#breaker.state().state !== 'closed';
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#lines].map((line) => line.close()));
    if (this.#aside) await closed(this.#aside);
  }

  /** While it is open nobody is sent to see: who asks would wait for it. The store looks for itself. */
  async #run<T>(work: () => Promise<T>): Promise<T> {
    const { state, retryAfterMs } = this.#breaker.state();
    if (state !== 'closed') throw new BreakerOpen('neo4j', retryAfterMs);
    return this.#breaker.run(work);
  }

  #lookOut(): void {
    this.#comingBack ??= this.#comeBack().finally(() => {
      this.#comingBack = undefined;
      if (this.isOpen() && !this.#closed) this.#lookOut();
    });
  }

  /** Asks again and again, each time over a connection of its own, until one of them is answered. */
  async #comeBack(): Promise<void> {
    let isBack = false;
    while (!isBack && !this.#closed) {
      const probe = this.#probe().then(
        () => {
          isBack = true;
        },
        (error: unknown) => {
          this.#code = codeOf(error);
        },
      );
      const pause = new Promise((done) =>
        setTimeout(done, PROBE_EACH_MS * (0.75 + Math.random() / 2)).unref(),
      );
      // A refusal comes at once, and is no reason to ask sooner.
      await Promise.race([pause, probe.then(() => (isBack ? undefined : pause))]);
    }
    // The connections from before may wait for what never comes.
    this.#renew();
    while (!this.#closed && this.isOpen())
      await this.#breaker
        .run(async () => {})
        .catch(() => new Promise((done) => setTimeout(done, this.#breaker.state().retryAfterMs + 1).unref()));
  }

  async #probe(): Promise<void> {
    const driver = connect({ ...this.#options, poolSize: 1 });
    try {
      await answered(driver.session({ database: 'neo4j' }).run(PING), new StoreSilent(PROBE_MS, true));
    } finally {
      void driver.close().catch(() => {});
    }
  }

  /** Those who wait at the old connections are told that the store is gone. */
  #renew(): void {
    this.#line = undefined;
    for (const line of this.#lines) void line.close();
    void this.#aside?.close().catch(() => {});
    this.#aside = undefined;
  }

  #statement<Row>(
    mode: Mode,
    text: string,
    parameters: Record<string, unknown>,
    call: Timed,
  ): Promise<Row[]> {
    return this.#guarded(mode, call, async (session) => {
      const { records } = await session.run(text, parameters, { timeout: call.timeoutMs });
      return records.map((record) => record.toObject() as Row);
    });
  }

  #transaction<T>(mode: Mode, work: (tx: Cypher) => Promise<T>, call: Timed): Promise<T> {
    return this.#guarded(mode, call, async (session) => {
      let tx: Transaction | undefined;
      try {
        tx = await session.beginTransaction({ timeout: call.timeoutMs });
        const result = await work(cypherOf(tx));
        await tx.commit();
        return result;
      } catch (error) {
        // After a lost connection there is nothing left to take back.
        if (tx?.isOpen()) await tx.rollback().catch(() => {});
        throw error;
      }
    });
  }

  async #guarded<T>(
    mode: Mode,
    { timeoutMs, signal }: Timed,
    work: (session: Session) => Promise<T>,
  ): Promise<T> {
    try {
      const { state, retryAfterMs } = this.#breaker.state();
      if (state !== 'closed') throw new BreakerOpen('neo4j', retryAfterMs);
      const line = this.#connected();
      const { session, end } = await line.session(mode, signal);
      try {
        return await this.#run(() =>
          answered(work(session), new StoreSilent(timeoutMs, false), { graceMs: GRACE_MS, signal }),
        );
      } catch (error) {
        if (error instanceof StoreSilent) await this.#missed(line, error);
        throw error;
      } finally {
        end();
      }
    } catch (error) {
      if (error instanceof BreakerOpen)
        throw unavailable(Math.max(1, Math.ceil(error.retryAfterMs / 1000)), error);
      if (error instanceof NoTurn) throw new SummitError('GRAPH_BUSY', { retryAfter: 1 }, error);
      if (!isDown(error)) throw error;
      this.#code = codeOf(error);
      throw unavailable(1, error);
    }
  }

  /**
   * Neither the answer came in time nor the store's own limit. Throws GRAPH_BUSY where it answers something else: then it is
   * slow, or the connection is dead, and whoever comes next gets another one.
   */
  async #missed(line: Line, late: StoreSilent): Promise<void> {
    if (this.#line === line) {
      this.#line = undefined;
      line.retire();
    }
    const isThere = await this.ping().then(
      () => true,
      () => false,
    );
    if (isThere) throw new SummitError('GRAPH_BUSY', { retryAfter: 1 }, late);
  }

  async #askAside(text: string, timeoutMs: number): Promise<void> {
    if (this.#closed) throw new Error('the store was closed');
    this.#aside ??= connect({ ...this.#options, poolSize: 2 });
    const aside = this.#aside;
    const session = aside.session({ database: 'neo4j', defaultAccessMode: 'READ' });
    try {
      const asked = session.run(text, {}, { timeout: timeoutMs });
      await answered(asked, new StoreSilent(timeoutMs, text === PING));
      void session.close().catch(() => {});
    } catch (error) {
      if (this.#aside === aside) this.#aside = undefined;
      void closed(aside);
      throw error;
    }
  }

  #connected(): Line {
    if (this.#closed) throw new Error('the store was closed');
    if (!this.#line) {
      const line = new Line(this.#options, () => this.#lines.delete(line));
      this.#lines.add(line);
      this.#line = line;
    }
    return this.#line;
  }
}

type Timed = StoreCall & { timeoutMs: number };

/** The driver waits for ever for a server that took the connection and went silent; nobody who asks us does. */
async function answered<T>(
  asked: PromiseLike<T>,
  late: StoreSilent,
  { graceMs = 0, signal }: { graceMs?: number; signal?: AbortSignal | undefined } = {},
): Promise<T> {
  const { promise: ended, reject: end } = Promise.withResolvers<never>();
  const timer = setTimeout(() => end(late), late.timeoutMs + graceMs);
  const gone = (): void => end(signal!.reason);
  signal?.addEventListener('abort', gone, { once: true });
  try {
    return await Promise.race([asked, ended]);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', gone);
  }
}

const cypherOf = (tx: Transaction): Cypher => ({
  run: async <Row>(text: string, parameters: Record<string, unknown> = {}) =>
    (await tx.run(text, parameters)).records.map((record) => record.toObject() as Row),
});

function unavailable(retryAfter: number, cause: unknown): SummitError {
  return new SummitError('GRAPH_UNAVAILABLE', { retryAfter }, cause);
}

const DOWN =
  /^(ServiceUnavailable|SessionExpired|Neo\.ClientError\.Security\.|Neo\.TransientError\.(General\.DatabaseUnavailable|Database\.)|Neo\.DatabaseError\.Database\.|Neo\.ClientError\.Database\.DatabaseNotFound|Neo\.ClientError\.Cluster\.)/;

/** The driver's codes for a line that broke while it was being made, and for much else. */
const NAMELESS = /^(N\/A|ProtocolError)$/;

/** Whether the error says that the store does not serve us, rather than that the statement is wrong. */
export function isDown(error: unknown): boolean {
  if (error instanceof StoreSilent) return true;
  if (error instanceof Neo4jError)
    return (
      DOWN.test(error.code) ||
      (NAMELESS.test(error.code) && /acquisition timed out|connect|closed/i.test(error.message))
    );
  return /^(ECONN|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_|EHOSTUNREACH|CERT_|ERR_TLS|ERR_SSL)/.test(
    String(codeOf(error)),
  );
}

/** A deadlock, or memory that others held: the same again may go through. */
function isConflict(error: unknown): boolean {
  return (
    error instanceof Neo4jError && error.code.startsWith('Neo.TransientError.') && !DOWN.test(error.code)
  );
}

/** Short and without hosts: it is told to everybody. */
function codeOf(error: unknown): string {
  const { code } = error as { code?: unknown };
  if (typeof code !== 'string') return 'FAILED';
  if (code.startsWith('Neo.ClientError.Security.')) return 'LOGIN_REFUSED';
  return code === 'ServiceUnavailable' || code === 'SessionExpired' || NAMELESS.test(code)
    ? 'UNREACHABLE'
    : code.replace(/^Neo\.\w+\./, '');
}
