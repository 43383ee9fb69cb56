import { setTimeout as delay } from 'node:timers/promises';

/** Waits for a condition that somebody else brings about. */
export async function until(
  what: string,
  withinMs: number,
  condition: () => boolean | Promise<boolean>,
): Promise<void> {
  for (const deadline = Date.now() + withinMs; !(await condition()); await delay(50))
    if (Date.now() > deadline) throw new Error(`not within ${withinMs} ms: ${what}`);
}
