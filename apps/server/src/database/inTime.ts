import { setTimeout as delay } from 'node:timers/promises';

/** What a connection is asked; throws when it gives no answer in `ms`. Whoever asked hangs up then. */
export async function inTime<T>(asked: Promise<T>, ms: number): Promise<T> {
  const timer = new AbortController();
  const silence = delay(ms, undefined, { ref: false, signal: timer.signal }).then(() => {
    throw new Error('no answer');
  });
  try {
    return await Promise.race([asked, silence]);
  } finally {
    timer.abort();
  }
}
