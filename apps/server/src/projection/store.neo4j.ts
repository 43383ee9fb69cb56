/** The connection to Neo4j: every call has a deadline on this side too, and goes through the breaker of the store. */
import { Breaker, BreakerOpen, type BreakerState } from '@summit/process/breaker';
import type { Config } from '@summit/process/config';
import { SummitError } from '@summit/process/errors';
import type { Check } from '@summit/process/health';
import neo4j, { type Driver, Neo4jError, type Transaction } from 'neo4j-driver';

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
  /** For everything, from the first byte to the last. */
  timeoutMs?: number;
}

const READ_MS = 10_000;
const WRITE_MS = 60_000;
const PING_MS = 1_000;
/** At least so long nobody is let through; then whoever asks waits until the store has been seen. */
const OPEN_MS = 500;
const PROBE_EACH_MS = 1_500;
/** One that has just started takes its time for its first statement; in vain is what was asked while the line was cut. */
const PROBE_MS = 9_000;
const CONNECT_MS = 2_000;
/** The store's own limit comes first where it works: a question that takes too long does not say that it is down. */
const GRACE_MS = 500;
const ATTEMPTS = 5;

/** A deadline of ours has passed: the store says nothing, or is far too slow. */
class StoreSilent extends Error {
  readonly code = 'TIMEOUT';
  /** Not even to the least of questions. */
  readonly pinged: boolean;
  constructor(timeoutMs: number, pinged: boolean) {
    super(`no answer within ${timeoutMs} ms`);
    this.pinged = pinged;
  }
}

const PING = 'RETURN 1';

type Watcher = (state: BreakerState, cause?: unknown) => void;

