import { getRouteApi } from '@tanstack/react-router';
import { useCallback, useEffect, useRef, useState } from 'react';
import type { WorkspaceState } from './workspaceState.ts';

const route = getRouteApi('/app/i/$id');

/** A link stays readable and short: a larger selection is kept on screen, its first hundred in the address. */
const mostInAddress = 100;

const inAddress = (state: WorkspaceState): WorkspaceState =>
  state.sel.length > mostInAddress ? { ...state, sel: state.sel.slice(0, mostInAddress) } : state;

export type SetState = (patch: Partial<WorkspaceState>, how?: 'step' | 'quiet') => void;

/**
 * The view as the address holds it, painted at once and written after: the router takes its time, a selection must not.
 * `step` can be gone back from with the browser's Back; `quiet` replaces (camera, selection).
 */
export function useWorkspaceState(): [WorkspaceState, SetState] {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const [state, setState] = useState<WorkspaceState>(search);
  const current = useRef(state);
  // What we wrote and the router has not shown yet, oldest first: seeing one of them again is no news.
  const written = useRef<string[]>([]);

  useEffect(() => {
    const text = JSON.stringify(search);
    const at = written.current.indexOf(text);
    if (at >= 0) {
      written.current = written.current.slice(at + 1);
      return;
    }
    if (text === JSON.stringify(inAddress(current.current))) return;
    current.current = search;
    setState(search);
  }, [search]);

  const set = useCallback<SetState>(
    (patch, how = 'quiet') => {
      const next = { ...current.current, ...patch };
      const shown = inAddress(next);
      const text = JSON.stringify(shown);
      const isNews = text !== JSON.stringify(inAddress(current.current));
      current.current = next;
      setState(next);
      if (!isNews) return;
      written.current.push(text);
      void navigate({ search: shown, replace: how === 'quiet', resetScroll: false });
    },
    [navigate],
  );
  return [state, set];
}
