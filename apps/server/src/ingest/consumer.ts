import { setTimeout as delay } from 'node:timers/promises';
import type { Part } from '@summit/process/lifecycle';
import type { Logger } from '@summit/process/log';
import { metrics } from '@summit/process/metrics';
import type { Database } from '../database/database.ts';
import { inTransaction } from '../database/inTransaction.ts';
import { SoleRight } from '../database/lock.ts';
import { Patience, pause } from '../projection/patience.ts';
import { Backlog } from './backlog.ts';
import { letGoOf, waitingLetters } from './deadLetters.ts';
import { Suspended } from './grant.ts';
import type { Epochs, Message, Offsets } from './message.ts';
import { forgetOldEvents, forgetParked, ingestingTenants, noteEnds, storedOffsets } from './offsets.ts';
import { type Fates, moveOffsets, OffsetsMoved } from './settle.ts';
import type { Fetched, Lost, Source, Topic, Wanted } from './source.ts';
import { type SlowEvents, takeIn } from './takeIn.ts';

export interface ConsumerOptions {
  db: Database;
  log: Logger;
  positionSecret: Uint8Array;
  source: Source;
  /** Whether a failure is about one tenant alone: no lost database, no lost brokers. */
  isOfTenant(error: unknown): boolean;
}

/** Of one change. */
const MESSAGES_MOST = 1_000;
const BYTES_MOST = 4 * 1024 * 1024;
/** How long a broker waits for the next message before it says that there is none. */
const WAIT_MS = 500;
const IDLE_MS = 1_000;
const SUSPENDED_MS = 5_000;
/** More that waits is told once, until it is done. */
const BEHIND = 10_000;
const CLEAN_EVERY_MS = 60_000;
const ENDS_EVERY_MS = 5_000;
/** An operator may have it read again. */
const OFFSETS_EVERY_MS = 2_000;

interface Reading {
  topic: Topic;
  /** As Postgres has them, and where to fetch from. */
  stored: Offsets;
  next: Offsets;
  /** Of what stands before `next`. */
  epochs: Epochs;
  notedAt: number;
  readAt: number;
}

/** Takes facts in from the topics of the tenants that were granted one; one process at a time. */
export class IngestConsumer implements Part {
  readonly #options: ConsumerOptions;
  readonly #stopping = new AbortController();
  readonly #readings = new Map<string, Reading>();
  #backlog = new Backlog();
  /** With tenants whose topic or grant is refused, with those whose topic of the dead is, and with partitions. */
  readonly #patience = new Patience();
  readonly #parking = new Patience();
  readonly #partitions = new Patience();
  readonly #slow: SlowEvents = new Map();
  readonly #right: SoleRight;
  #failed = new Set<string>();
  /** A fetch is filled from its beginning: who stands there is another one each round. */
  #turn = 0;
  #running: Promise<void> = Promise.resolve();
  #failures = 0;
  #behind = false;
  #cleanedAt = Number.NEGATIVE_INFINITY;

  constructor(options: ConsumerOptions) {
    this.#options = options;
    this.#right = new SoleRight(options.db, 'ingest');
  }

  async run(): Promise<void> {
    this.#running = this.#loop();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
    await this.#right.release();
    this.#withdraw();
  }

