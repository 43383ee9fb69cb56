import { isIP } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { createClient, ErrorReply, RESP_TYPES } from '@redis/client';
import { Breaker } from './breaker.ts';
import type { Part } from './lifecycle.ts';
import type { Logger } from './log.ts';
import { metrics } from './metrics.ts';
import type { RedisSettings } from './redisSettings.ts';

/** Nobody waits longer for something that can be done without. */
const BOX_MS = 50;
/** What a process waits at its start, so that its first requests are counted together with those of others. */
const START_MS = 500;
/** Silence in spite of a question each second: the line is dead, whatever TCP says of it. */
const SILENCE_MS = 3_000;
const PING_MS = 1_000;
const CONNECT_MS = 1_000;
const RETRY_MOST_MS = 2_000;
/** Commands waiting for an answer at most; more are refused. */
const WAITING_MOST = 2_000;

export const AWAY = 'Redis does not answer; each process goes on by itself';
export const BACK = 'Redis answers again';

const open = ({ host, port, username, password, database, tls, ca }: RedisSettings, name: string) =>
  createClient({
    name,
    RESP: 3,
    database,
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password }),
    disableOfflineQueue: true,
    disableClientInfo: true,
    maintNotifications: 'disabled',
    commandsQueueMaxLength: WAITING_MOST,
    pingInterval: PING_MS,
    socket: {
      host,
      port,
      connectTimeout: CONNECT_MS,
      socketTimeout: SILENCE_MS,
      reconnectStrategy: (retries) =>
        Math.min(RETRY_MOST_MS, 100 * 2 ** Math.min(retries, 10)) * (0.5 + Math.random() / 2),
      // An address is no name to ask for; the certificate is compared with it all the same.
      ...(tls && {
        tls: true as const,
        ...(!isIP(host) && { servername: host }),
        ...(ca !== undefined && { ca }),
      }),
    },
  });

type Client = ReturnType<typeof open>;
const asBytes = (client: Client) => client.withTypeMapping({ [RESP_TYPES.BLOB_STRING]: Buffer });

interface Subscription {
  channel: string;
  heard(message: string): void;
  connected(): void;
  isMade: boolean;
}

/**
 * One connection of a process to Redis, for what can be done without it: a command has 50 ms, what was not sent is never
 * queued, and while Redis is away callers learn it at once. It comes back by itself, within two seconds of the store.
 */
export class RedisConnection implements Part {
  readonly #client: Client;
  readonly #bytes: ReturnType<typeof asBytes>;
  readonly #log: Logger;
  readonly #breaker: Breaker;
  readonly #subscriptions: Subscription[] = [];
  /** Why the last attempt to connect failed. */
  #code = 'DISCONNECTED';
  #isAway = false;
  #isStopped = false;
  #isProbing = false;
  readonly #boxMs: number;

