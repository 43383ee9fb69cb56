import { setTimeout as delay } from 'node:timers/promises';
import type { Part } from '@summit/process/lifecycle';
import type { Logger } from '@summit/process/log';
import pg from 'pg';

export interface ListeningOptions {
  url: string;
  channel: string;
  log: Logger;
  heard(payload: string): void;
  /** After every connection that came back: what was told in between was not heard. */
  reconnected?(): void;
}

/** One connection of its own that listens on one channel, and comes back when it breaks. */
export class Listening implements Part {
  readonly #options: ListeningOptions;
  #client: pg.Client | undefined;
  #stopped = false;

  constructor(options: ListeningOptions) {
    this.#options = options;
  }

  async run(): Promise<void> {
    const { url, channel, log, heard } = this.#options;
    if (!/^[a-z_]+$/.test(channel)) throw new TypeError(`not a channel: ${channel}`);
    const client = new pg.Client({
      connectionString: url,
      application_name: 'summit-listen',
      keepAlive: true,
    });
    this.#client = client;
    client.on('notification', ({ payload }) => heard(payload ?? ''));
    // Only a connection that stood is made again here; one that never did is tried again by whoever asked for it.
    // (Counting both doubled the attempts each time, until the server had no connection left.)
    let stands = false;
    const again = (error?: unknown) => {
      if (!stands || this.#stopped) return;
      stands = false;
      log.warn({ error, channel }, 'the connection that listens broke; it is made again');
      void this.#again();
    };
    client.on('error', again);
    client.on('end', () => again());
    await client.connect();
    await client.query(`listen ${channel}`);
    stands = true;
  }

  async #again(): Promise<void> {
    for (let wait = 100; !this.#stopped; wait = Math.min(wait * 2, 2_000)) {
      await delay(wait);
      try {
        await this.run();
        this.#options.reconnected?.();
        return;
      } catch {
        await this.#client?.end().catch(() => {});
      }
    }
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#client?.end().catch(() => {});
  }
}
