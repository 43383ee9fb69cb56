import { setImmediate as nextTurn } from 'node:timers/promises';
import { SummitError } from '@summit/process/errors';
import type { At, Reading } from './read.ts';

/** Opens a reading and keeps it open until what it is given settles. */
export type OpenReading = (work: (tx: Reading) => Promise<void>) => Promise<void>;

interface Share {
  reading: Promise<Reading>;
  users: number;
  end(): void;
}

/**
 * The readings of one GraphQL query: its fields read one snapshot per moment on one connection, instead of opening a
 * transaction each (a page of an entity: 18 round trips to Postgres, most of its time). A connection is given back as soon as
 * nobody reads for one turn of the event loop, so that none is held while something else is waited for. Not for requests
 * that write: they must see what they wrote.
 */
export class SharedReads {
  readonly #shares = new Map<At, Share>();

  async run<T>(at: At, open: OpenReading, work: (tx: Reading) => Promise<T>): Promise<T> {
    const share = this.#shares.get(at) ?? this.#begin(at, open);
    share.users++;
    try {
      return await work(await share.reading);
    } catch (error) {
      // What Postgres refuses ends the transaction for everybody: those who come later get another.
      if (!(error instanceof SummitError)) this.#forget(at, share);
      throw error;
    } finally {
      if (--share.users === 0) void this.#endWhenIdle(at, share);
    }
  }

  #begin(at: At, open: OpenReading): Share {
    const { promise: reading, resolve, reject } = Promise.withResolvers<Reading>();
    const { promise: ended, resolve: end } = Promise.withResolvers<void>();
    const share: Share = { reading, users: 0, end };
    this.#shares.set(at, share);
    open((tx) => {
      resolve(tx);
      return ended;
    }).catch(reject);
    return share;
  }

  #forget(at: At, share: Share): void {
    if (this.#shares.get(at) === share) this.#shares.delete(at);
  }

  async #endWhenIdle(at: At, share: Share): Promise<void> {
    await nextTurn();
    if (share.users > 0) return;
    this.#forget(at, share);
    share.end();
  }
}
