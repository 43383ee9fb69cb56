import {
  ArrowRightLeft,
  CircleDot,
  Download,
  Expand,
  Eye,
  EyeOff,
  Focus,
  GitCompare,
  Hand,
  Lasso,
  ListChecks,
  Maximize,
  Minus,
  MousePointer2,
  Network,
  NotebookPen,
  PanelRight,
  Pencil,
  Pin,
  Plus,
  Redo2,
  SquarePlus,
  Trash2,
  Undo2,
  Users,
  X,
} from 'lucide-react';
import { useMemo, useRef } from 'react';
import { type Action, useRegister } from '../actions/registry.ts';
import { useDeleteEntity, useRemoveItems } from './caseActs.ts';
import { around } from './caseModel.ts';
import { findActions } from './findActions.ts';
import { showInspector } from './narrow.ts';
import { viewActions } from './viewActions.ts';
import type { Workspace } from './workspace.ts';

/** Every act of the workspace, once: palette, keys, buttons, menus and the list behind `?` come from here. */
export function useWorkspaceActions(workspace: Workspace): void {
  const latest = useRef(workspace);
  latest.current = workspace;
  const { mutate: remove } = useRemoveItems();
  const { mutate: deleteMade } = useDeleteEntity();

  const actions = useMemo<Action[]>(() => {
    const now = () => latest.current;
    const writable = () => now().locked ?? (true as const);
    const chosen = () => (now().selection.length > 0 ? (true as const) : 'Select an entity first');
    const both =
      (...checks: (() => true | string)[]) =>
      () => {
        for (const check of checks) {
          const answer = check();
          if (answer !== true) return answer;
        }
        return true as const;
      };
    const onChart = () => (now().state.panes.includes('chart') ? (true as const) : 'Open the chart first');
    const leadId = () => now().lead?.id ?? now().selection[0] ?? '';
    const leadFirst = () => [leadId(), ...now().selection.filter((id) => id !== leadId())];
    const placeOf = (id: string) =>
      now()
        .canvas.current?.places()
        .find((place) => place.id === id);
    const hide = () => {
      const ids = now().selection;
      now().select([]);
      void now().arrange(ids.map((entityId) => ({ entityId, hidden: true })));
    };
    const pin = () => {
      const { selection, model } = now();
      const pinned = selection.some((id) => !model.byId.get(id)?.pinned);
      void now().arrange(
        selection.map((entityId) => {
          const place = placeOf(entityId);
          return { entityId, pinned, ...(place ? { x: place.x, y: place.y } : {}) };
        }),
      );
    };
    return [
      ...viewActions(now),
      {
        id: 'chart.select',
        name: 'Select tool',
        group: 'Chart',
        keys: ['V'],
        icon: MousePointer2,
        enabled: onChart,
        run: () => now().setTool('select'),
      },
      {
        id: 'chart.lasso',
        name: 'Lasso tool',
        group: 'Chart',
        keys: ['Q'],
        icon: Lasso,
        enabled: onChart,
        run: () => now().setTool('lasso'),
      },
      {
        id: 'chart.hand',
        name: 'Hand tool',
        group: 'Chart',
        keys: ['B'],
        icon: Hand,
        enabled: onChart,
        run: () => now().setTool('hand'),
        also: 'pan move',
      },
      {
        id: 'chart.fit',
        name: 'Fit everything',
        group: 'Chart',
        keys: ['F'],
        icon: Maximize,
        enabled: onChart,
        run: () => now().canvas.current?.fit(),
      },
      {
        id: 'chart.fitSelection',
        name: 'Fit the selection',
        group: 'Chart',
        keys: ['S'],
        icon: Focus,
        enabled: both(onChart, chosen),
        run: () => now().canvas.current?.fit(around(now().model.shownLinks, now().selection)),
        also: 'zoom centre',
      },
      {
        id: 'chart.zoomIn',
        name: 'Zoom in',
        group: 'Chart',
        keys: ['+', '='],
        icon: Plus,
        enabled: onChart,
        run: () => now().canvas.current?.zoom(1.35),
      },
      {
        id: 'chart.zoomOut',
        name: 'Zoom out',
        group: 'Chart',
        keys: ['-'],
        icon: Minus,
        enabled: onChart,
        run: () => now().canvas.current?.zoom(1 / 1.35),
      },
      {
        id: 'chart.expand',
        name: 'Expand',
        group: 'Chart',
        keys: ['E'],
        icon: Expand,
        enabled: both(writable, chosen),
        run: () => now().open({ what: 'expand', ids: leadFirst() }),
        also: 'neighbours relationships more',
      },
      {
        id: 'chart.pin',
        name: 'Pin or unpin',
        group: 'Chart',
        keys: ['P'],
        icon: Pin,
        enabled: both(writable, chosen),
        run: pin,
      },
      {
        id: 'chart.hide',
        name: 'Hide',
        group: 'Chart',
        keys: ['H'],
        icon: EyeOff,
        enabled: both(writable, chosen),
        run: hide,
      },
      {
        id: 'chart.showHidden',
        name: 'Show hidden',
        group: 'Chart',
        keys: ['Shift+H'],
        icon: Eye,
        enabled: both(writable, () => (now().model.hidden.length > 0 ? true : 'Nothing is hidden')),
        run: () => void now().arrange(now().model.hidden.map(({ id }) => ({ entityId: id, hidden: false }))),
      },
      {
        id: 'chart.fade',
        name: 'Fade others',
        group: 'Chart',
        keys: ['D'],
        icon: CircleDot,
        enabled: () => (now().isFading ? true : chosen()),
        run: () => now().setFading(!now().isFading),
      },
      ...(['force', 'circle', 'grid'] as const).map(
        (name): Action => ({
          id: `chart.layout.${name}`,
          name: `${{ force: 'Force', circle: 'Circle', grid: 'Grid' }[name]} layout`,
          group: 'Chart',
          enabled: onChart,
          run: () => void now().layout(name),
          also: 'arrange',
        }),
      ),
      {
        id: 'selection.all',
        name: 'Select all shown',
        group: 'Selection',
        keys: ['Shift+A'],
        icon: ListChecks,
        run: () => now().select(now().model.shown.map(({ id }) => id)),
      },
      {
        id: 'selection.neighbours',
        name: 'Select the neighbours too',
        group: 'Selection',
        keys: ['Shift+E'],
        icon: Network,
        enabled: chosen,
        run: () => now().select(around(now().model.shownLinks, leadFirst())),
      },
      {
        id: 'selection.clear',
        name: 'Let the selection go',
        group: 'Selection',
        keys: ['Escape'],
        icon: X,
        enabled: () => (now().isFading ? true : chosen()),
        run: () => (now().isFading ? now().setFading(false) : now().select([])),
      },
      {
        id: 'selection.details',
        name: 'Details',
        group: 'Selection',
        icon: PanelRight,
        enabled: chosen,
        run: () => {
          now().find(null);
          showInspector();
        },
      },
      {
        id: 'selection.judge',
        name: 'Same or different',
        group: 'Selection',
        keys: ['M'],
        icon: GitCompare,
        enabled: both(writable, chosen),
        run: () => {
          const [left = '', right] = leadFirst();
          now().open({ what: 'judge', left, right });
        },
        also: 'merge duplicate judge',
      },
      ...findActions(now),
      {
        id: 'edit.link',
        name: 'Link',
        group: 'Edit',
        keys: ['L'],
        icon: ArrowRightLeft,
        enabled: both(writable, chosen),
        run: () => {
          const [left = '', right] = leadFirst();
          now().open({ what: 'link', left, right });
        },
        also: 'relationship connect create',
      },
      {
        id: 'edit.note',
        name: 'Write a note',
        group: 'Edit',
        keys: ['N'],
        icon: NotebookPen,
        enabled: writable,
        run: () => now().open({ what: 'note', id: now().lead?.id }),
      },
      {
        id: 'edit.facts',
        name: 'Add a fact',
        group: 'Edit',
        keys: ['Shift+N'],
        icon: Pencil,
        enabled: both(writable, chosen),
        run: () => now().open({ what: 'facts', id: leadId() }),
        also: 'edit value property',
      },
      {
        id: 'edit.newEntity',
        name: 'New entity',
        group: 'Edit',
        icon: SquarePlus,
        enabled: writable,
        run: () => now().open({ what: 'newEntity' }),
        also: 'create notebook by hand',
      },
      {
        id: 'edit.add',
        name: 'Add to the investigation',
        group: 'Edit',
        keys: ['A'],
        icon: Plus,
        enabled: writable,
        run: () => now().open({ what: 'add' }),
        also: 'search records items',
      },
      {
        id: 'edit.remove',
        name: 'Take out of the investigation',
        group: 'Edit',
        keys: ['Delete', 'Backspace'],
        icon: X,
        enabled: both(writable, chosen),
        run: () => remove({ input: { investigationId: now().id, entityIds: [...now().selection] } }),
      },
      {
        id: 'edit.delete',
        name: 'Delete what the notebook made',
        group: 'Edit',
        icon: Trash2,
        enabled: both(writable, chosen, () =>
          now().lead?.datasets.some(({ kind }) => kind === 'NOTEBOOK')
            ? true
            : 'A source says this; only what the notebook made can be deleted',
        ),
        run: () => deleteMade({ input: { investigationId: now().id, id: leadId() } }),
      },
      {
        id: 'case.people',
        name: 'People',
        group: 'Edit',
        icon: Users,
        run: () => now().open({ what: 'people' }),
        also: 'members share invite add person role lead editor viewer team',
      },
      {
        id: 'edit.export',
        name: 'Export',
        group: 'Edit',
        icon: Download,
        run: () => now().open({ what: 'export' }),
        also: 'download csv json ftm',
      },
      {
        id: 'history.undo',
        name: 'Undo my last act',
        group: 'History',
        keys: ['Mod+Z'],
        icon: Undo2,
        run: () => now().undo(),
      },
      {
        id: 'history.redo',
        name: 'Redo',
        group: 'History',
        keys: ['Mod+Shift+Z', 'Mod+Y'],
        icon: Redo2,
        run: () => now().redo(),
      },
    ];
  }, [remove, deleteMade]);
  useRegister(actions);
}
