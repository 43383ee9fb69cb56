import { setTimeout as delay } from 'node:timers/promises';
import type { Part } from '@summit/process/lifecycle';
import type { Logger } from '@summit/process/log';
import type { Database } from './database.ts';
import { OwnConnection } from './ownConnection.ts';
import { standsHere } from './standing.ts';

const EVERY_MS = 1_000;
/** A beat that takes longer did not come: two in a row, and the database counts as gone. */
const BEAT_MS = 1_900;
/** After one that did not come the next is not waited for. */
const AGAIN_MS = 50;

export const LOST = 'the database does not answer; reads and writes are refused until it does';
export const BACK = 'the database answers again';

export interface PulseOptions {
  everyMs?: number;
  beatMs?: number;
}

/**
 * Asks the database once a second, on a connection of its own, whether it is there: its breaker and health know it from here.
 * Each new connection also looks whether it is still the same database.
 */
export class Pulse implements Part {
  readonly #db: Database;
  readonly #log: Logger;
  readonly #everyMs: number;
  readonly #connection: OwnConnection;
  #stopped = false;
  #beating: Promise<void> | undefined;
  #wake = new AbortController();
  #running: Promise<void> = Promise.resolve();

  constructor(db: Database, log: Logger, { everyMs = EVERY_MS, beatMs = BEAT_MS }: PulseOptions = {}) {
    this.#db = db;
    this.#log = log;
    this.#everyMs = everyMs;
    this.#connection = new OwnConnection(db.writes, 'pulse', beatMs, standsHere);
  }

  async run(): Promise<void> {
    const lookNow = () => this.#wake.abort();
    this.#connection.whenLost = lookNow;
    this.#db.whenDoubtful = lookNow;
    this.#running = this.#beatOn();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#db.whenDoubtful = () => {};
    this.#wake.abort();
    await this.#running;
    await this.#beating?.catch(() => {});
    this.#connection.hangUp();
  }

  /** Resolves when the database answers, rejects with a `code` when it does not. Whoever asks meanwhile waits for the same answer. */
  beat(): Promise<void> {
    this.#beating ??= this.#connection
      .ask((client) => client.query('select 1'))
      .then(() => {})
      .finally(() => {
        this.#beating = undefined;
      });
    return this.#beating;
  }

  async #beatOn(): Promise<void> {
    const { breaker } = this.#db;
    let lost = false;
    while (!this.#stopped) {
      this.#wake = new AbortController();
      let failed: unknown;
      await breaker
        .run(() => this.beat())
        .catch((error: unknown) => {
          failed = error;
        });
      const isOpen = breaker.state().state !== 'closed';
      if (isOpen && !lost) this.#log.error({ error: failed }, LOST);
      if (!isOpen && lost) this.#log.info(BACK);
      lost = isOpen;
      const wait = failed === undefined ? this.#everyMs : AGAIN_MS;
      await delay(wait, undefined, { signal: this.#wake.signal, ref: false }).catch(() => {});
    }
  }
}
