import { createHash } from 'node:crypto';
import { SummitError } from '@summit/process/errors';

// With the recheck interval of open streams this keeps "cut off within 5 s" true, with room for a slow answer.
const freshMs = 2000;
const trustedMs = 10 * 60_000;
const maxEntries = 10_000;
const keptEntries = maxEntries * 0.75;

interface Entry<Resolved> {
  answer: Promise<Resolved>;
  until: number;
}

/** Opens nothing, and says nothing of the credential. */
export const nameOfCredential = (credential: string): string =>
  createHash('sha256').update(credential).digest('base64');

/**
 * Remembers what a credential resolved to for 2 s, keyed by its hash; refusals and failures are never remembered. That it was
 * good is remembered for ten minutes: to ask about it again is no guess. Each gateway knows those that it has met itself.
 */
export function rememberResolutions<Resolved>(now: () => number = () => performance.now()) {
  const entries = new Map<string, Entry<Resolved>>();
  const good = new Map<string, { until: number }>();

  function makeRoom(among: Map<string, { until: number }>) {
    if (among.size < maxEntries) return;
    for (const [key, { until }] of among) if (until <= now()) among.delete(key);
    for (const key of among.keys()) {
      if (among.size <= keptEntries) break;
      among.delete(key);
    }
  }

  function noteGood(key: string) {
    // Set anew, so that who came last is forgotten last.
    good.delete(key);
    makeRoom(good);
    good.set(key, { until: now() + trustedMs });
  }

  return {
    /** Whether a good answer is at hand, so that asking costs the server nothing. */
    holds(credential: string): boolean {
      const entry = entries.get(nameOfCredential(credential));
      return entry !== undefined && entry.until > now();
    },
    /** Whether it was good of late, by what this gateway knows; whether it still is, only the server says. */
    trusts(credential: string): boolean {
      const until = good.get(nameOfCredential(credential))?.until;
      return until !== undefined && until > now();
    },
    /** One that the server has just given out. */
    trust(credential: string): void {
      noteGood(nameOfCredential(credential));
    },
    /** Concurrent requests of one credential share one question. */
    resolve(credential: string, ask: () => Promise<Resolved>): Promise<Resolved> {
      const key = nameOfCredential(credential);
      const known = entries.get(key);
      if (known && known.until > now()) return known.answer;
      makeRoom(entries);
      const entry: Entry<Resolved> = { answer: ask(), until: now() + freshMs };
      entries.set(key, entry);
      entry.answer.then(
        () => noteGood(key),
        (error) => {
          if (entries.get(key) === entry) entries.delete(key);
          // A server that does not answer has not refused it.
          if (error instanceof SummitError && error.code === 'UNAUTHENTICATED') good.delete(key);
        },
      );
      return entry.answer;
    },
    /** By the name of the credential; left out, everything. */
    forget(name?: string): void {
      if (name === undefined) entries.clear();
      else entries.delete(name);
    },
  };
}
