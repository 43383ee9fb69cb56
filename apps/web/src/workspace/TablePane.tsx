import { Columns3, Ellipsis } from 'lucide-react';
import { useMemo } from 'react';
import { count, ofTotal } from '../format/numbers.ts';
import { Button, IconButton } from '../ui/Button.tsx';
import { Menu, MenuDivider, MenuItem } from '../ui/Menu.tsx';
import { EmptyState } from '../ui/State.tsx';
import { ActItem } from './ActButton.tsx';
import { readSort, sorted } from './caseModel.ts';
import { EmptyCase } from './EmptyCase.tsx';
import { useNarrow } from './narrow.ts';
import pane from './Pane.module.css';
import { PaneTitle } from './PaneTitle.tsx';
import styles from './TablePane.module.css';
import { Rows } from './TableRows.tsx';
import { TypeFacets } from './TypeFacets.tsx';
import { columns, useColumns } from './useColumns.ts';
import { useWorkspace } from './workspace.ts';

/** What the chart shows, as rows: the same entities, the same selection, the same filters. */
export function TablePane() {
  const { model, state, set, selection, filters } = useWorkspace();
  const sort = useMemo(() => readSort(state.sort), [state.sort]);
  const rows = useMemo(() => sorted([...model.shown, ...model.gone], sort), [model.shown, model.gone, sort]);
  const { visible, toggle } = useColumns();
  const total = model.entities.length;

  // The chart beside it already says how to begin.
  const isNarrow = useNarrow();
  const isBeside = state.panes.includes('chart') && !isNarrow;
  return (
    <section className={pane.pane} aria-label="Table" data-region="Table">
      <header className={pane.head}>
        <PaneTitle pane="table" />
        <span className={pane.space} />
        <Menu
          label="Columns"
          placement="bottom end"
          trigger={
            <IconButton label="Columns" size={26}>
              <Columns3 />
            </IconButton>
          }
        >
          {columns
            .filter((column) => column.id !== 'name')
            .map((column) => (
              <MenuItem key={column.id} onAction={() => toggle(column.id)}>
                {`${visible.includes(column) ? 'Hide' : 'Show'} ${column.name.toLowerCase()}`}
              </MenuItem>
            ))}
        </Menu>
        <Menu
          label="More of the table"
          placement="bottom end"
          trigger={
            <IconButton label="More of the table" size={26}>
              <Ellipsis />
            </IconButton>
          }
        >
          <ActItem act="selection.all" />
          <ActItem act="selection.clear" />
          <MenuDivider />
          <ActItem act="edit.add" />
          <ActItem act="edit.newEntity" />
          <ActItem act="edit.export" />
        </Menu>
      </header>
      <TypeFacets />
      {rows.length === 0 ? (
        <div className={styles.state}>
          {total === 0 ? (
            isBeside ? (
              <p className={styles.none}>What is added stands here as rows too.</p>
            ) : (
              <EmptyCase />
            )
          ) : (
            <EmptyState
              title="Nothing passes the filters"
              acts={
                <Button look="edged" onPress={() => set({ filters: [] }, 'step')}>
                  Remove all filters
                </Button>
              }
            >
              {`${count(total)} entities are in the investigation; none is kept by all ${filters.length} filters.`}
            </EmptyState>
          )}
        </div>
      ) : (
        <Rows rows={rows} visible={visible} sort={state.sort} onSort={(sort) => set({ sort })} />
      )}
      <footer className={pane.foot}>
        <span>{ofTotal(selection.length, model.shown.length)} selected</span>
        <span className={pane.end}>{ofTotal(rows.length, total)} rows</span>
      </footer>
    </section>
  );
}
