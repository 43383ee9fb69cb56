import { setTimeout as delay } from 'node:timers/promises';
import type { Part } from '@summit/process/lifecycle';
import type { Logger } from '@summit/process/log';
import { metrics } from '@summit/process/metrics';
import type { Database } from '../database/database.ts';
import { inTransaction } from '../database/inTransaction.ts';
import { listen } from '../database/listen.ts';
import { SoleRight } from '../database/lock.ts';
import { type ChangeEvent, changeEvent } from './changeEvents.ts';
import { Patience, pause } from './patience.ts';
import { movePublished, nextPage, publishedUpTo } from './published.queries.ts';
import { publishingLag, unpublishedTenants } from './publishing.ts';

export interface PublisherOptions {
  db: Database;
  log: Logger;
  positionSecret: Uint8Array;
  /** Resolves when the events of a tenant are kept, in their order. */
  send(tenant: string, events: readonly ChangeEvent[]): Promise<void>;
  /** Whether a failure is about this tenant alone: no lost database, no lost brokers. */
  isOfTenant(error: unknown): boolean;
}

const POLL_MS = 1_000;
const LAG_EVERY_MS = 5_000;
/** A change that waits longer is told once, until none does. */
const LATE_SECONDS = 60;
/** Pages of one tenant before the next one has its turn. */
const PAGES = 5;
/** Of a round for tenants that are refused, however many: then all others have their turn again. */
const REFUSED_MS = 1_000;

/**
 * Tells the changes of every tenant, below the horizon and in their order, one process at a time. How far it came stands in
 * Postgres after the events are kept: what was sent and not noted down is sent again, as the same events.
 */
export class Publisher implements Part {
  readonly #options: PublisherOptions;
  readonly #stopping = new AbortController();
  /** With tenants whose topic is refused. */
  readonly #patience = new Patience();
  readonly #right: SoleRight;
  #wake = () => {};
  #listening: { stop(): Promise<void> } | undefined;
  #running: Promise<void> = Promise.resolve();
  #failures = 0;
  #lagAt = Number.NEGATIVE_INFINITY;
  #isLate = false;

  constructor(options: PublisherOptions) {
    this.#options = options;
    this.#right = new SoleRight(options.db, 'publisher');
  }

  async run(): Promise<void> {
    this.#listening = listen(this.#options.db, 'publisher-changes', {
      heard: () => this.#wake(),
      connected: () => this.#wake(),
    });
    this.#running = this.#loop();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#wake();
    await this.#running;
    await this.#listening?.stop();
    await this.#right.release();
    this.#withdraw();
  }

  async #loop(): Promise<void> {
    const { log } = this.#options;
    const taken = () => log.info('this worker publishes changes to Kafka');
    while (!this.#stopping.signal.aborted) {
      const woken = new Promise<void>((done) => {
        this.#wake = done;
      });
      try {
        const mine = await this.#right.have(taken);
        const more = mine && (await this.#publishAll());
        if (mine && this.#failures > 0) log.info('changes are published again');
        if (mine) this.#failures = 0;
        if (!mine) this.#withdraw();
        if (more) continue;
        await this.#rest(woken, POLL_MS);
      } catch (error) {
        if (this.#failures++ === 0)
          log.error({ error }, 'changes are not published: Kafka or the database does not answer');
        metrics.kafkaFailures.inc({ part: 'publishing' });
        if (!this.#right.isHeld) this.#withdraw();
        // Nobody wakes it: each change would bring a try.
        await this.#rest(new Promise(() => {}), pause(this.#failures));
      }
    }
  }

  async #rest(woken: Promise<void>, ms: number): Promise<void> {
    const timer = new AbortController();
    const stop = () => timer.abort();
    this.#stopping.signal.addEventListener('abort', stop);
    await Promise.race([woken, delay(ms, undefined, { signal: timer.signal }).catch(() => {})]);
    timer.abort();
    this.#stopping.signal.removeEventListener('abort', stop);
  }

  /** Whether there is more to do at once. */
  async #publishAll(): Promise<boolean> {
    const { db } = this.#options;
    await this.#measure();
    let more = false;
    let refusedMs = 0;
    for (const tenant of this.#patience.inTurn(await unpublishedTenants(db))) {
      if (this.#stopping.signal.aborted || !this.#right.isHeld) return false;
      if (refusedMs > REFUSED_MS) break;
      const began = performance.now();
      more = (await this.#publishSome(tenant)) || more;
      if (this.#patience.isFailing(tenant)) refusedMs += performance.now() - began;
    }
    return more;
  }

  /** While the brokers are away too. */
  async #measure(): Promise<void> {
    if (performance.now() - this.#lagAt < LAG_EVERY_MS) return;
    this.#lagAt = performance.now();
    const { changes, seconds, isExact } = await publishingLag(this.#options.db);
    metrics.kafkaPublishingLag.set({ unit: 'changes' }, changes);
    metrics.kafkaPublishingLag.set({ unit: 'seconds' }, seconds);
    if (seconds > LATE_SECONDS && !this.#isLate)
      this.#options.log.warn({ changes, isExact, seconds }, 'changes wait to be published');
    this.#isLate = seconds > LATE_SECONDS;
  }

  /** Whoever has the right tells it now; what stood here would grow old. */
  #withdraw(): void {
    metrics.kafkaPublishingLag.reset();
    this.#lagAt = Number.NEGATIVE_INFINITY;
    this.#isLate = false;
  }

  async #publishSome(tenant: string): Promise<boolean> {
    const { log, isOfTenant } = this.#options;
    const began = performance.now();
    try {
      for (let pages = 0; pages < PAGES; pages++) {
        if (this.#stopping.signal.aborted) return false;
        if (!(await this.#publishPage(tenant))) return false;
      }
      return true;
    } catch (error) {
      if (!isOfTenant(error)) throw error;
      // What takes long before it fails leaves the others as long.
      const failures = this.#patience.failed(tenant, performance.now() - began);
      metrics.kafkaFailures.inc({ part: 'publishing' });
      if (failures === 1) log.error({ error, tenant }, "a tenant's changes are not published");
      return false;
    }
  }

  /** False when there is nothing left to tell of the tenant. */
  async #publishPage(tenant: string): Promise<boolean> {
    const { db, positionSecret, send } = this.#options;
    const { from, page } = await inTransaction(db, { tenant, readOnly: true }, async (tx) => {
      const from = await publishedUpTo(tx, tenant);
      return { from, page: await nextPage(tx, tenant, from) };
    });
    if (!page) return false;
    const events = page.rows.map((row) => changeEvent(row, tenant, positionSecret));
    if (events.length > 0) await send(tenant, events);
    metrics.kafkaPublished.inc(events.length);
    if (events.length > 0 && this.#patience.worked(tenant))
      this.#options.log.info({ tenant }, "a tenant's changes are published again");
    // Somebody else is at it: what was sent twice is the same twice.
    return inTransaction(db, { tenant }, (tx) => movePublished(tx, tenant, from, page.to));
  }
}
