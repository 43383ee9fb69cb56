export interface Count {
  allowed: boolean;
  /** Whole seconds until the window of this key ends; at least 1. */
  retryAfterSeconds: number;
}

/** A fixed window per key that starts with the key's first request. Never rejects: somebody always counts. */
export interface Counters {
  /** Counts one request of the key and says whether it is still within the limit. */
  take(key: string): Promise<Count>;
  /** Says whether the key is within its limit, counting nothing. */
  peek(key: string): Promise<Count>;
}

/** Makes the counters of one limit; the name tells its keys from those of others. */
export type MakeCounters = (name: string, limit: number, windowMs: number) => Counters;
