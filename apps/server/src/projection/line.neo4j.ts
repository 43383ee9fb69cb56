/** A driver of Neo4j, and who may use its connections. */
import { Turns } from '@summit/process/turns';
import neo4j, { type Driver, type Session } from 'neo4j-driver';
import type { Neo4jOptions } from './store.neo4j.ts';

const CONNECT_MS = 2_000;
/** How long anybody waits for a connection that others use. */
const TURN_MS = 3_000;
/** Longer than any statement has: whoever is not answered by then is answered no more. */
const RETIRED_MS = 150_000;
const CONNECTIONS = 20;
/** The driver says goodbye, and waits for ever for a store that stands still. */
const GOODBYE_MS = 1_000;

export type Mode = 'READ' | 'WRITE';

/**
 * No more statements at once than there are connections: whoever comes later waits here, not in the driver's pool. So what the
 * driver says of waiting in vain means that no connection comes about, and a statement's time begins when it has one.
 */
export class Line {
  readonly #driver: Driver;
  readonly #turns: Turns;
  readonly #closed: () => void;
  #isRetired = false;

  constructor(options: Neo4jOptions, closed: () => void) {
    this.#driver = connect(options);
    this.#closed = closed;
    this.#turns = new Turns({ most: options.poolSize ?? CONNECTIONS, waitMs: TURN_MS });
  }

  /** Throws NoTurn where all connections stay in use. */
  async session(mode: Mode, signal?: AbortSignal): Promise<{ session: Session; end(): void }> {
    const giveBack = await this.#turns.take('', signal);
    const session = this.#driver.session({ database: 'neo4j', defaultAccessMode: mode });
    return {
      session,
      // What still runs in it is ended in the store; until that has answered, the connection is in use.
      end: () => {
        void session
          .close()
          .catch(() => {})
          .finally(() => {
            giveBack();
            if (this.#isRetired && this.#turns.taken === 0) void this.close();
          });
      },
    };
  }

  /** Whoever waits for a connection is told this. */
  refuse(error: unknown): void {
    this.#turns.refuse(error);
  }

  /** Serves those who use it to their end. */
  retire(): void {
    this.#isRetired = true;
    if (this.#turns.taken === 0) void this.close();
    else setTimeout(() => void this.close(), RETIRED_MS).unref();
  }

  async close(): Promise<void> {
    this.#closed();
    await closed(this.#driver);
  }
}

/** Whoever ends a driver waits no longer than that for a store that stands still; its connections end with the process. */
export async function closed(driver: Driver): Promise<void> {
  const { promise: late, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, GOODBYE_MS);
  await Promise.race([driver.close().catch(() => {}), late]);
  clearTimeout(timer);
}

export function connect({ uri, user, password, caPath, poolSize = CONNECTIONS }: Neo4jOptions): Driver {
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
    maxConnectionPoolSize: poolSize,
    maxConnectionLifetime: 1_800_000,
    maxTransactionRetryTime: 0,
    notificationFilter: { minimumSeverityLevel: 'OFF' },
    telemetryDisabled: true,
    userAgent: 'summit',
  });
}
