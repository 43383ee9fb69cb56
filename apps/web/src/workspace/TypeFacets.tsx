import { useEffect, useRef, useState } from 'react';
import { entityType } from '../entity/entityTypes.ts';
import { TypeBadge } from '../entity/TypeBadge.tsx';
import { count } from '../format/numbers.ts';
import { Button } from '../ui/Button.tsx';
import { FacetChip } from '../ui/Chip.tsx';
import { Menu, MenuItem } from '../ui/Menu.tsx';
import { kept } from './filters.ts';
import styles from './TablePane.module.css';
import { useWorkspace } from './workspace.ts';

/** How many types have room beside "All" and "+n" in a pane of this width, px: the rest stand behind "+n". */
const roomFor = (width: number) => Math.max(1, Math.min(6, Math.floor((width - 116) / 112)));

/** Types with their counts. A press keeps one type, in every pane: it is the same filter as in the filter row. */
export function TypeFacets() {
  const { model, filters, setFilter } = useWorkspace();
  const values = model.facets.schema;
  const chosen = kept(filters, 'schema');
  const row = useRef<HTMLDivElement>(null);
  const [atHand, setAtHand] = useState(2);
  useEffect(() => {
    if (!row.current) return;
    const sizes = new ResizeObserver(([entry]) => entry && setAtHand(roomFor(entry.contentRect.width)));
    sizes.observe(row.current);
    return () => sizes.disconnect();
  }, []);
  // A chosen type is always at hand.
  const first = [...values].sort(
    (a, b) => Number(chosen.includes(b.value)) - Number(chosen.includes(a.value)),
  );
  const rest = first.slice(atHand);
  const all = values.reduce((sum, { count: of }) => sum + of, 0);
  const toggle = (value: string) =>
    setFilter('schema', chosen.includes(value) ? chosen.filter((one) => one !== value) : [...chosen, value]);
  return (
    // biome-ignore lint/a11y/useSemanticElements: a group of buttons, no fields
    <div className={styles.facets} ref={row} role="group" aria-label="Types">
      <FacetChip
        name="All"
        count={count(all)}
        isOn={chosen.length === 0}
        onChange={() => setFilter('schema', [])}
      />
      {first.slice(0, atHand).map(({ value, count: of }) => (
        <FacetChip
          key={value}
          icon={<TypeBadge schema={value} size={14} labelled={false} />}
          name={entityType(value).name}
          count={count(of)}
          isOn={chosen.includes(value)}
          onChange={() => toggle(value)}
        />
      ))}
      {rest.length > 0 && (
        <Menu
          label="More types"
          placement="bottom end"
          trigger={
            <Button height={24} aria-label={`${rest.length} more types`}>
              +{rest.length}
            </Button>
          }
        >
          {rest.map(({ value, count: of }) => (
            <MenuItem
              key={value}
              icon={<TypeBadge schema={value} size={16} labelled={false} />}
              onAction={() => toggle(value)}
            >
              {`${entityType(value).name}, ${count(of)}`}
            </MenuItem>
          ))}
        </Menu>
      )}
    </div>
  );
}
