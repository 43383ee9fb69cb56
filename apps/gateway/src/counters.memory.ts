import type { Count, Counters, MakeCounters } from './counters.ts';

/** What is known of a key's window: how often it was counted, and how long it still lasts. */
export interface Standing {
  count: number;
  leftMs: number;
}

/** One process's counters, and what it knows of those that it shares with others. */
export interface MemoryCounters {
  take(key: string): Count;
  peek(key: string): Count;
  /** Undefined while no window of the key is open. */
  standing(key: string): Standing | undefined;
  /** Takes over what others have counted too; within one window a count never falls. */
  learn(key: string, standing: Standing): Count;
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

/** `now` in milliseconds that never go back. */
export function memoryCounters(
  limit: number,
  windowMs: number,
  now: () => number = () => performance.now(),
): MemoryCounters {
  const windows = new Map<string, Window>();

  function current(key: string): Window | undefined {
    const window = windows.get(key);
    if (window && window.endsAt > now()) return window;
    if (window) windows.delete(key);
    return undefined;
  }

  function begin(key: string, leftMs: number): Window {
    if (windows.size >= maxKeys) makeRoom();
    const window = { count: 0, endsAt: now() + leftMs };
    windows.set(key, window);
    return window;
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
      const window = current(key) ?? begin(key, windowMs);
      window.count += 1;
      return answer(window, window.count);
    },
    peek(key) {
      const window = current(key);
      return answer(window, (window?.count ?? 0) + 1);
    },
    standing(key) {
      const window = current(key);
      return window && { count: window.count, leftMs: window.endsAt - now() };
    },
    learn(key, { count, leftMs }) {
      const window = current(key) ?? begin(key, leftMs);
      window.count = Math.max(window.count, count);
      window.endsAt = now() + leftMs;
      return answer(window, count);
    },
  };
}

/** Each gateway by itself. */
export const ownCounters: MakeCounters = (_, limit, windowMs): Counters => {
  const counters = memoryCounters(limit, windowMs);
  return {
    take: async (key) => counters.take(key),
    peek: async (key) => counters.peek(key),
  };
};
