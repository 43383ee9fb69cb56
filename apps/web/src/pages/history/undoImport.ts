import { create } from 'zustand';
import { queryClient } from '../../api/queryClient.ts';
import { importJobQuery } from '../import/importQueries.ts';

/** Imports whose undo is asked about or at work: any page may ask, and one place at the root answers. */
type State = {
  asked: string | null;
  /** Undone by a job since this page was opened; each is followed to its end. */
  following: readonly string[];
  ask(id: string | null): void;
  follow(id: string): void;
  ended(id: string): void;
};

export const useUndoImports = create<State>((set) => ({
  asked: null,
  following: [],
  ask: (asked) => set({ asked }),
  follow: (id) => set(({ following }) => ({ following: [...following.filter((one) => one !== id), id] })),
  ended: (id) => set(({ following }) => ({ following: following.filter((one) => one !== id) })),
}));

/** Asks before it takes back a whole import; says so while it works and when it is done. */
export const askUndoImport = (id: string): void => useUndoImports.getState().ask(id);

/** Follows an undo that has just begun: what was read of the import before it does not tell how it goes. */
export async function followUndo(id: string): Promise<void> {
  const { queryKey } = importJobQuery(id);
  await queryClient.cancelQueries({ queryKey });
  queryClient.setQueryData(
    queryKey,
    (before) => before && { ...before, state: 'UNDOING' as const, progress: { ...before.progress, rows: 0 } },
  );
  useUndoImports.getState().follow(id);
  void queryClient.invalidateQueries({ queryKey });
}
