import { useVirtualizer } from '@tanstack/react-virtual';
import { ArrowDown, ArrowUp, Pin } from 'lucide-react';
import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from 'react';
import { Button as AriaButton } from 'react-aria-components';
import { entityType } from '../entity/entityTypes.ts';
import { TypeBadge } from '../entity/TypeBadge.tsx';
import { country } from '../format/countries.ts';
import { knownDate } from '../format/dates.ts';
import { count } from '../format/numbers.ts';
import { classes } from '../ui/classes.ts';
import { Checkbox } from '../ui/Field.tsx';
import { type CaseEntity, readSort } from './caseModel.ts';
import { useHover } from './hover.ts';
import { showInspector } from './narrow.ts';
import { extended } from './rows.ts';
import styles from './TablePane.module.css';
import type { Column } from './useColumns.ts';
import { useWorkspace } from './workspace.ts';

const rowHeight = 28;

type RowsProps = {
  rows: readonly CaseEntity[];
  visible: readonly Column[];
  sort: string;
  onSort(sort: string): void;
};

/** Rows under their heads, only those in sight: a grid of one tab stop in which arrows move, Space ticks, Enter opens. */
export function Rows({ rows, visible, sort, onSort }: RowsProps) {
  const { selection, lead, select, setLead, open } = useWorkspace();
  const scroller = useRef<HTMLDivElement>(null);
  const chosen = useMemo(() => new Set(selection), [selection]);
  const [activeId, setActive] = useState<string | undefined>(undefined);
  const anchor = useRef<number | null>(null);
  const found = rows.findIndex((row) => row.id === (activeId ?? lead?.id));
  const active = Math.max(0, found);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 12,
    scrollPaddingStart: 28,
  });
  const leadId = lead?.id;
  // The lead is brought into sight when it was chosen elsewhere, unless the table itself has the focus. Nothing jumps when all
  // rows are selected at once.
  const isAll = rows.length > 1 && selection.length >= rows.length;
  useEffect(() => {
    if (leadId === undefined || isAll || scroller.current?.contains(document.activeElement)) return;
    const at = rows.findIndex((row) => row.id === leadId);
    if (at >= 0) virtual.scrollToIndex(at, { align: 'auto' });
  }, [leadId, isAll, rows, virtual]);

  const toggle = (id: string) =>
    select(chosen.has(id) ? selection.filter((one) => one !== id) : [...selection, id]);
  const choose = (at: number, how: 'only' | 'toggle' | 'extend') => {
    const row = rows[at];
    if (!row) return;
    setActive(row.id);
    if (how === 'extend') {
      select(extended(rows, anchor.current ?? at, at));
      setLead(row.id);
      return;
    }
    anchor.current = at;
    if (how === 'toggle') toggle(row.id);
    else select([row.id]);
  };

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.target !== event.currentTarget || event.altKey || event.ctrlKey || event.metaKey) return;
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / rowHeight) - 2);
    const steps: Record<string, number> = {
      ArrowDown: active + (found < 0 ? 0 : 1),
      ArrowUp: active - 1,
      Home: 0,
      End: rows.length - 1,
      PageDown: active + page,
      PageUp: active - page,
    };
    const to = steps[event.key];
    if (to !== undefined) {
      event.preventDefault();
      const at = Math.min(rows.length - 1, Math.max(0, to));
      if (event.shiftKey && anchor.current === null) anchor.current = active;
      choose(at, event.shiftKey ? 'extend' : 'only');
      virtual.scrollToIndex(at);
    } else if (event.key === ' ') {
      event.preventDefault();
      choose(active, 'toggle');
    } else if (event.key === 'Enter') {
      event.preventDefault();
      const row = rows[active];
      if (row && !chosen.has(row.id)) select([row.id]);
      showInspector();
    } else if (event.key === 'ContextMenu' || (event.key === 'F10' && event.shiftKey)) {
      event.preventDefault();
      const row = rows[active];
      if (row && !chosen.has(row.id)) select([row.id]);
      const box = scroller.current?.querySelector(`[data-row="${active}"]`)?.getBoundingClientRect();
      if (box) open({ what: 'menu', id: rows[active]?.id ?? null, x: box.left + 80, y: box.bottom });
    }
  };

  const all = rows.every((row) => chosen.has(row.id));
  const some = !all && rows.some((row) => chosen.has(row.id));
  const template = ['34px', ...visible.map((column) => column.width)].join(' ');
  const items = virtual.getVirtualItems();
  const activeRow = rows[active];
  return (
    <div ref={scroller} className={styles.scroller}>
      <table
        className={styles.grid}
        // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: a grid is a table that takes keys
        role="grid"
        tabIndex={0}
        aria-label="Entities of the investigation"
        aria-rowcount={rows.length + 1}
        aria-colcount={visible.length + 1}
        aria-multiselectable="true"
        aria-activedescendant={
          activeRow && items.some(({ index }) => index === active) ? `row-${activeRow.id}` : undefined
        }
        style={{ ['--columns' as string]: template }}
        onKeyDown={onKeyDown}
      >
        <thead>
          <tr className={styles.head} aria-rowindex={1}>
            <th scope="col" className={styles.check} aria-label="Selected">
              <Checkbox
                aria-label={all ? 'Select none' : 'Select all rows'}
                isSelected={all}
                isIndeterminate={some}
                onChange={() => select(all ? [] : rows.map((row) => row.id))}
              />
            </th>
            {visible.map((column) => (
              <HeaderCell key={column.id} column={column} sort={sort} onSort={onSort} />
            ))}
          </tr>
        </thead>
        <tbody style={{ height: virtual.getTotalSize() }}>
          {items.map(({ index, start }) => {
            const row = rows[index];
            return (
              row && (
                <Row
                  key={row.id}
                  row={row}
                  index={index}
                  top={start}
                  visible={visible}
                  isChosen={chosen.has(row.id)}
                  isLead={row.id === leadId}
                  isActive={index === active}
                  onChoose={choose}
                  onMenu={(x, y) => {
                    if (!chosen.has(row.id)) select([row.id]);
                    open({ what: 'menu', id: row.id, x, y });
                  }}
                />
              )
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

function HeaderCell({ column, sort, onSort }: { column: Column; sort: string; onSort(sort: string): void }) {
  const at = readSort(sort);
  const isHere = at.by === column.sort;
  const next = isHere
    ? at.isDescending
      ? column.sort
      : `-${column.sort}`
    : column.isNumber
      ? `-${column.sort}`
      : column.sort;
  return (
    <th
      scope="col"
      className={classes(column.isNumber && styles.num)}
      aria-sort={isHere ? (at.isDescending ? 'descending' : 'ascending') : 'none'}
    >
      <AriaButton className={styles.sort as string} onPress={() => onSort(next)}>
        {column.name}
        {isHere && (at.isDescending ? <ArrowDown aria-hidden /> : <ArrowUp aria-hidden />)}
      </AriaButton>
    </th>
  );
}

type RowProps = {
  row: CaseEntity;
  index: number;
  top: number;
  visible: readonly Column[];
  isChosen: boolean;
  isLead: boolean;
  isActive: boolean;
  onChoose(at: number, how: 'only' | 'toggle' | 'extend'): void;
  onMenu(x: number, y: number): void;
};

function Row({ row, index, top, visible, isChosen, isLead, isActive, onChoose, onMenu }: RowProps) {
  const isHovered = useHover((hover) => hover.id === row.id);
  const setHovered = useHover((hover) => hover.set);
  return (
    <tr
      id={`row-${row.id}`}
      data-row={index}
      aria-rowindex={index + 2}
      aria-selected={isChosen}
      data-hovered={isHovered}
      className={classes(
        styles.row,
        isLead && styles.lead,
        isActive && styles.active,
        row.isGone && styles.gone,
      )}
      style={{ transform: `translateY(${top}px)` }}
      onPointerEnter={() => setHovered(row.id)}
      onPointerLeave={() => setHovered(null)}
      onClick={(event) => {
        if ((event.target as Element).closest('[data-check]')) return;
        onChoose(index, event.shiftKey ? 'extend' : event.ctrlKey || event.metaKey ? 'toggle' : 'only');
      }}
      onContextMenu={(event) => {
        event.preventDefault();
        onMenu(event.clientX, event.clientY);
      }}
    >
      <td className={styles.check} data-check>
        <Checkbox
          aria-label={`Select ${row.caption}`}
          isSelected={isChosen}
          excludeFromTabOrder
          onChange={() => onChoose(index, 'toggle')}
        />
      </td>
      {visible.map((column) => (
        <td key={column.id} className={classes(styles.cell, column.isNumber && styles.num)}>
          <Cell column={column} row={row} />
        </td>
      ))}
    </tr>
  );
}

function Cell({ column, row }: { column: Column; row: CaseEntity }) {
  if (column.id === 'name') {
    return (
      <span className={styles.name}>
        <TypeBadge schema={row.schema} disagree={row.disagree} />
        <bdi title={row.caption}>{row.caption}</bdi>
        {row.pinned && <Pin className={styles.mark} aria-label="pinned" />}
      </span>
    );
  }
  if (column.id === 'type') return entityType(row.schema).name;
  if (column.id === 'links') return row.links === undefined ? '' : count(row.links);
  if (column.id === 'datasets') return count(row.datasets.length);
  if (column.id === 'seen') return row.lastSeen ? knownDate(row.lastSeen.slice(0, 7)) : '';
  return row.countries.map(country).join(', ');
}
