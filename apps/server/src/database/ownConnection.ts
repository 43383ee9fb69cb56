import pg from 'pg';
import type { BesideName } from './besidePools.ts';

/**
 * One connection outside of the pools, which nobody else can take, made when it is needed and again after it was lost. What it is
 * asked is answered within `ms` or given up, and the connection with it.
 */
export class OwnConnection {
  readonly #options: pg.ClientConfig;
  readonly #ms: number;
  readonly #begin: (client: pg.ClientBase) => Promise<unknown>;
  #client: pg.Client | undefined;
  /** Told when it is lost while nobody asks. */
  whenLost: () => void = () => {};

  /** `begin` is asked of each new connection first. */
  constructor(
    { options }: pg.Pool,
    name: BesideName,
    ms: number,
    begin: (client: pg.ClientBase) => Promise<unknown> = async () => {},
  ) {
    const { max: _, ...rest } = options;
    this.#options = { ...rest, pipeline: false, application_name: `summit-${name}` };
    this.#ms = ms;
    this.#begin = begin;
  }

  /** One question at a time. Rejects with an error that has a `code`. */
  async ask<T>(work: (client: pg.ClientBase) => Promise<T>): Promise<T> {
    const late = Promise.withResolvers<never>();
    const timer = setTimeout(
      // An answer may lie there already, where this process itself was held up: it is read first.
      () => setImmediate(() => late.reject(Object.assign(new Error('no answer'), { code: 'TIMEOUT' }))),
      this.#ms,
    );
    const connecting = this.#client ? undefined : this.#connect();
    try {
      if (connecting) this.#client = await Promise.race([connecting, late.promise]);
      return await Promise.race([work(this.#client!), late.promise]);
    } catch (error) {
      this.hangUp();
      // Made after it was given up: nobody else could end it.
      connecting?.then(
        (client) => client.connection.stream.destroy(),
        () => {},
      );
      throw withCode(error);
    } finally {
      clearTimeout(timer);
    }
  }

  hangUp(): void {
    const client = this.#client;
    this.#client = undefined;
    client?.connection.stream.destroy();
  }

  async #connect(): Promise<pg.Client> {
    const client = new pg.Client(this.#options);
    client.on('error', () => {
      if (this.#client !== client) return;
      this.#client = undefined;
      this.whenLost();
    });
    const late = setTimeout(() => client.connection.stream.destroy(), this.#ms);
    try {
      await client.connect();
      await this.#begin(client);
      return client;
    } catch (error) {
      client.connection.stream.destroy();
      throw error;
    } finally {
      clearTimeout(late);
    }
  }
}

const withCode = (error: unknown): Error =>
  typeof (error as { code?: unknown }).code === 'string'
    ? (error as Error)
    : Object.assign(new Error('the connection was lost', { cause: error }), { code: 'ECONNRESET' });
