import { createHash } from 'node:crypto';
import type { Dead } from './event.ts';
import type { Prepared } from './prepareEvent.ts';

/** A message as it stands in a topic. */
export interface Message {
  partition: number;
  offset: number;
  /** Under which leader of the partition it was written. */
  epoch?: number;
  key: Buffer | null;
  value: Buffer | null;
  headers: [Buffer | null, Buffer | null][];
}

/** A message that can do nothing. */
export interface DeadUnit {
  message: Message;
  dead: Dead;
  prepared?: undefined;
}

/** A message, and what it does. */
export type Unit = { message: Message; prepared: Prepared; dead?: undefined } | DeadUnit;

/** Where a partition is read from next. */
export type Offsets = Map<number, number>;

/** Of which leader the last message is that was taken from each partition. */
export type Epochs = Map<number, number>;

/** Which message it is, where others may come to stand at its place: hex, empty where it has no value. */
export const digestOf = ({ value }: Message): string =>
  value === null ? '' : createHash('sha256').update(value).digest('hex');
