import { SummitError } from '@summit/process/errors';
import type { Counters, MakeCounters } from './counters.ts';
import type { Exchange } from './exchange.ts';

/** A token made for smoke tests; only an operator can make one. */
const exemptScope = 'smoke';
const background = /^\/api\/(?:imports|exports)(?:\/|$)/;

/** A person with many tabs has some dozens open. */
const maxInFlight = 200;

export type Admission = ReturnType<typeof createAdmission>;

/** Counts requests per principal, or per address while nobody has said who they are. Throws RATE_LIMITED. */
export function createAdmission(
  rate: { max: number; backgroundMax: number; windowMs: number },
  counters: MakeCounters,
) {
  const requests = counters('requests', rate.max, rate.windowMs);
  const heavy = counters('background', rate.backgroundMax, rate.windowMs);
  const failures = counters('failures', rate.max, rate.windowMs);
  const inFlight = new Map<string, number>();

  return {
    /** One request of a known principal; imports and exports count a second time, against their own limit. */
    async admit({ principal, path, request }: Exchange): Promise<void> {
      if (!principal || principal.scopes.includes(exemptScope)) return;
      await take(requests, principal.countedAs);
      const startsWork = request.method !== 'GET' || path.startsWith('/api/exports');
      if (startsWork && background.test(path)) await take(heavy, principal.countedAs);
    },

    /** What one principal has open at once: a flood of live feeds or slow uploads ends here, not at the server. */
    enter({ principal, response }: Exchange): void {
      const key = principal!.countedAs;
      const open = inFlight.get(key) ?? 0;
      if (open >= maxInFlight) throw new SummitError('RATE_LIMITED', { retryAfter: 1 });
      inFlight.set(key, open + 1);
      response.once('close', () => {
        const left = inFlight.get(key)! - 1;
        if (left > 0) inFlight.set(key, left);
        else inFlight.delete(key);
      });
    },

    /** One step of signing in. */
    admitAddress({ address }: Exchange): Promise<void> {
      return take(requests, `address:${address}`);
    },

    /** Guessing stops here, before the server is asked about another guess. */
    async mustNotBeGuessing({ address }: Exchange): Promise<void> {
      const { allowed, retryAfterSeconds } = await failures.peek(address);
      if (!allowed) throw new SummitError('RATE_LIMITED', { retryAfter: retryAfterSeconds });
    },

    async countFailure({ address }: Exchange): Promise<void> {
      await failures.take(address);
    },
  };
}

async function take(counters: Counters, key: string): Promise<void> {
  const { allowed, retryAfterSeconds } = await counters.take(key);
  if (!allowed) throw new SummitError('RATE_LIMITED', { retryAfter: retryAfterSeconds });
}
