import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useCallback, useMemo, useRef, useState } from 'react';
import { viewerQuery } from '../api/viewer.ts';
import type { GraphCanvas, LayoutName, Tool } from '../canvas/graphCanvas.ts';
import { caseModel } from './caseModel.ts';
import {
  type CaseData,
  caseGraphQuery,
  caseQuery,
  caseRightsQuery,
  type Weight,
  weightsQuery,
} from './caseQueries.ts';
import { type Filter, kept, readFilters, toggled, withFilter, writeFilters } from './filters.ts';
import { whyLocked } from './rights.ts';
import { useAddEntities } from './useAddEntities.ts';
import { unkept, useArrange } from './useArrange.ts';
import { useFinding } from './useFinding.ts';
import { useIdNow } from './useIdNow.ts';
import { useUndoKeys } from './useUndoKeys.ts';
import { useWorkspaceState } from './useWorkspaceState.ts';
import type { Opened, Workspace } from './workspace.ts';
import type { Pane } from './workspaceState.ts';

const noWeights: ReadonlyMap<string, Weight> = new Map();
const noItems: CaseData['items'] = [];

/** Reads an investigation and makes of it what its panes share; `workspace` is undefined until it is read. */
export function useWorkspaceModel(id: string): {
  workspace: Workspace | undefined;
  /** True when the reader does not see such an investigation. */
  isMissing: boolean;
  error: Error | null;
  retry(): void;
} {
  const [state, set] = useWorkspaceState();
  const { at } = state;
  const filters = useMemo(() => readFilters(state.filters), [state.filters]);
  const references = kept(filters, 'references').length > 0;

  const read = useQuery({ ...caseQuery(id, at), placeholderData: keepPreviousData });
  const graph = useQuery({ ...caseGraphQuery(id, references, at), placeholderData: keepPreviousData });
  const data = read.data?.id === id ? read.data : undefined;
  const items = data?.items ?? noItems;
  const ids = useMemo(() => items.flatMap((item) => item.entity?.id ?? []), [items]);
  const { data: weights = noWeights } = useQuery({
    ...weightsQuery(id, ids, at),
    placeholderData: keepPreviousData,
  });
  const model = useMemo(
    () => caseModel(items, graph.data?.links ?? [], weights, filters),
    [items, graph.data, weights, filters],
  );

  const { data: viewer } = useQuery(viewerQuery);
  useQuery(caseRightsQuery(id));
  const canvas = useRef<GraphCanvas | null>(null);
  const [tool, setTool] = useState<Tool>('select');
  const [isFading, setFading] = useState(false);
  const [opened, open] = useState<Opened | null>(null);
  const [front, setFront] = useState<Pane>(state.panes[0] ?? 'chart');
  const { finding, find } = useFinding();
  const [leadId, setLead] = useState<string | undefined>(undefined);
  const arrange = useArrange(id, canvas);
  const { rememberView, undoLast, redoLast } = useUndoKeys(id, set);

  useIdNow(id, state.sel, model.byId, set);
  const selection = useMemo(() => state.sel.filter((one) => model.byId.has(one)), [state.sel, model.byId]);
  const lead = model.byId.get(
    leadId !== undefined && selection.includes(leadId) ? leadId : (selection[0] ?? ''),
  );

  const select = useCallback(
    (next: readonly string[]) => {
      if (next.length === 0 && state.sel.length > 0)
        rememberView('Let the selection go', { sel: state.sel }, { sel: [] });
      setLead(undefined);
      set({ sel: [...next] });
    },
    [state.sel, rememberView, set],
  );

  const changeFilters = (says: string, next: readonly Filter[]) => {
    const written = writeFilters(next);
    rememberView(says, { filters: state.filters }, { filters: written });
    set({ filters: written }, 'step');
  };

  const keepUnkept = useCallback(async () => {
    const places = canvas.current?.places() ?? [];
    const [first, ...rest] = data ? unkept(data, places, new Set()) : [];
    if (first) await arrange([first, ...rest]);
  }, [data, arrange]);
  const { add, onPlaced } = useAddEntities(id, references, canvas, keepUnkept);

  const locked = data && whyLocked(data, viewer, at);

  const layout = async (name: LayoutName) => {
    const moved = await canvas.current?.layout(name);
    if (!moved || moved.to.length === 0) return;
    set({ layout: name });
    if (locked === undefined)
      await arrange(
        moved.to.map(({ id: entityId, x, y }) => ({ entityId, x, y })),
        moved.from,
      );
  };

  const error = read.error ?? graph.error;
  const retry = () => {
    void read.refetch();
    void graph.refetch();
  };
  const isMissing = read.data === null || graph.data === null;
  if (!data || (graph.data === undefined && !graph.error)) {
    return { workspace: undefined, isMissing, error: read.data ? graph.error : error, retry };
  }
  return {
    isMissing,
    error: null,
    retry,
    workspace: {
      id,
      data,
      model,
      state,
      set,
      filters,
      setFilter: (field, values) => changeFilters('Changed a filter', withFilter(filters, field, values)),
      toggleFilter: (field) => changeFilters('Switched a filter', toggled(filters, field)),
      front: state.panes.includes(front) ? front : (state.panes[0] ?? 'chart'),
      setFront,
      selection,
      lead,
      setLead,
      select,
      locked,
      at,
      canvas,
      tool,
      setTool,
      isFading,
      setFading,
      arrange,
      layout,
      add,
      onPlaced,
      finding,
      find,
      opened,
      open,
      undo: undoLast,
      redo: redoLast,
    },
  };
}
