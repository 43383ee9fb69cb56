import { create } from 'zustand';

/** What an investigation that is open lets the rest of the page do with a found entity. */
export type OpenCase = {
  title: string;
  /** Why nothing can be added now. */
  locked: string | undefined;
  has(id: string): boolean;
  select(id: string): void;
  add(entity: {
    id: string;
    caption: string;
    schema: string;
    countries: string[];
    datasets: { key: string; title: string }[];
  }): void;
};

/** The investigation on screen, if any: a search there adds to it instead of leaving it. */
export const useOpenCase = create<{ current: OpenCase | null; set(current: OpenCase | null): void }>(
  (set) => ({ current: null, set: (current) => set({ current }) }),
);
