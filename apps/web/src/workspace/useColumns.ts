import { columnVisibilityFeature, createColumnHelper, tableFeatures, useTable } from '@tanstack/react-table';
import { useState } from 'react';
import type { CaseEntity, Sort } from './caseModel.ts';

export type Column = {
  id: 'name' | 'type' | 'country' | 'links' | 'datasets' | 'seen';
  name: string;
  sort: Sort['by'];
  width: string;
  isNumber: boolean;
};

export const columns: readonly Column[] = [
  { id: 'name', name: 'Name', sort: 'name', width: 'minmax(120px, 1fr)', isNumber: false },
  { id: 'type', name: 'Type', sort: 'type', width: '104px', isNumber: false },
  { id: 'links', name: 'Links', sort: 'links', width: '54px', isNumber: true },
  { id: 'datasets', name: 'Datasets', sort: 'datasets', width: '66px', isNumber: true },
  { id: 'seen', name: 'Last seen', sort: 'seen', width: '74px', isNumber: true },
];

const features = tableFeatures({ columnVisibilityFeature });
const helper = createColumnHelper<typeof features, CaseEntity>();
const definitions = helper.columns(columns.map(({ id }) => helper.display({ id })));
const noRows: CaseEntity[] = [];
const key = 'summit.columns';

function hiddenAtFirst(): Record<string, boolean> {
  try {
    return JSON.parse(localStorage.getItem(key) ?? '{"type":false}') as Record<string, boolean>;
  } catch {
    return { type: false };
  }
}

/** Which columns stand in the table, remembered on this device. */
export function useColumns(): { visible: readonly Column[]; toggle(id: Column['id']): void } {
  const [columnVisibility, setVisibility] = useState<Record<string, boolean>>(hiddenAtFirst);
  const table = useTable({
    features,
    columns: definitions,
    data: noRows,
    state: { columnVisibility },
    onColumnVisibilityChange: (change) => {
      const next = typeof change === 'function' ? change(columnVisibility) : change;
      localStorage.setItem(key, JSON.stringify(next));
      setVisibility(next);
    },
  });
  const shown = new Set(table.getVisibleLeafColumns().map((column) => column.id));
  return {
    visible: columns.filter(({ id }) => shown.has(id)),
    toggle: (id) => table.getColumn(id)?.toggleVisibility(),
  };
}
