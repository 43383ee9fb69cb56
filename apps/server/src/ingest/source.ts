/** Where messages come from, as the consumer asks for them; ingest.kafka.ts is what stands behind it. */
import type { DeadLetter } from './deadLetters.ts';
import type { Message } from './message.ts';

/** A topic that facts come in from. */
export interface Topic {
  tenant: string;
  id: string;
  /** Who leads each partition. */
  leaders: readonly number[];
}

export interface Wanted {
  topic: Topic;
  partition: number;
  offset: number;
  /** Under which leader what stands before `offset` was written, where that is known: another one may have written something else there. */
  epoch: number | undefined;
}

export interface Fetched extends Wanted {
  messages: Message[];
  /** Where to go on; beyond the last message where there are only marks of transactions. */
  next: number;
  /** Under which leader what stands before `next` was written. */
  lastEpoch: number | undefined;
  /** Where the partition ends now; undefined where nobody said it. */
  end: number | undefined;
  /** Why nothing was read of it; the others were read all the same. */
  unread?: Error;
  /** The log does not hold what was asked for. */
  lost?: Lost;
}

export interface Lost {
  /** Its first offset that is there. */
  start: number;
  /** What was read stands there no more, or something else does; if not, it let go of what was not read yet. */
  isCut: boolean;
}

export interface Source {
  topicOf(tenant: string): Promise<Topic>;
  /** Looks its topic up again; all of them without a name. */
  forget(tenant?: string): void;
  /** Waits for messages up to `waitMs`. Rejects when nobody answers. */
  fetch(wanted: readonly Wanted[], waitMs: number): Promise<Fetched[]>;
  park(tenant: string, letters: readonly DeadLetter[]): Promise<void>;
}
