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
}

const OUT_OF_TIME = '57014';

/**
 * Does what the messages of one tenant say, in as few changes as can be. `from` moves on with each of them, so that after a
 * failure it says what is done. Throws what passes by itself, Suspended and OffsetsMoved.
 */
export async function takeIn(
  services: { db: Database; positionSecret: Uint8Array },
  tenant: string,
  { topic, messages, from }: Arrived,
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
  await takeUnits(granted, { topic, from }, units, total);
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
  place: { topic: string; from: Offsets },
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
    const slow = (error as { code?: unknown }).code === OUT_OF_TIME;
    if (!isAboutAnEvent(error) && !(slow && units.length > 1)) throw error;
    if (units.length === 1) {
      const [{ message }] = units as [Unit];
      return takeUnits(granted, place, [{ message, dead: deadOf(error) }], total);
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

const ofRights = new Set(['FORBIDDEN', 'INPUT_INVALID', 'NOT_FOUND']);

const isAboutAnEvent = (error: unknown): boolean =>
  error instanceof SummitError ? ofRights.has(error.code) : isRefusal(error);

function deadOf(error: unknown): Dead {
  const { message } = error as Error;
  return error instanceof SummitError
    ? new Dead('NOT_ALLOWED', `the service user may not write this: ${message}`)
    : new Dead('NOT_STORABLE', `the database does not take it: ${message}`);
}
