import { create } from 'zustand';

/** What does not answer, and since when, as milliseconds of the clock. */
export type Lost = { what: 'server' | 'database'; since: number };

type Reach = {
  lost: Lost | null;
  lose(what: Lost['what']): void;
  find(): void;
};

/** Whether questions are answered: lost by any that is not, found again by one that is (watchReach.ts). */
export const useReach = create<Reach>((set) => ({
  lost: null,
  lose: (what) =>
    set(({ lost }) => (lost?.what === what ? {} : { lost: { what, since: lost?.since ?? Date.now() } })),
  find: () => set({ lost: null }),
}));

/** Which of them an error code says is gone; undefined for every refusal, which is an answer. */
export function lostBy(code: string): Lost['what'] | undefined {
  if (code === 'NO_ANSWER' || code === 'SERVER_UNAVAILABLE') return 'server';
  return code === 'DATABASE_UNAVAILABLE' ? 'database' : undefined;
}

/** Calls back each time that the server answers again. Returns what ends it. */
export const onFound = (found: () => void): (() => void) =>
  useReach.subscribe((now, before) => {
    if (before.lost && !now.lost) found();
  });

/** Resolves after `ms`, or as soon as the server answers again. */
export const untilFound = (ms: number): Promise<void> =>
  new Promise((done) => {
    const end = () => {
      clearTimeout(timer);
      stop();
      done();
    };
    const timer = setTimeout(end, ms);
    const stop = onFound(end);
  });
