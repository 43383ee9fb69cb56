import { ListFilter, Plus } from 'lucide-react';
import { useState } from 'react';
import { Dialog, DialogTrigger, Popover } from 'react-aria-components';
import { keyFor } from '../actions/registry.ts';
import { TypeBadge } from '../entity/TypeBadge.tsx';
import { count } from '../format/numbers.ts';
import { Button } from '../ui/Button.tsx';
import { FilterChip } from '../ui/Chip.tsx';
import { classes } from '../ui/classes.ts';
import { Checkbox } from '../ui/Field.tsx';
import popup from '../ui/Popup.module.css';
import { Segments } from '../ui/Tabs.tsx';
import styles from './FilterRow.module.css';
import { certainties, type FilterField, filterNames, shownValue } from './filters.ts';
import { LivePill } from './LivePill.tsx';
import { useWorkspace } from './workspace.ts';

type Faceted = 'schema' | 'dataset' | 'country' | 'certainty';
const faceted: Faceted[] = ['schema', 'dataset', 'country', 'certainty'];

const valuesOf = (field: FilterField, facets: ReturnType<typeof useWorkspace>['model']['facets']) =>
  field === 'disagree' || field === 'references' ? [] : facets[field];

/** What is kept, as chips that can be switched off or removed; what else can be kept behind "Filter". */
export function FilterRow() {
  const { filters, model, setFilter, toggleFilter, at } = useWorkspace();
  return (
    <div
      className={classes(styles.row, at && styles.past)}
      role="toolbar"
      aria-label="Filters"
      data-region="Filters"
    >
      <ListFilter aria-hidden />
      {filters.map((filter) => (
        <FilterChip
          key={filter.field}
          name={filterNames[filter.field]}
          value={shownValue(filter, valuesOf(filter.field, model.facets))}
          isOff={filter.isOff}
          onToggle={() => toggleFilter(filter.field)}
          onRemove={() => setFilter(filter.field, [])}
        />
      ))}
      <AddFilter />
      <span className={styles.end}>
        <LivePill />
      </span>
    </div>
  );
}

function AddFilter() {
  const { opened, open, filters, model, setFilter } = useWorkspace();
  const [field, setField] = useState<Faceted>('schema');
  const chosen = filters.find((filter) => filter.field === field)?.values ?? [];
  const facet = model.facets[field];
  // A value that is chosen stays in the list also when nothing has it any more.
  const values = [
    ...facet,
    ...chosen
      .filter((value) => !facet.some((one) => one.value === value))
      .map((value) => ({ value, label: value, count: 0 })),
  ];
  const flip = (value: string, on: boolean) =>
    setFilter(field, on ? [...chosen, value] : chosen.filter((one) => one !== value));
  return (
    <DialogTrigger
      isOpen={opened?.what === 'filter'}
      onOpenChange={(isOpen) => open(isOpen ? { what: 'filter' } : null)}
    >
      <Button
        look="quiet"
        height={26}
        icon={<Plus />}
        keys={filters.length === 0 ? keyFor('view.filter') : undefined}
      >
        Filter
      </Button>
      <Popover className={popup.popup as string} offset={4} placement="bottom start">
        <Dialog className={styles.dialog as string} aria-label="Keep only">
          <div className={styles.fields}>
            <Segments
              label="What to filter by"
              value={field}
              onChange={(id) => setField(id as Faceted)}
              choices={faceted.map((id) => ({ id, name: filterNames[id] }))}
            />
          </div>
          <div className={styles.values}>
            {values.map(({ value, label, count: of }) => (
              <Checkbox key={value} isSelected={chosen.includes(value)} onChange={(on) => flip(value, on)}>
                <span className={styles.label}>
                  {field === 'schema' && <TypeBadge schema={value} size={16} labelled={false} />}
                  {field === 'certainty'
                    ? (certainties.find(({ id }) => id === value)?.name ?? label)
                    : label}
                </span>
                <span className={styles.meta}>{count(of)}</span>
              </Checkbox>
            ))}
            {values.length === 0 && <p className={styles.none}>Nothing here says one.</p>}
            {field === 'dataset' && model.disagreeing > 0 && (
              <Checkbox
                isSelected={filters.some((filter) => filter.field === 'disagree' && !filter.isOff)}
                onChange={(on) => setFilter('disagree', on ? ['yes'] : [])}
              >
                <span className={styles.label}>Sources disagree</span>
                <span className={styles.meta}>{count(model.disagreeing)}</span>
              </Checkbox>
            )}
          </div>
        </Dialog>
      </Popover>
    </DialogTrigger>
  );
}
