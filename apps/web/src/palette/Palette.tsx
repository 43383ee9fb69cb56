import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { BriefcaseBusiness, Check, Database, type LucideIcon } from 'lucide-react';
import { useDeferredValue, useMemo, useState } from 'react';
import { Dialog, Modal, ModalOverlay } from 'react-aria-components';
import { Keys } from '../actions/Keys.tsx';
import { useOpenCase } from '../actions/openCase.ts';
import { type Action, keysOf, useActions, whyNot } from '../actions/registry.ts';
import { unread } from '../api/apiError.ts';
import { ofTotal } from '../format/numbers.ts';
import { markTried } from '../frame/tried.ts';
import { datasetNamesQuery } from '../pages/dataset/datasetQueries.ts';
import { investigationsQuery } from '../pages/home/homeQueries.ts';
import { type SearchHit, searchQuery } from '../pages/search/searchQueries.ts';
import { paths } from '../paths.ts';
import { classes } from '../ui/classes.ts';
import { Combobox, type Row } from './Combobox.tsx';
import { HitBody } from './HitBody.tsx';
import { matchActions } from './matchActions.ts';
import styles from './Palette.module.css';
import { bestOf, byStanding, inOrder, type Standings, standing } from './standing.ts';

const scopes = ['All', 'Entities', 'Investigations', 'Datasets', 'Actions'] as const;

type Props = { typed: string; onTyped(text: string): void; onClose(): void };

