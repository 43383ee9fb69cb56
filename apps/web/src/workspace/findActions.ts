import { Route, Split, X } from 'lucide-react';
import { isFocusIn } from '../actions/regions.ts';
import type { Action } from '../actions/registry.ts';
import { showInspector } from './narrow.ts';
import type { Finding, Workspace } from './workspace.ts';

/** What is set first when something is looked for. */
const foundControls = 'section [aria-haspopup="listbox"], section input';

/** What lies between the chosen, and back from it. */
export function findActions(now: () => Workspace): Action[] {
  const find = (what: Finding['what']) => () => {
    const { lead, selection } = now();
    const first = lead?.id ?? selection[0] ?? '';
    now().find({ what, ids: [first, ...selection.filter((id) => id !== first)] });
    showInspector(foundControls);
  };
  return [
    {
      id: 'find.paths',
      name: 'Find paths between',
      group: 'Selection',
      keys: ['Shift+P'],
      icon: Route,
      enabled: () => (now().selection.length === 2 ? true : 'Select two entities first'),
      run: find('paths'),
      also: 'shortest route connection how are they linked',
    },
    {
      id: 'find.common',
      name: 'Common neighbours',
      group: 'Selection',
      keys: ['Shift+C'],
      icon: Split,
      enabled: () => (now().selection.length >= 2 ? true : 'Select two entities or more first'),
      run: find('common'),
      also: 'shared between',
    },
    {
      id: 'find.close',
      name: 'Close paths or neighbours',
      group: 'Selection',
      keys: ['Escape'],
      icon: X,
      hidden: true,
      // Elsewhere the key lets the selection go, and what was found stays to be read.
      enabled: () => (now().finding && isFocusIn('Inspector') ? true : 'Nothing is being looked for'),
      run: () => now().find(null),
    },
  ];
}
