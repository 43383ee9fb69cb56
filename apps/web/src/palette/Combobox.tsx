import { Search } from 'lucide-react';
import { type KeyboardEvent, type ReactNode, useEffect, useId, useRef, useState } from 'react';
import { Keys } from '../actions/Keys.tsx';
import { classes } from '../ui/classes.ts';
import styles from './Palette.module.css';

export type Row = {
  id: string;
  body: ReactNode;
  /** What Enter does, said on the row when it is the current one. */
  says?: string;
  run(): void;
  /** What Ctrl Enter does. */
  second?: { says: string; run(): void };
  isOff?: boolean;
};
export type Group = { name: string; of?: string; rows: Row[] };

type Props = {
  label: string;
  placeholder: string;
  typed: string;
  onTyped(typed: string): void;
  groups: readonly Group[];
  /** Said where there are no rows. */
  empty: ReactNode;
  /** Beside the field. */
  beside?: ReactNode;
  /** Between the field and the rows. */
  between?: ReactNode;
  /** Keys that the place takes before the list does; true when taken. */
  onKey?(event: KeyboardEvent): boolean;
  /** Within a dialog of its own look: an edge around the field. */
  boxed?: boolean;
};

/** A field over a list: typing narrows it, arrows walk it, Enter acts on the row. The field keeps the focus. */
export function Combobox(props: Props) {
  const { label, placeholder, typed, onTyped, groups, empty, beside, between, onKey, boxed } = props;
  const [at, setAt] = useState(0);
  const listId = useId();
  const list = useRef<HTMLDivElement>(null);
  const rows = groups.flatMap((group) => group.rows);
  const current = Math.min(at, Math.max(0, rows.length - 1));
  useEffect(() => {
    list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' });
  });

  const onKeyDown = (event: KeyboardEvent) => {
    if (onKey?.(event)) {
      setAt(0);
      return;
    }
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      const step = event.key === 'ArrowDown' ? 1 : -1;
      setAt((current + step + rows.length) % Math.max(1, rows.length));
    } else if (event.key === 'Enter') {
      event.preventDefault();
      const row = rows[current];
      if (event.ctrlKey || event.metaKey) row?.second?.run();
      else if (!row?.isOff) row?.run();
    }
  };

  let index = -1;
  return (
    <>
      <div className={classes(styles.input, boxed && styles.boxed)}>
        <Search aria-hidden />
        <input
          // biome-ignore lint/a11y/noAutofocus: it stands in a dialog that opened to be typed into
          autoFocus
          role="combobox"
          aria-expanded="true"
          aria-controls={listId}
          aria-activedescendant={rows[current] ? `${listId}-${current}` : undefined}
          aria-label={label}
          placeholder={placeholder}
          value={typed}
          onChange={(event) => {
            onTyped(event.target.value);
            setAt(0);
          }}
          onKeyDown={onKeyDown}
          spellCheck={false}
        />
        {beside}
      </div>
      {between}
      <div
        className={classes(styles.list, boxed && styles.boxedList)}
        id={listId}
        role="listbox"
        aria-label="Results"
        ref={list}
      >
        {groups.map((group) => (
          // biome-ignore lint/a11y/useSemanticElements: options of a listbox are grouped by role
          <div key={group.name} role="group" aria-label={group.name}>
            <div className={styles.group} aria-hidden="true">
              <span>{group.name}</span>
              <span>{group.of}</span>
            </div>
            {group.rows.map((row) => {
              index += 1;
              const here = index;
              return (
                // biome-ignore lint/a11y/useKeyWithClickEvents: keys are taken by the field above
                // biome-ignore lint/a11y/useFocusableInteractive: the field keeps the focus and names the option
                <div
                  key={row.id}
                  id={`${listId}-${here}`}
                  role="option"
                  aria-selected={here === current}
                  aria-disabled={row.isOff}
                  className={classes(styles.row, here === current && styles.current)}
                  onClick={() => !row.isOff && row.run()}
                  onMouseMove={() => here !== current && setAt(here)}
                >
                  {row.body}
                  {here === current && !row.isOff && (
                    <span className={styles.does}>
                      {row.says} <Keys combination="Enter" />
                    </span>
                  )}
                </div>
              );
            })}
          </div>
        ))}
        {rows.length === 0 && <p className={styles.none}>{empty}</p>}
      </div>
    </>
  );
}