export class Neo4jStore {
  readonly #options: Neo4jOptions;
  readonly #breaker: Breaker;
  #driver: Driver | undefined;
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
      counts: isDown,
      opens: (error) => error instanceof StoreSilent && error.pinged,
      onChange: (state, cause) => {
        if (state === 'open') this.#lookOut();
        for (const watcher of this.#watchers) watcher(state, cause);
      },
    });
  }

  /** Is told when the store goes, is tried again and comes back. */
  watch(watcher: Watcher): void {
    this.#watchers.push(watcher);
  }

  /** Reads in one transaction. Throws GRAPH_UNAVAILABLE where the store is down. */
  read<T>(work: (tx: Cypher) => Promise<T>, { timeoutMs = READ_MS }: StoreCall = {}): Promise<T> {
    return this.#guarded(() => this.#transaction('READ', work, timeoutMs));
  }

  /** Writes in one transaction, again after a deadlock, so `work` has no other effects. Throws GRAPH_UNAVAILABLE. */
  async write<T>(work: (tx: Cypher) => Promise<T>, { timeoutMs = WRITE_MS }: StoreCall = {}): Promise<T> {
    for (let tries = 1; ; tries++) {
      try {
        return await this.#guarded(() => this.#transaction('WRITE', work, timeoutMs));
      } catch (error) {
        if (!isConflict(error) || tries === ATTEMPTS) throw error;
        await new Promise((done) => setTimeout(done, Math.random() * 2 ** tries * 10));
      }
    }
  }

  /** Reads with one statement: one round trip instead of three. Throws GRAPH_UNAVAILABLE where the store is down. */
  ask<Row>(
    text: string,
    parameters: Record<string, unknown> = {},
    { timeoutMs = READ_MS }: StoreCall = {},
  ): Promise<Row[]> {
    return this.#guarded(() => this.#statement('READ', text, parameters, timeoutMs));
  }

  /** Runs one statement that opens transactions of its own: schema, and `CALL … IN TRANSACTIONS`. */
  alone<Row>(text: string, parameters: Record<string, unknown> = {}, timeoutMs = WRITE_MS): Promise<Row[]> {
    return this.#guarded(() => this.#statement('WRITE', text, parameters, timeoutMs));
  }

  /** For health: rejects with a `code` where the store does not answer. Many at once ask once. */
  readonly ping: Check = () => {
    this.#ping ??= this.#run(() => this.#statement('READ', PING, {}, PING_MS))
      .then(
        () => {},
        (error: unknown) => {
          // While nobody calls it, it is told what was wrong when somebody last did.
          if (!(error instanceof BreakerOpen)) this.#code = codeOf(error);
          throw Object.assign(new Error('Neo4j does not answer', { cause: error }), { code: this.#code });
        },
      )
      .finally(() => {
        this.#ping = undefined;
      });
    return this.#ping;
  };

  isOpen(): boolean {
    return this.#breaker.state().state !== 'closed';
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#driver?.close().catch(() => {});
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
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, failed) => {
      timer = setTimeout(() => failed(new StoreSilent(PROBE_MS, true)), PROBE_MS).unref();
    });
    try {
      await Promise.race([driver.session({ database: 'neo4j' }).run(PING), late]);
    } finally {
      clearTimeout(timer);
      void driver.close().catch(() => {});
    }
  }

  #renew(): void {
    const driver = this.#driver;
    this.#driver = undefined;
    void driver?.close().catch(() => {});
  }

  async #guarded<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await this.#run(work);
    } catch (error) {
      if (error instanceof BreakerOpen)
        throw unavailable(Math.max(1, Math.ceil(error.retryAfterMs / 1000)), error);
      if (!isDown(error)) throw error;
      this.#code = codeOf(error);
      throw unavailable(1, error);
    }
  }

  #statement<Row>(
    mode: 'READ' | 'WRITE',
    text: string,
    parameters: Record<string, unknown>,
    timeoutMs: number,
  ): Promise<Row[]> {
    const work = async (driver: Driver) => {
      const session = driver.session({ database: 'neo4j', defaultAccessMode: mode });
      try {
        const { records } = await session.run(text, parameters, { timeout: timeoutMs });
        return records.map((record) => record.toObject() as Row);
      } finally {
        void session.close().catch(() => {});
      }
    };
    return this.#within(timeoutMs, work, text === PING);
  }

  #transaction<T>(mode: 'READ' | 'WRITE', work: (tx: Cypher) => Promise<T>, timeoutMs: number): Promise<T> {
    return this.#within(timeoutMs, async (driver) => {
      const session = driver.session({ database: 'neo4j', defaultAccessMode: mode });
      let tx: Transaction | undefined;
      try {
        tx = await session.beginTransaction({ timeout: timeoutMs });
        const result = await work(cypherOf(tx));
        await tx.commit();
        return result;
      } catch (error) {
        // After a lost connection there is nothing left to take back.
        if (tx?.isOpen()) await tx.rollback().catch(() => {});
        throw error;
      } finally {
        void session.close().catch(() => {});
      }
    });
  }

  /** The driver waits for ever for a server that took the connection and went silent; nobody who asks us does. */
  async #within<T>(timeoutMs: number, work: (driver: Driver) => Promise<T>, pinged = false): Promise<T> {
    const driver = this.#connected();
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, failed) => {
      const most = timeoutMs + (pinged ? 0 : GRACE_MS);
      timer = setTimeout(() => failed(new StoreSilent(timeoutMs, pinged)), most);
    });
    const done = work(driver);
    done.catch(() => {});
    try {
      return await Promise.race([done, late]);
    } catch (error) {
      // Its connections may all wait for the same silence: whoever comes next gets new ones.
      if (error instanceof StoreSilent && this.#driver === driver) this.#renew();
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  #connected(): Driver {
    if (this.#closed) throw new Error('the store was closed');
    this.#driver ??= connect(this.#options);
    return this.#driver;
  }
}

function connect({ uri, user, password, caPath, poolSize }: Neo4jOptions): Driver {
  // The driver takes a private authority only where its address says nothing of encryption.
  const isPrivate = caPath !== undefined && /^(bolt|neo4j)\+s:/.test(uri);
  return neo4j.driver(isPrivate ? uri.replace('+s:', ':') : uri, neo4j.auth.basic(user, password), {
    ...(isPrivate && {
      encrypted: 'ENCRYPTION_ON' as const,
      trust: 'TRUST_CUSTOM_CA_SIGNED_CERTIFICATES' as const,
      trustedCertificates: [caPath],
    }),
    disableLosslessIntegers: true,
    connectionTimeout: CONNECT_MS,
    connectionAcquisitionTimeout: CONNECT_MS + 1_000,
    connectionLivenessCheckTimeout: 30_000,
    maxConnectionPoolSize: poolSize ?? 20,
    maxConnectionLifetime: 1_800_000,
    maxTransactionRetryTime: 0,
    notificationFilter: { minimumSeverityLevel: 'OFF' },
    telemetryDisabled: true,
    userAgent: 'summit',
  });
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
