import { create } from 'zustand';

/** How many changes by others wait to be shown on the page. */
export const useWaiting = create<{ count: number; set(count: number): void }>((set) => ({
  count: 0,
  set: (count) => set({ count }),
}));
