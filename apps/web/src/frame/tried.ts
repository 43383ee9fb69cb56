import { useSyncExternalStore } from 'react';

/** The five acts that the first-run list watches. They tick when they are really done, anywhere in the app. */
export type Tried = 'search' | 'expand' | 'source' | 'judge' | 'undo';

const key = 'summit.tried';
const listeners = new Set<() => void>();
let done: ReadonlySet<string> = new Set(read());

function read(): string[] {
  try {
    return JSON.parse(localStorage.getItem(key) ?? '[]') as string[];
  } catch {
    return [];
  }
}

/** Remembers on this device that an act was done once. */
export function markTried(act: Tried | 'hide'): void {
  if (done.has(act)) return;
  done = new Set([...done, act]);
  localStorage.setItem(key, JSON.stringify([...done]));
  for (const listener of listeners) listener();
}

export function useTried(): ReadonlySet<string> {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => done,
  );
}
