import type { Dead } from './event.ts';
import type { Prepared } from './prepareEvent.ts';

/** A message as it stands in a topic. */
export interface Message {
  partition: number;
  offset: number;
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
