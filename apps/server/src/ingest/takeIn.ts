/** From messages to facts: a message that cannot be taken is parked, and never keeps the next one waiting. */
import { SummitError } from '@summit/process/errors';
import { LONGEST_CHANGE_MS } from '../change/command.ts';
import type { Database } from '../database/database.ts';
import { clearRemoved } from '../dataset/dataset.commands.ts';
import { isRefusal } from '../import/refused.ts';
import { Dead, type IngestEvent, readEvent } from './event.ts';
import { type Granted, loadGrant } from './grant.ts';
import { takeBatch } from './ingest.commands.ts';
import type { Epochs, Message, Offsets, Unit } from './message.ts';
import { prepareEvent } from './prepareEvent.ts';
import { type Fates, noFates } from './settle.ts';

export interface Arrived {
  /** Id of the topic. */
  topic: string;
  messages: readonly Message[];
  /** Where each partition was read from. */
  from: Offsets;
  /** Kept by who reads, from one round to the next. */
  slow?: SlowEvents;
}

/** Of each partition the event that last took too long by itself, and how often. */
export type SlowEvents = Map<string, { offset: number; times: number }>;

const OUT_OF_TIME = '57014';
/** A database that is busy for a while passes by itself; after so often it is the event. */
const SLOW_MOST = 5;

/**
 * Does what the messages of one tenant say, in as few changes as can be. `from` moves on with each of them, so that after a
 * failure it says what is done. Throws what passes by itself, Suspended and OffsetsMoved.
 */
export async function takeIn(
  services: { db: Database; positionSecret: Uint8Array },
  tenant: string,
  { topic, messages, from, slow = new Map() }: Arrived,
): Promise<Fates> {
  const read = messages.map((message) => ({ message, ...readOr(message) }));
  const datasets = [...new Set(read.flatMap(({ event }) => (event ? [event.data.dataset] : [])))];
  const granted = await loadGrant(services, tenant, datasets);
  const units = read.map(({ message, event, dead }): Unit => {
    if (!event) return { message, dead: dead! };
    try {
      return { message, prepared: prepareEvent(event, granted.preparerOf(event.data.dataset)) };
    } catch (error) {
      if (!(error instanceof Dead)) throw error;
      return { message, dead: error };
    }
  });
  const total = noFates();
  await takeUnits(granted, { topic, from, slow }, units, total);
  return total;
}

function readOr(message: Message): { event?: IngestEvent; dead?: Dead } {
  try {
    return { event: readEvent(message.value, Date.now()) };
  } catch (error) {
    if (error instanceof Dead) return { dead: error };
    throw error;
  }
}

/** Halves are taken apart until the single event that the database or a right refuses is found. */
async function takeUnits(
  granted: Granted,
  place: { topic: string; from: Offsets; slow: SlowEvents },
  units: readonly Unit[],
  total: Fates,
  isCleared = false,
): Promise<void> {
  const { topic, from } = place;
  const to: Offsets = new Map();
  const epochs: Epochs = new Map();
  for (const { message } of units) {
    to.set(message.partition, message.offset + 1);
    if (message.epoch !== undefined) epochs.set(message.partition, message.epoch);
  }
  try {
    const fates = await takeBatch(
      granted,
      { topic, from: pick(from, to), to, epochs },
      units,
      units.length === 1 ? LONGEST_CHANGE_MS : undefined,
    );
    for (const [partition, next] of to) from.set(partition, next);
    for (const fate of Object.keys(total) as (keyof Fates)[]) total[fate] += fates[fate];
    return;
  } catch (error) {
    if (!isCleared && error instanceof SummitError && error.code === 'CONFLICT') {
      await clear(granted, units);
      return takeUnits(granted, place, units, total, true);
    }
    const isSlow = (error as { code?: unknown }).code === OUT_OF_TIME;
    if (!isAboutAnEvent(error) && !isSlow) throw error;
    if (units.length === 1) {
      const [{ message, dead }] = units as [Unit];
      if (isSlow && (dead || !isTooSlow(place, message))) throw error;
      return takeUnits(granted, place, [{ message, dead: isSlow ? tooSlow() : deadOf(error) }], total);
    }
  }
  const middle = units.length >> 1;
  await takeUnits(granted, place, units.slice(0, middle), total);
  await takeUnits(granted, place, units.slice(middle), total);
}

const pick = (from: Offsets, to: Offsets): Offsets =>
  new Map([...to.keys()].map((partition) => [partition, from.get(partition) ?? 0]));

/** A dataset that was removed a moment ago may have left rows. */
async function clear({ ctx }: Granted, units: readonly Unit[]): Promise<void> {
  const datasets = new Set(units.flatMap(({ prepared }) => (prepared ? [prepared.dataset] : [])));
  for (const dataset of datasets) await clearRemoved(ctx, dataset);
}

function isTooSlow(
  { topic, slow }: { topic: string; slow: SlowEvents },
  { partition, offset }: Message,
): boolean {
  const name = `${topic} ${partition}`;
  const before = slow.get(name);
  const times = before?.offset === offset ? before.times + 1 : 1;
  slow.set(name, { offset, times });
  return times >= SLOW_MOST;
}

const tooSlow = (): Dead =>
  new Dead('NOT_STORABLE', `it took longer than ${LONGEST_CHANGE_MS / 1000} s, ${SLOW_MOST} times in a row`);

const ofRights = new Set(['FORBIDDEN', 'INPUT_INVALID', 'NOT_FOUND']);

const isAboutAnEvent = (error: unknown): boolean =>
  error instanceof SummitError ? ofRights.has(error.code) : isRefusal(error);

function deadOf(error: unknown): Dead {
  const { message } = error as Error;
  return error instanceof SummitError
    ? new Dead('NOT_ALLOWED', `the service user may not write this: ${message}`)
    : new Dead('NOT_STORABLE', `the database does not take it: ${message}`);
}
