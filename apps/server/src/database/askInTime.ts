import { setTimeout as delay } from 'node:timers/promises';
import { busy, unavailable } from './database.ts';
import { inTime } from './inTime.ts';

/** How long the database gets to say that it is there, once something took too long. */
const ALIVE_MS = 200;

/**
 * What `work` comes to, for somebody who waits no longer than `ms`. After that DATABASE_BUSY when the database itself is there
 * (`isAlive`: the pulse's beat), else DATABASE_UNAVAILABLE. The work goes on by itself.
 */
export async function askInTime<T>(work: Promise<T>, ms: number, isAlive: () => Promise<void>): Promise<T> {
  const timer = new AbortController();
  const late = delay(ms, undefined, { ref: false, signal: timer.signal }).then(async () => {
    throw await inTime(isAlive(), ALIVE_MS).then(() => busy(), unavailable);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    timer.abort();
  }
}
