import { ClockFading, Table2, Waypoints } from 'lucide-react';
import type { Action } from '../actions/registry.ts';
import type { Pane } from '../workspaceState.ts';
import { kept } from './filters.ts';
import type { Workspace } from './workspace.ts';

/** Which panes are open, which moment is read, what is kept in view. */
export function viewActions(now: () => Workspace): Action[] {
  const togglePane = (pane: Pane) => () => {
    const { panes } = now().state;
    const without = panes.filter((one) => one !== pane);
    const next: Pane[] = panes.includes(pane)
      ? without.length > 0
        ? without
        : panes
      : pane === 'chart'
        ? ['chart', ...panes]
        : [...panes, pane];
    now().set({ panes: next }, 'step');
  };
  return [
    {
      id: 'pane.chart',
      name: 'Chart',
      group: 'View',
      keys: ['1'],
      icon: Waypoints,
      run: togglePane('chart'),
      also: 'pane graph network',
    },
    {
      id: 'pane.table',
      name: 'Table',
      group: 'View',
      keys: ['2'],
      icon: Table2,
      run: togglePane('table'),
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
      enabled: () => (now().at ? true : 'You read it as it is now'),
      run: () => now().set({ at: undefined }, 'step'),
    },
    {
      id: 'view.filter',
      name: 'Add a filter',
      group: 'View',
      keys: ['Shift+F'],
      run: () => now().open({ what: 'filter' }),
      also: 'chips keep only',
    },
    {
      id: 'view.references',
      name: 'Show or hide references',
      group: 'View',
      keys: ['R'],
      run: () => now().setFilter('references', kept(now().filters, 'references').length > 0 ? [] : ['shown']),
      also: 'addresses derived dotted',
    },
  ];
}
