/** What a workspace link restores: the URL is the state, so that Back works and a copied link gives the same view. */
export type WorkspaceState = {
  /** One or two panes, side by side. */
  panes: Pane[];
  /** Selected entities, the lead first. */
  sel: string[];
  /** Tab of the inspector. */
  tab: string;
  /** Filters in force as `field:value`, with a leading `-` when switched off. */
  filters: string[];
  /** Camera of the chart: x, y, ratio. */
  cam: [number, number, number] | undefined;
  /** A position or a moment to read as of; now when absent. */
  at: string | undefined;
  /** Tools and switches of the chart that belong to the view. */
  layout: string;
  sort: string;
};

export type Pane = 'chart' | 'table';

export const initialState: WorkspaceState = {
  panes: ['chart', 'table'],
  sel: [],
  tab: 'details',
  filters: [],
  cam: undefined,
  at: undefined,
  layout: 'force',
  sort: '-links',
};

const list = (value: unknown): string[] => {
  if (Array.isArray(value)) return value.map(String);
  return typeof value === 'string' && value !== '' ? value.split(',').map(decodeURIComponent) : [];
};

/** Reads the state from search parameters; what makes no sense falls back to the default instead of failing. */
export function readState(search: Record<string, unknown>): WorkspaceState {
  const panes = list(search.panes).filter((pane): pane is Pane => pane === 'chart' || pane === 'table');
  const cam = list(search.cam).map(Number);
  return {
    panes: panes.length > 0 ? [...new Set(panes)].slice(0, 2) : initialState.panes,
    sel: list(search.sel),
    tab: typeof search.tab === 'string' ? search.tab : initialState.tab,
    filters: list(search.filters),
    cam: cam.length === 3 && cam.every(Number.isFinite) ? (cam as [number, number, number]) : undefined,
    at: typeof search.at === 'string' && search.at !== '' ? search.at : undefined,
    layout: typeof search.layout === 'string' ? search.layout : initialState.layout,
    sort: typeof search.sort === 'string' ? search.sort : initialState.sort,
  };
}

/** The state as search parameters, without what is as it begins. */
export function shownState(state: Partial<WorkspaceState>): Record<string, string> {
  const shown: Record<string, string> = {};
  for (const [key, value] of Object.entries(state)) {
    if (value === undefined) continue;
    const text = Array.isArray(value)
      ? value
          .map((one) =>
            typeof one === 'number' ? String(Math.round(one * 1e4) / 1e4) : encodeURIComponent(one),
          )
          .join(',')
      : String(value);
    const initial = initialState[key as keyof WorkspaceState];
    if (text !== '' && text !== (Array.isArray(initial) ? initial.join(',') : initial)) shown[key] = text;
  }
  return shown;
}