  async #loop(): Promise<void> {
    const { log } = this.#options;
    const taken = () => {
      this.#readings.clear();
      this.#backlog = new Backlog();
      log.info('this worker takes events in from Kafka');
    };
    while (!this.#stopping.signal.aborted) {
      try {
        const mine = await this.#right.have(taken);
        const found = mine && (await this.#round());
        if (mine && this.#failures > 0) log.info('events are taken in again');
        if (mine) this.#failures = 0;
        else this.#withdraw();
        if (!found) await this.#rest(IDLE_MS);
      } catch (error) {
        // What is in memory may not be what was committed, nor lead who led.
        this.#readings.clear();
        this.#options.source.forget();
        if (this.#failures++ === 0)
          log.error({ error }, 'events are not taken in: Kafka or the database does not answer');
        metrics.kafkaFailures.inc({ part: 'ingest' });
        if (!this.#right.isHeld) this.#withdraw();
        await this.#rest(pause(this.#failures));
      }
    }
  }

  async #rest(ms: number): Promise<void> {
    await delay(ms, undefined, { signal: this.#stopping.signal }).catch(() => {});
  }

  /** False when there is nothing to read from. */
  async #round(): Promise<boolean> {
    const { db, log, source } = this.#options;
    if (performance.now() - this.#cleanedAt > CLEAN_EVERY_MS) {
      this.#cleanedAt = performance.now();
      for (const forget of [forgetOldEvents, forgetParked])
        while ((await forget(db)) && !this.#stopping.signal.aborted);
    }
    const wanted: Wanted[] = [];
    const tenants = await ingestingTenants(db);
    for (const gone of this.#readings.keys()) if (!tenants.includes(gone)) this.#readings.delete(gone);
    this.#backlog.keep(tenants);
    this.#failed = new Set();
    const turn = this.#turn++;
    for (const tenant of turned(tenants, turn)) {
      await this.#park(tenant);
      if (!this.#patience.mayTry(tenant)) continue;
      await this.#ofTenant(tenant, async () => {
        const { topic, next, epochs } = await this.#readingOf(tenant);
        const partitions = topic.leaders.map((leader, partition) => ({ leader, partition }));
        // Without a leader it cannot be read just now; the others can.
        for (const { leader, partition } of turned(partitions, Math.floor(turn / tenants.length)))
          if (leader >= 0 && this.#partitions.mayTry(`${tenant} ${partition}`))
            wanted.push({
              ...{ topic, partition, offset: next.get(partition) ?? 0 },
              epoch: epochs.get(partition),
            });
      });
    }
    if (wanted.length === 0) {
      this.#tellLag();
      return false;
    }
    const fetched = await source.fetch(wanted, WAIT_MS);
    for (const [tenant, some] of Map.groupBy(fetched, ({ topic }) => topic.tenant)) {
      if (this.#stopping.signal.aborted || !this.#right.isHeld) return true;
      await this.#ofTenant(tenant, () => this.#take(tenant, some));
    }
    for (const { tenant } of wanted.map(({ topic }) => topic))
      if (!this.#failed.has(tenant) && this.#patience.worked(tenant))
        log.info({ tenant }, 'events of a tenant are taken in again');
    this.#tellLag();
    return true;
  }

  /** What is wrong with one tenant keeps no other waiting. */
  async #ofTenant(tenant: string, work: () => Promise<void>): Promise<void> {
    const { log, source, isOfTenant } = this.#options;
    const began = performance.now();
    try {
      await work();
    } catch (error) {
      this.#readings.delete(tenant);
      if (error instanceof OffsetsMoved) return;
      const suspended = error instanceof Suspended;
      if (!suspended && !isOfTenant(error)) throw error;
      source.forget(tenant);
      this.#failed.add(tenant);
      // What takes long before it fails leaves the others as long.
      const failures = this.#patience.failed(tenant, suspended ? SUSPENDED_MS : performance.now() - began);
      if (!suspended) metrics.kafkaFailures.inc({ part: 'ingest' });
      if (failures > 1) return;
      if (suspended) log.warn({ error, tenant }, 'events of a tenant wait: its grant does not hold');
      else log.error({ error, tenant }, 'events of a tenant wait: they cannot be taken in');
    }
  }

  async #readingOf(tenant: string): Promise<Reading> {
    const { db, source } = this.#options;
    const topic = await source.topicOf(tenant);
    const known = this.#readings.get(tenant);
    const isSame = known?.topic.id === topic.id;
    if (isSame && performance.now() - known.readAt < OFFSETS_EVERY_MS) return Object.assign(known, { topic });
    const { stored, epochs, ends } = await inTransaction(db, { tenant, readOnly: true }, (tx) =>
      storedOffsets(tx, tenant, topic.id),
    );
    const readAt = performance.now();
    if (isSame && [...stored].every(([partition, next]) => (known.stored.get(partition) ?? 0) === next))
      return Object.assign(known, { topic, readAt });
    const next = new Map(stored);
    const reading: Reading = { topic, stored, next, epochs, notedAt: Number.NEGATIVE_INFINITY, readAt };
    this.#readings.set(tenant, reading);
    this.#backlog.reads(tenant, { topic: topic.id, next, ends });
    return reading;
  }

  async #take(tenant: string, fetched: readonly Fetched[]): Promise<void> {
    const { db, positionSecret } = this.#options;
    const reading = this.#readings.get(tenant);
    if (!reading) return;
    await this.#note(tenant, reading, fetched);
    const read = this.#readable(tenant, fetched);
    for (const { partition, lost } of read)
      if (lost) await this.#beginAgain(tenant, reading, partition, lost);
    const messages = read.flatMap((each) => each.messages);
    for (const some of portionsOf(messages)) {
      if (this.#stopping.signal.aborted || !this.#right.isHeld) return;
      const began = performance.now();
      const fates = await takeIn({ db, positionSecret }, tenant, {
        topic: reading.topic.id,
        messages: some,
        from: reading.stored,
        slow: this.#slow,
      });
      this.#count(tenant, fates, (performance.now() - began) / 1000);
      for (const { partition, offset } of some) reading.next.set(partition, offset + 1);
    }
    for (const { partition, next, lastEpoch, lost } of read) {
      if (lost) continue;
      reading.next.set(partition, next);
      if (lastEpoch !== undefined) reading.epochs.set(partition, lastEpoch);
    }
  }

  /** How much waits is known also where it cannot be read or may not be taken in: the more then. */
  async #note(tenant: string, reading: Reading, fetched: readonly Fetched[]): Promise<void> {
    const ends: Offsets = new Map(
      fetched.flatMap(({ partition, end }) => (end === undefined ? [] : [[partition, end]])),
    );
    this.#backlog.end(tenant, ends);
    const hasNews = fetched.some(({ messages }) => messages.length > 0);
    if (!hasNews && performance.now() - reading.notedAt <= ENDS_EVERY_MS) return;
    reading.notedAt = performance.now();
    const { id, leaders } = reading.topic;
    await inTransaction(this.#options.db, { tenant }, (tx) => noteEnds(tx, tenant, id, leaders.length, ends));
  }

  /** Those that were read; of the others each is left alone for a while. Throws where none was: then it is the topic. */
  #readable(tenant: string, fetched: readonly Fetched[]): Fetched[] {
    const { log, source } = this.#options;
    const read = fetched.filter((each) => each.unread === undefined);
    if (read.length === 0 && fetched.length > 0) throw fetched[0]!.unread;
    for (const { partition, unread: error } of fetched) {
      const name = `${tenant} ${partition}`;
      if (error === undefined) {
        if (this.#partitions.worked(name)) log.info({ tenant, partition }, 'a partition is read again');
        continue;
      }
      // Another may lead it by now.
      source.forget(tenant);
      metrics.kafkaFailures.inc({ part: 'ingest' });
      if (this.#partitions.failed(name) === 1)
        log.error({ error, tenant, partition }, 'a partition cannot be read; the others are');
    }
    return read;
  }

  /** What was read of it before has no effect again. */
  async #beginAgain(
    tenant: string,
    reading: Reading,
    partition: number,
    { start, isCut }: Lost,
  ): Promise<void> {
    const from = reading.next.get(partition) ?? 0;
    this.#options.log.error(
      { tenant, partition, from, start },
      isCut
        ? 'a partition lost what was read of it, or has something else there: it is read again from its beginning'
        : 'messages are gone before they were read: it goes on with the oldest that is there',
    );
    const [to, epochs] = [new Map([[partition, start]]), new Map()];
    const taking = { topic: reading.topic.id, from: reading.stored, to, epochs };
    await inTransaction(this.#options.db, { tenant }, (tx) => moveOffsets(tx, tenant, taking));
    for (const offsets of [reading.stored, reading.next]) offsets.set(partition, start);
    reading.epochs.delete(partition);
  }

  #count(tenant: string, fates: Fates, seconds: number): void {
    metrics.kafkaIngestSeconds.observe(seconds);
    for (const [fate, count] of Object.entries(fates)) metrics.kafkaIngested.inc({ fate }, count);
    if (fates.dead > 0)
      this.#options.log.error(
        { tenant, messages: fates.dead },
        'messages could not be taken in and were parked, with the reason of each',
      );
  }

  /** Parked messages wait in Postgres; a topic of the dead that is refused holds up nothing else. */
  async #park(tenant: string): Promise<void> {
    const { db, log, source, isOfTenant } = this.#options;
    if (!this.#parking.mayTry(tenant)) return;
    try {
      const letters = await inTransaction(db, { tenant, readOnly: true }, (tx) => waitingLetters(tx, tenant));
      if (letters.length === 0) return;
      await source.park(tenant, letters);
      await inTransaction(db, { tenant }, (tx) => letGoOf(tx, tenant, letters));
    } catch (error) {
      if (!isOfTenant(error)) throw error;
      if (this.#parking.failed(tenant) === 1)
        log.error({ error, tenant }, 'parked messages of a tenant are not told');
      return;
    }
    this.#parking.worked(tenant);
  }

  #tellLag(): void {
    const behind = this.#backlog.messages;
    metrics.kafkaIngestLag.set(behind);
    if (behind > BEHIND && !this.#behind) this.#options.log.warn({ behind }, 'events wait to be taken in');
    this.#behind = behind > BEHIND;
  }

  /** Whoever has the right tells it now; what stood here would grow old. */
  #withdraw(): void {
    metrics.kafkaIngestLag.remove();
    this.#behind = false;
  }
}

/** From another one on each time, round and round. */
function turned<T>(all: readonly T[], turn: number): T[] {
  const first = all.length === 0 ? 0 : turn % all.length;
  return [...all.slice(first), ...all.slice(0, first)];
}

function* portionsOf(messages: readonly Message[]): Generator<Message[]> {
  let portion: Message[] = [];
  let bytes = 0;
  for (const message of messages) {
    const more = message.value?.length ?? 0;
    if (portion.length === MESSAGES_MOST || (portion.length > 0 && bytes + more > BYTES_MOST)) {
      yield portion;
      portion = [];
      bytes = 0;
    }
    portion.push(message);
    bytes += more;
  }
  if (portion.length > 0) yield portion;
}
