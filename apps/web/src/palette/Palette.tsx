import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { Search } from 'lucide-react';
import {
  type KeyboardEvent,
  type ReactNode,
  useDeferredValue,
  useEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import { Dialog, Modal, ModalOverlay } from 'react-aria-components';
import { Keys } from '../actions/Keys.tsx';
import { type Action, keysOf, useActions, whyNot } from '../actions/registry.ts';
import { TypeBadge } from '../entity/TypeBadge.tsx';
import { ofTotal } from '../format/numbers.ts';
import { markTried } from '../frame/tried.ts';
import { investigationsQuery } from '../pages/home/homeQueries.ts';
import { searchQuery } from '../pages/search/searchQueries.ts';
import { markedCaption, why } from '../pages/search/why.tsx';
import { paths } from '../paths.ts';
import { SourceChip } from '../ui/Chip.tsx';
import { classes } from '../ui/classes.ts';
import { matchActions } from './matchActions.ts';
import styles from './Palette.module.css';

type Row = { id: string; body: ReactNode; run(): void; isOff?: boolean };
type Group = { name: string; of?: string; rows: Row[] };

const scopes = ['All', 'Entities', 'Investigations', 'Actions'] as const;

/** ⌘/Ctrl K: records, investigations and every action, by keyboard alone. */
export default function Palette({ onClose }: { onClose(): void }) {
  const router = useRouter();
  const [typed, setTyped] = useState('');
  const [scope, setScope] = useState<(typeof scopes)[number]>('All');
  const [at, setAt] = useState(0);
  const query = useDeferredValue(typed.trim());
  const actions = useActions();
  const list = useRef<HTMLDivElement>(null);
  const { data: found, isFetching } = useQuery({
    ...searchQuery({ q: query, first: 6 }),
    enabled: query !== '',
    placeholderData: keepPreviousData,
  });
  const { data: investigations } = useQuery(investigationsQuery);

  const groups = useMemo<Group[]>(() => {
    const go = (href: string) => () => {
      onClose();
      router.history.push(href);
    };
    const entityRows = (query === '' ? [] : (found?.hits ?? [])).map((hit) => ({
      id: hit.entity.id,
      run: () => {
        markTried('search');
        go(paths.entity(hit.entity.id))();
      },
      body: (
        <>
          <TypeBadge schema={hit.entity.schema} />
          <span className={styles.text}>
            <bdi className={styles.name}>{markedCaption(hit)}</bdi>
            <span className={styles.why}>{why(hit, query)}</span>
          </span>
          <span className={styles.sources}>
            {hit.entity.datasets.slice(0, 2).map((dataset) => (
              <SourceChip
                key={dataset.key}
                name={dataset.title}
                reliability={dataset.reliability ?? undefined}
              />
            ))}
            {hit.entity.datasets.length > 2 && (
              <span className={styles.why}>+{hit.entity.datasets.length - 2}</span>
            )}
          </span>
        </>
      ),
    }));
    const words = query.toLowerCase();
    const cases = (investigations?.edges.map((edge) => edge.node) ?? [])
      .filter((one) => one.title.toLowerCase().includes(words))
      .slice(0, 5)
      .map((one) => ({
        id: one.id,
        run: go(paths.investigation(one.id)),
        body: <span className={styles.text}>{one.title}</span>,
      }));
    const acts = matchActions(actions, query).map((action) => actionRow(action, onClose));
    return [
      {
        name: 'Entities',
        rows: entityRows,
        of: found ? ofTotal(entityRows.length, found.bounded.total, found.bounded.totalIsExact) : '',
      },
      { name: 'Investigations', rows: cases },
      { name: 'Actions', rows: acts },
    ].filter((group) => group.rows.length > 0 && (scope === 'All' || scope === group.name));
  }, [query, found, investigations, actions, scope, router, onClose]);

  const rows = groups.flatMap((group) => group.rows);
  const current = Math.min(at, Math.max(0, rows.length - 1));
  useEffect(() => {
    list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' });
  });

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      const step = event.key === 'ArrowDown' ? 1 : -1;
      setAt((current + step + rows.length) % Math.max(1, rows.length));
    } else if (event.key === 'Enter') {
      event.preventDefault();
      if (event.ctrlKey || event.metaKey) {
        onClose();
        router.history.push(paths.search(query));
      } else rows[current]?.run();
    } else if (event.key === 'Tab') {
      event.preventDefault();
      const step = event.shiftKey ? scopes.length - 1 : 1;
      setScope(scopes[(scopes.indexOf(scope) + step) % scopes.length] ?? 'All');
      setAt(0);
    }
  };

  let index = -1;
  return (
    <ModalOverlay
      className={styles.scrim as string}
      isOpen
      isDismissable
      onOpenChange={(open) => !open && onClose()}
    >
      <Modal className={styles.palette as string}>
        <Dialog aria-label="Search records or run a command" className={styles.dialog as string}>
          <div className={styles.input}>
            <Search aria-hidden />
            <input
              autoFocus
              role="combobox"
              aria-expanded="true"
              aria-controls="palette-list"
              aria-activedescendant={rows[current] ? `palette-${current}` : undefined}
              aria-label="Search records or run a command"
              placeholder="Search records or run a command"
              value={typed}
              onChange={(event) => {
                setTyped(event.target.value);
                setAt(0);
              }}
              onKeyDown={onKeyDown}
              spellCheck={false}
            />
            {found && query !== '' && !isFetching && (
              <span className={styles.why}>
                {ofTotal(Math.min(6, found.hits.length), found.bounded.total, found.bounded.totalIsExact)}{' '}
                entities
              </span>
            )}
            <Keys combination="Escape" />
          </div>
          <div className={styles.scopes}>
            {scopes.map((one) => (
              <button
                key={one}
                type="button"
                tabIndex={-1}
                aria-pressed={one === scope}
                className={classes(styles.scope, one === scope && styles.on)}
                onClick={() => setScope(one)}
              >
                {one}
              </button>
            ))}
            <span className={styles.next}>
              <Keys combination="Tab" /> next scope
            </span>
          </div>
          <div className={styles.list} id="palette-list" role="listbox" aria-label="Results" ref={list}>
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
                      id={`palette-${here}`}
                      role="option"
                      aria-selected={here === current}
                      aria-disabled={row.isOff}
                      className={classes(styles.row, here === current && styles.current)}
                      onClick={row.run}
                      onMouseMove={() => here !== current && setAt(here)}
                    >
                      {row.body}
                      {here === current && <Keys combination="Enter" />}
                    </div>
                  );
                })}
              </div>
            ))}
            {rows.length === 0 && (
              <p className={styles.none}>{isFetching ? 'Reading …' : `Nothing is called “${typed}”.`}</p>
            )}
          </div>
          <footer className={styles.foot}>
            <span>
              <Keys combination="ArrowUp" /> <Keys combination="ArrowDown" /> move
            </span>
            <span>
              <Keys combination="Enter" /> open
            </span>
            <span>
              <Keys combination="Mod+Enter" /> all hits
            </span>
          </footer>
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}

function actionRow(action: Action, onClose: () => void): Row {
  const reason = whyNot(action);
  const [key] = keysOf(action);
  const Icon = action.icon;
  return {
    id: action.id,
    isOff: reason !== undefined,
    run: () => {
      if (reason !== undefined) return;
      onClose();
      action.run();
    },
    body: (
      <>
        <span className={styles.icon}>{Icon && <Icon aria-hidden />}</span>
        <span className={classes(styles.text, reason && styles.off)}>
          {action.name} {reason && <span className={styles.why}>{reason}</span>}
        </span>
        {key && <Keys combination={key} />}
      </>
    ),
  };
}
