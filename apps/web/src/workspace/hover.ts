import { create } from 'zustand';

/** The entity under the pointer, in whichever pane: every pane shows it, none renders anew for it but its own row. */
export const useHover = create<{ id: string | null; set(id: string | null): void }>((set) => ({
  id: null,
  set: (id) => set((before) => (before.id === id ? before : { id })),
}));
