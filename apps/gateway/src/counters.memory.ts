export interface Count {
  allowed: boolean;
  /** Whole seconds until the window of this key ends; at least 1. */
  retryAfterSeconds: number;
}

export interface Counters {
  /** Counts one request of the key and says whether it is still within the limit. */
  take(key: string): Count;
  /** Says whether the key is within its limit, counting nothing. */
  peek(key: string): Count;
  /** Keys remembered now. */
  readonly size: number;
}

interface Window {
  count: number;
  endsAt: number;
}

// A flood of addresses takes no more room than this many: the oldest quarter goes at once, so that room is made rarely.
const maxKeys = 50_000;
const keptKeys = maxKeys * 0.75;

/** One process's counters: a fixed window per key that starts with the key's first request. */
export function memoryCounters(limit: number, windowMs: number, now: () => number = Date.now): Counters {
  const windows = new Map<string, Window>();

  function current(key: string): Window | undefined {
    const window = windows.get(key);
    if (window && window.endsAt > now()) return window;
    if (window) windows.delete(key);
    return undefined;
  }

  function answer(window: Window | undefined, count: number): Count {
    const leftMs = (window?.endsAt ?? now() + windowMs) - now();
    return { allowed: count <= limit, retryAfterSeconds: Math.max(1, Math.ceil(leftMs / 1000)) };
  }

  function makeRoom() {
    for (const [key, window] of windows) if (window.endsAt <= now()) windows.delete(key);
    for (const key of windows.keys()) {
      if (windows.size <= keptKeys) break;
      windows.delete(key);
    }
  }

  return {
    get size() {
      return windows.size;
    },
    take(key) {
      let window = current(key);
      if (!window) {
        if (windows.size >= maxKeys) makeRoom();
        window = { count: 0, endsAt: now() + windowMs };
        windows.set(key, window);
      }
      window.count += 1;
      return answer(window, window.count);
    },
    peek(key) {
      const window = current(key);
      return answer(window, (window?.count ?? 0) + 1);
    },
  };
}