  /** `boxMs` is for tests that are about something else than time. */
  constructor({
    settings,
    log,
    name,
    boxMs = BOX_MS,
  }: { settings: RedisSettings; log: Logger; name: string; boxMs?: number }) {
    this.#log = log;
    this.#boxMs = boxMs;
    this.#breaker = new Breaker({
      name: 'redis',
      failures: 3,
      mostOpenMs: RETRY_MOST_MS,
      counts: (error) =>
        !(error instanceof ErrorReply) || /^(?:LOADING|MASTERDOWN|NOAUTH)/.test(error.message),
      onChange: (state, cause) => {
        if (state !== 'half-open') this.#consider(cause);
        if (state === 'open') void this.#probe();
      },
    });
    this.#client = open(settings, name);
    this.#bytes = asBytes(this.#client);
    this.#client.on('error', (error: unknown) => {
      this.#code = codeOf(error);
      this.#consider(error);
    });
    this.#client.on('ready', () => {
      this.#code = 'DISCONNECTED';
      this.#consider();
      for (const each of this.#subscriptions) void this.#hear(each);
    });
  }

  /** Begins to connect; a Redis that is away keeps no process from starting. */
  async run(): Promise<void> {
    const late = Promise.withResolvers<void>();
    const timer = setTimeout(late.resolve, START_MS);
    // Rejects when it is stopped before it was ever connected.
    const connected = this.#client.connect().then(
      () => {},
      () => {},
    );
    await Promise.race([connected, late.promise]);
    clearTimeout(timer);
    this.#consider();
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    if (this.#client.isOpen) this.#client.destroy();
  }

  /** Sends commands. Throws when Redis is away, refuses, or has not answered in time: within 50 ms whatever it does. */
  ask<T>(send: (client: Client) => Promise<T>): Promise<T> {
    return this.#breaker.run(() => withinMs(this.#boxMs, send(this.#client)));
  }

  /** The same, for answers in bytes. */
  askBytes<T>(send: (client: ReturnType<typeof asBytes>) => Promise<T>): Promise<T> {
    return this.#breaker.run(() => withinMs(this.#boxMs, send(this.#bytes)));
  }

  /**
   * Hears a channel from now on, over every loss of the connection. `connected` is called each time that it is heard anew:
   * what was said before may have been missed.
   */
  subscribe(channel: string, heard: (message: string) => void, connected: () => void): void {
    const subscription = { channel, heard, connected, isMade: false };
    this.#subscriptions.push(subscription);
    if (this.#client.isReady) void this.#hear(subscription);
  }

  async #hear(subscription: Subscription): Promise<void> {
    if (!subscription.isMade) {
      try {
        await this.#client.subscribe(subscription.channel, subscription.heard);
        subscription.isMade = true;
      } catch {
        // The next connection tries again.
        return;
      }
    }
    subscription.connected();
  }

  /** For health: rejects with a code unless Redis can be reached and takes what is written to it. */
  async check(): Promise<void> {
    if (!this.#client.isReady) throw coded(this.#code);
    try {
      await this.#client.set('summit:health', '', { expiration: { type: 'PX', value: 60_000 } });
    } catch (error) {
      throw coded(this.#client.isReady ? codeOf(error) : this.#code);
    }
  }

  /** Where nobody asks just now, nobody would find out that it works again. */
  async #probe(): Promise<void> {
    if (this.#isProbing) return;
    this.#isProbing = true;
    for (;;) {
      // A timer may be early by half a millisecond: then nothing was asked, and it is waited once more.
      await delay(this.#breaker.state().retryAfterMs + 1, undefined, { ref: false });
      if (this.#isStopped || this.#breaker.state().state === 'closed') break;
      await this.ask((client) => client.ping()).catch(() => {});
    }
    this.#isProbing = false;
  }

  #consider(cause?: unknown): void {
    const isConnected = this.#client.isReady;
    metrics.redisConnected.set(isConnected ? 1 : 0);
    const isAway = !isConnected || this.#breaker.state().state !== 'closed';
    if (isAway === this.#isAway || this.#isStopped) return;
    this.#isAway = isAway;
    const code = cause === undefined ? this.#code : codeOf(cause);
    if (isAway) this.#log.warn({ code }, AWAY);
    else this.#log.info(BACK);
  }
}

const coded = (code: string): Error => Object.assign(new Error(code), { code });

class TooLate extends Error {
  readonly code = 'TIMEOUT';
}

async function withinMs<T>(ms: number, answer: Promise<T>): Promise<T> {
  const late = Promise.withResolvers<never>();
  // Where this process itself was held up an answer may lie there already: it is read first.
  const timer = setTimeout(
    () => setImmediate(() => late.reject(new TooLate(`no answer within ${ms} ms`))),
    ms,
  );
  // What comes after the time is over is nobody's concern any more.
  answer.catch(() => {});
  return Promise.race([answer, late.promise]).finally(() => clearTimeout(timer));
}

/** Of the system, of TLS, or the first word of what Redis replied: OOM, WRONGPASS, NOAUTH, READONLY, LOADING … */
export function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'FAILED';
  const { code } = error as { code?: unknown };
  if (typeof code === 'string' && /^[A-Z][A-Z0-9_]+$/.test(code)) return code;
  if (/timeout/i.test(error.message)) return 'TIMEOUT';
  return /^([A-Z][A-Z]+)\b/.exec(error.message)?.[1] ?? 'DISCONNECTED';
}
