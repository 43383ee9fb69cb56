import { ChevronDown, Table2, Waypoints } from 'lucide-react';
import { Button } from '../ui/Button.tsx';
import { Menu, MenuItem } from '../ui/Menu.tsx';
import { useNarrow } from './narrow.ts';
import styles from './Pane.module.css';
import { useWorkspace } from './workspace.ts';
import type { Pane } from './workspaceState.ts';

const names: Record<Pane, { name: string; icon: typeof Table2; key: string }> = {
  chart: { name: 'Chart', icon: Waypoints, key: '1' },
  table: { name: 'Table', icon: Table2, key: '2' },
};

/** The name of a pane; its menu swaps, closes or opens panes. */
export function PaneTitle({ pane }: { pane: Pane }) {
  const { state, set, setFront } = useWorkspace();
  const isNarrow = useNarrow();
  const { name, icon: Icon } = names[pane];
  const other: Pane = pane === 'chart' ? 'table' : 'chart';
  const show = (panes: Pane[]) => set({ panes }, 'step');
  return (
    <Menu
      label={`${name} pane`}
      trigger={
        <Button look="quiet" height={26} icon={<Icon />} aria-label={`${name}, pane menu`}>
          <span className={styles.title}>{name}</span>
          <ChevronDown aria-hidden style={{ width: 14, height: 14 }} />
        </Button>
      }
    >
      {isNarrow ? (
        <MenuItem
          onAction={() => {
            if (!state.panes.includes(other)) show(['chart', 'table']);
            setFront(other);
          }}
          keys={names[other].key}
        >
          {`${names[other].name} instead`}
        </MenuItem>
      ) : state.panes.length === 2 ? (
        <>
          <MenuItem onAction={() => show([pane])} keys={names[other].key}>
            {`${name} alone`}
          </MenuItem>
          <MenuItem onAction={() => show([...state.panes].reverse())}>Swap the panes</MenuItem>
        </>
      ) : (
        <>
          <MenuItem onAction={() => show(['chart', 'table'])} keys={names[other].key}>
            Chart and table side by side
          </MenuItem>
          <MenuItem onAction={() => show([other])}>{`${names[other].name} instead`}</MenuItem>
        </>
      )}
    </Menu>
  );
}
