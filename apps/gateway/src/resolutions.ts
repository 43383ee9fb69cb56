import { createHash } from 'node:crypto';

// With the recheck interval of open streams this keeps "cut off within 5 s" true, with room for a slow answer.
const freshMs = 2000;
const maxEntries = 10_000;
const keptEntries = maxEntries * 0.75;

interface Entry<Resolved> {
  answer: Promise<Resolved>;
  until: number;
}

/** Opens nothing, and says nothing of the credential. */
export const nameOfCredential = (credential: string): string =>
  createHash('sha256').update(credential).digest('base64');

/** Remembers what a credential resolved to for 2 s, keyed by its hash; refusals and failures are never remembered. */
export function rememberResolutions<Resolved>(now: () => number = () => performance.now()) {
  const entries = new Map<string, Entry<Resolved>>();

  function makeRoom() {
    for (const [key, { until }] of entries) if (until <= now()) entries.delete(key);
    for (const key of entries.keys()) {
      if (entries.size <= keptEntries) break;
      entries.delete(key);
    }
  }

  return {
    /** Whether a good answer is at hand, so that asking costs the server nothing. */
    holds(credential: string): boolean {
      const entry = entries.get(nameOfCredential(credential));
      return entry !== undefined && entry.until > now();
    },
    /** Concurrent requests of one credential share one question. */
    resolve(credential: string, ask: () => Promise<Resolved>): Promise<Resolved> {
      const key = nameOfCredential(credential);
      const known = entries.get(key);
      if (known && known.until > now()) return known.answer;
      if (entries.size >= maxEntries) makeRoom();
      const entry: Entry<Resolved> = { answer: ask(), until: now() + freshMs };
      entries.set(key, entry);
      entry.answer.catch(() => {
        if (entries.get(key) === entry) entries.delete(key);
      });
      return entry.answer;
    },
    /** By the name of the credential; left out, everything. */
    forget(name?: string): void {
      if (name === undefined) entries.clear();
      else entries.delete(name);
    },
  };
}
