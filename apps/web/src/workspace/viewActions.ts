import { Clock, ClockFading, Link2, ListFilter, Table2, Waypoints } from 'lucide-react';
import { focusRegionNamed, isFocusIn } from '../actions/regions.ts';
import type { Action } from '../actions/registry.ts';
import { kept } from './filters.ts';
import type { Workspace } from './workspace.ts';
import type { Pane } from './workspaceState.ts';

/** Which panes are open, which moment is read, what is kept in view. */
export function viewActions(now: () => Workspace): Action[] {
  const regionOf: Record<Pane, string> = { chart: 'Chart', table: 'Table' };
  const focusPane = (pane: Pane) =>
    requestAnimationFrame(() => focusRegionNamed(regionOf[pane], '[data-single-keys], [role="grid"]'));
  // The pane that has the focus is closed when another is open; else it is brought to the eye and gets the focus.
  const showPane = (pane: Pane) => () => {
    const { panes } = now().state;
    const other: Pane = pane === 'chart' ? 'table' : 'chart';
    if (panes.includes(pane) && panes.includes(other) && isFocusIn(regionOf[pane])) {
      now().set({ panes: [other] }, 'step');
      focusPane(other);
      return;
    }
    if (!panes.includes(pane))
      now().set({ panes: pane === 'chart' ? ['chart', ...panes] : [...panes, pane] }, 'step');
    // Where one pane is shown at a time, the last that was asked for is it.
    now().setFront(pane);
    focusPane(pane);
  };
  return [
    {
      id: 'pane.chart',
      name: 'Chart',
      group: 'View',
      keys: ['1'],
      icon: Waypoints,
      run: showPane('chart'),
      also: 'pane graph network',
    },
    {
      id: 'pane.table',
      name: 'Table',
      group: 'View',
      keys: ['2'],
      icon: Table2,
      run: showPane('table'),
      also: 'pane list rows',
    },
    {
      id: 'view.asOf',
      name: 'Read as of a moment',
      group: 'View',
      keys: ['T'],
      icon: ClockFading,
      run: () => now().open({ what: 'asOf' }),
      also: 'time past clock',
    },
    {
      id: 'view.now',
      name: 'Return to now',
      group: 'View',
      icon: Clock,
      enabled: () => (now().at ? true : 'You read it as it is now'),
      run: () => now().set({ at: undefined }, 'step'),
    },
    {
      id: 'view.filter',
      name: 'Add a filter',
      group: 'View',
      keys: ['Shift+F'],
      icon: ListFilter,
      run: () => now().open({ what: 'filter' }),
      also: 'chips keep only',
    },
    {
      id: 'view.references',
      name: 'Show or hide references',
      group: 'View',
      keys: ['R'],
      icon: Link2,
      run: () => now().setFilter('references', kept(now().filters, 'references').length > 0 ? [] : ['shown']),
      also: 'addresses derived dotted',
    },
  ];
}
