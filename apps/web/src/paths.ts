import { shownState, type WorkspaceState } from './workspace/workspaceState.ts';

const search = (entries: Record<string, string | undefined>) => {
  const kept = Object.entries(entries).filter((entry): entry is [string, string] => Boolean(entry[1]));
  return kept.length === 0 ? '' : `?${new URLSearchParams(kept)}`;
};

/** Every address of the app, built in one place. */
export const paths = {
  home: () => '/',
  signIn: (next?: string) => `/signin${search({ next })}`,
  search: (q?: string) => `/search${search({ q })}`,
  entity: (id: string, at?: { record?: string; property?: string; tab?: string }) =>
    `/e/${encodeURIComponent(id)}${search({ ...at })}`,
  datasets: () => '/d',
  dataset: (key: string) => `/d/${encodeURIComponent(key)}`,
  import: (into?: { investigation?: string; dataset?: string }) => `/import${search({ ...into })}`,
  importJob: (id: string) => `/import/${encodeURIComponent(id)}`,
  history: (change?: string) => `/history${search({ change })}`,
  /** What the undo of a change would do, or its redo where it is an undo; nothing is done before it is said there. */
  undoPreview: (change: string) => `/history${search({ change, undo: '1' })}`,
  investigation: (id: string, state: Partial<WorkspaceState> = {}) =>
    `/i/${encodeURIComponent(id)}${search(shownState(state))}`,
  investigationHistory: (id: string, at?: { change?: string; undo?: '1'; from?: string }) =>
    `/i/${encodeURIComponent(id)}/history${search({ ...at })}`,
};