/** ⌘/Ctrl K: records, investigations, datasets and every action, by keyboard alone. In an investigation a hit joins it. */
export default function Palette({ typed, onTyped, onClose }: Props) {
  const router = useRouter();
  const [scope, setScope] = useState<(typeof scopes)[number]>('All');
  const query = useDeferredValue(typed.trim());
  const actions = useActions();
  const openCase = useOpenCase((store) => store.current);
  const {
    data: found,
    error,
    isFetching,
  } = useQuery({
    ...searchQuery({ q: query, first: 6 }),
    enabled: query !== '',
    placeholderData: keepPreviousData,
  });
  const { data: investigations } = useInfiniteQuery(investigationsQuery);
  const { data: datasets } = useQuery({ ...datasetNamesQuery, enabled: query !== '' });

  const groups = useMemo<Standings[]>(() => {
    const go = (href: string) => () => {
      onClose();
      router.history.push(href);
    };
    const entityRow = (hit: SearchHit): Row => {
      const { entity } = hit;
      const page = () => {
        markTried('search');
        go(paths.entity(entity.id))();
      };
      const row = { id: entity.id, second: { says: 'open its page', run: page } };
      const isHere = openCase?.has(entity.id);
      if (openCase && (isHere || openCase.locked === undefined)) {
        const end = isHere ? <Check className={styles.here} aria-label="in the investigation" /> : undefined;
        return {
          ...row,
          body: <HitBody hit={hit} query={query} end={end} />,
          says: isHere ? 'select it here' : 'add to this case',
          run: () => {
            markTried('search');
            onClose();
            if (isHere) openCase.select(entity.id);
            else openCase.add(entity);
          },
        };
      }
      return { ...row, body: <HitBody hit={hit} query={query} />, says: 'open', run: page };
    };
    const entities = (query === '' ? [] : (found?.hits ?? [])).map(entityRow);
    const total = found?.bounded.total ?? 0;
    const words = query.toLowerCase();
    const holds = (name: string) => name.toLowerCase().includes(words);
    const titleOf = ({ title }: { title: string }) => title;
    const called = byStanding(investigations?.rows.filter(({ title }) => holds(title)) ?? [], query, titleOf);
    const cases = called
      .slice(0, 5)
      .map(({ id, title }) => placeRow(id, title, BriefcaseBusiness, go(paths.investigation(id))));
    const known = datasets?.edges.map(({ node }) => node) ?? [];
    const titled = byStanding(
      query === '' ? [] : known.filter(({ key, title }) => holds(title) || holds(key)),
      query,
      ({ key, title }) => (standing(key, query) === 'same' ? key : title),
    );
    const sources = titled
      .slice(0, 5)
      .map(({ key, title }) => placeRow(`dataset ${key}`, title, Database, go(paths.dataset(key))));
    const matching = matchActions(actions, query);
    const all: Standings[] = [
      {
        name: 'Entities',
        rows: entities,
        of: found ? ofTotal(entities.length, total, found.bounded.totalIsExact) : '',
        best: bestOf(found?.hits.map(({ entity }) => entity.caption) ?? [], query),
        found: true,
      },
      {
        name: 'Investigations',
        rows: cases,
        // Those that changed last are looked through.
        of: ofTotal(cases.length, called.length, investigations?.rows.length === investigations?.total),
        best: bestOf(called.map(titleOf), query),
      },
      {
        name: 'Datasets',
        rows: sources,
        of: ofTotal(sources.length, titled.length, known.length === datasets?.bounded.total),
        best: bestOf(
          titled.flatMap(({ key, title }) => [key, title]),
          query,
        ),
      },
      {
        name: 'Actions',
        rows: matching.map((action) => actionRow(action, onClose)),
        best: bestOf(
          matching.map(({ name }) => name),
          query,
        ),
      },
    ];
    return inOrder(all).filter((group) => group.rows.length > 0 && (scope === 'All' || scope === group.name));
  }, [query, found, investigations, datasets, actions, scope, router, onClose, openCase]);

  const all = () => {
    onClose();
    router.history.push(paths.search(query));
  };
  return (
    <ModalOverlay
      className={styles.scrim as string}
      isOpen
      isDismissable
      onOpenChange={(open) => !open && onClose()}
    >
      <Modal className={styles.palette as string}>
        <Dialog data-palette aria-label="Search records or run a command" className={styles.dialog as string}>
          <Combobox
            label="Search records or run a command"
            placeholder="Search records or run a command"
            typed={typed}
            onTyped={onTyped}
            groups={groups}
            empty={isFetching ? 'Reading …' : error ? unread(error) : `Nothing is called “${typed}”.`}
            onKey={(event) => {
              if (event.key === 'Enter' && event.shiftKey) {
                event.preventDefault();
                all();
                return true;
              }
              if (event.key !== 'Tab') return false;
              event.preventDefault();
              const step = event.shiftKey ? scopes.length - 1 : 1;
              setScope(scopes[(scopes.indexOf(scope) + step) % scopes.length] ?? 'All');
              return true;
            }}
            beside={
              <>
                {found && query !== '' && !isFetching && (
                  <span className={styles.why}>
                    {ofTotal(Math.min(6, found.hits.length), found.bounded.total, found.bounded.totalIsExact)}{' '}
                    entities
                  </span>
                )}
                <Keys combination="Escape" />
              </>
            }
            between={
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
            }
          />
          <footer className={styles.foot}>
            <span>
              <Keys combination="ArrowUp" /> <Keys combination="ArrowDown" /> move
            </span>
            <span>
              <Keys combination="Enter" /> {openCase && !openCase.locked ? 'add to this case' : 'open'}
            </span>
            <span>
              <Keys combination="Mod+Enter" /> open the page
            </span>
            <span>
              <Keys combination="Shift+Enter" /> all hits
            </span>
          </footer>
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}

/** A case or a dataset, by its name. */
function placeRow(id: string, name: string, Icon: LucideIcon, run: () => void): Row {
  return {
    id,
    run,
    says: 'open',
    body: (
      <>
        <span className={styles.icon}>
          <Icon aria-hidden />
        </span>
        <span className={styles.text}>{name}</span>
      </>
    ),
  };
}

function actionRow(action: Action, onClose: () => void): Row {
  const reason = whyNot(action);
  const [key] = keysOf(action);
  const Icon = action.icon;
  return {
    id: action.id,
    isOff: reason !== undefined,
    run: () => {
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
