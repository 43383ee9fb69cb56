import type { WorkspaceState } from './workspaceState.ts';

/**
 * Acts that change only what a person sees (a filter, a selection let go) are undone here; all others on the server.
 * One key undoes whichever came last: each entry remembers which server act was the person's last one when it was made.
 */
export type ViewAct = {
  says: string;
  before: Partial<WorkspaceState>;
  after: Partial<WorkspaceState>;
  /** The server's next undo at that time. */
  head: string | null;
};

export type ViewHistory = { done: readonly ViewAct[]; undone: readonly ViewAct[] };

export const emptyHistory: ViewHistory = { done: [], undone: [] };

const most = 100;

export const remember = ({ done }: ViewHistory, act: ViewAct): ViewHistory => ({
  done: [...done, act].slice(-most),
  undone: [],
});

/** The view act that an undo takes back now; undefined when the person's last act is the server's. */
export function nextUndo({ done }: ViewHistory, head: string | null): ViewAct | undefined {
  const last = done.at(-1);
  return last && last.head === head ? last : undefined;
}

export function nextRedo({ undone }: ViewHistory, head: string | null): ViewAct | undefined {
  const last = undone.at(-1);
  return last && last.head === head ? last : undefined;
}

export const stepBack = ({ done, undone }: ViewHistory): ViewHistory => ({
  done: done.slice(0, -1),
  undone: [...undone, ...done.slice(-1)],
});

export const stepForward = ({ done, undone }: ViewHistory): ViewHistory => ({
  done: [...done, ...undone.slice(-1)],
  undone: undone.slice(0, -1),
});
