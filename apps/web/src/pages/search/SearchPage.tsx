import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { Search, X } from 'lucide-react';
import { useEffect, useMemo, useRef, useState } from 'react';
import { Button as AriaButton, Input, Link, SearchField } from 'react-aria-components';
import { entityType } from '../../entity/entityTypes.ts';
import { TypeBadge } from '../../entity/TypeBadge.tsx';
import { country } from '../../format/countries.ts';
import { count, counted, ofTotal } from '../../format/numbers.ts';
import { StatusLine, Top } from '../../frame/slots.tsx';
import { markTried } from '../../frame/tried.ts';
import { paths } from '../../paths.ts';
import { Button } from '../../ui/Button.tsx';
import { FilterChip, SourceChip } from '../../ui/Chip.tsx';
import { Checkbox } from '../../ui/Field.tsx';
import { ReadError } from '../../ui/ReadError.tsx';
import { EmptyState, SkeletonRows } from '../../ui/State.tsx';
import { AddToInvestigation } from '../entity/AddToInvestigation.tsx';
import page from '../Page.module.css';
import { type FacetName, type FacetState, Facets } from './Facets.tsx';
import styles from './SearchPage.module.css';
import { type SearchHit, searchPagesQuery } from './searchQueries.ts';
import { markedCaption, why } from './why.tsx';

const route = getRouteApi('/app/search');

/** Search over everything the reader may see: names in any script, typing errors forgiven, facets with counts. */
export default function SearchPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const [typed, setTyped] = useState(search.q);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const field = useRef<HTMLInputElement>(null);
  const facets: FacetState = { schema: search.schemas, dataset: search.datasets, country: search.countries };

  useEffect(() => setTyped(search.q), [search.q]);
  useEffect(() => field.current?.focus(), []);
  useEffect(() => {
    if (typed === search.q) return;
    const wait = setTimeout(
      () => void navigate({ search: (before) => ({ ...before, q: typed }), replace: true }),
      180,
    );
    return () => clearTimeout(wait);
  }, [typed, search.q, navigate]);

  const filter = useMemo(
    () => ({
      schemas: search.schemas.length > 0 ? search.schemas : null,
      datasets: search.datasets.length > 0 ? search.datasets : null,
      countries: search.countries.length > 0 ? search.countries : null,
      from: search.from ?? null,
      to: search.to ?? null,
    }),
    [search],
  );
  const { data, error, isPending, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } =
    useInfiniteQuery({
      ...searchPagesQuery(search.q, filter),
      enabled: search.q.trim() !== '',
      placeholderData: keepPreviousData,
    });
  const first = data?.pages[0];
  const hits = data?.pages.flatMap((answer) => answer.hits) ?? [];
  const hasHits = hits.length > 0;
  useEffect(() => {
    if (hasHits) markTried('search');
  }, [hasHits]);

  const setFacet = (name: FacetName, values: string[]) => {
    const key = ({ schema: 'schemas', dataset: 'datasets', country: 'countries' } as const)[name];
    void navigate({ search: (before) => ({ ...before, [key]: values }), replace: true });
  };
  const inForce = (['schema', 'dataset', 'country'] as const).filter((name) => facets[name].length > 0);

  return (
    <div className={page.page}>
      <Top
        title={search.q ? `“${search.q}”` : 'Search'}
        name={<h1>Search</h1>}
        icon={<Search />}
        acts={chosen.size > 0 && <AddToInvestigation entityIds={[...chosen]} />}
      />
      <div className={styles.side} data-region="Filters">
        <Facets facets={first?.facets ?? []} state={facets} onChange={setFacet} />
      </div>
      <div className={page.body} data-region="Results">
        <div className={styles.bar}>
          <SearchField
            aria-label="Search"
            value={typed}
            onChange={setTyped}
            className={styles.field as string}
          >
            <Search aria-hidden />
            <Input
              ref={field}
              className={styles.input as string}
              placeholder="Name in any script, registry number, address"
            />
            <AriaButton className={styles.clear as string}>
              <X />
            </AriaButton>
          </SearchField>
          {inForce.length > 0 && (
            <div className={styles.filters}>
              {inForce.map((name) => (
                <FilterChip
                  key={name}
                  name={name === 'schema' ? 'Type' : name === 'dataset' ? 'Dataset' : 'Country'}
                  value={
                    facets[name].length === 1 ? (facets[name][0] ?? '') : `${facets[name].length} chosen`
                  }
                  onRemove={() => setFacet(name, [])}
                />
              ))}
            </div>
          )}
        </div>
        {search.q.trim() === '' ? (
          <div className={styles.state}>
            <EmptyState icon={<Search />} title="Type a name, a number or an address">
              Names and identifiers are searched, not the text in other columns. Scripts are read across,
              accents and typing errors are forgiven. Each hit says why it matched.
            </EmptyState>
          </div>
        ) : error && !data ? (
          <div className={styles.state}>
            <ReadError error={error} onAgain={() => void refetch()} />
          </div>
        ) : isPending ? (
          <SkeletonRows count={8} height={52} />
        ) : hits.length === 0 ? (
          <div className={styles.state}>
            <EmptyState
              icon={<Search />}
              title={`Nothing is called “${search.q}”`}
              acts={
                inForce.length > 0 && (
                  <Button
                    look="edged"
                    onPress={() =>
                      void navigate({
                        search: (before) => ({
                          q: before.q,
                          schemas: [],
                          datasets: [],
                          countries: [],
                          from: undefined,
                          to: undefined,
                        }),
                      })
                    }
                  >
                    Search without filters
                  </Button>
                )
              }
            >
              {inForce.length > 0
                ? 'Filters are in force; without them there may be more.'
                : 'Names and identifiers are searched, not the text in other columns. Try fewer words, or another spelling.'}
            </EmptyState>
          </div>
        ) : (
          <>
            <ul className={styles.hits}>
              {hits.map((hit) => (
                <Hit
                  key={hit.entity.id}
                  hit={hit}
                  query={search.q}
                  isChosen={chosen.has(hit.entity.id)}
                  onChoose={(on) => {
                    const next = new Set(chosen);
                    if (on) next.add(hit.entity.id);
                    else next.delete(hit.entity.id);
                    setChosen(next);
                  }}
                />
              ))}
            </ul>
            <p className={page.foot}>
              {first && ofTotal(hits.length, first.bounded.total, first.bounded.totalIsExact)}
              {hasNextPage && (
                <>
                  {', '}
                  <AriaButton
                    className={page.link as string}
                    onPress={() => void (isFetchingNextPage || fetchNextPage())}
                  >
                    load the rest
                  </AriaButton>
                </>
              )}
              {first?.notes.map((note) => (
                <span key={note}> · {note}</span>
              ))}
            </p>
          </>
        )}
      </div>
      <StatusLine>
        {first && search.q.trim() !== ''
          ? `${first.bounded.totalIsExact ? '' : 'at least '}${counted(first.bounded.total, 'entity', 'entities')}${chosen.size > 0 ? `, ${count(chosen.size)} chosen` : ''}`
          : 'Search'}
      </StatusLine>
    </div>
  );
}

type HitProps = { hit: SearchHit; query: string; isChosen: boolean; onChoose(on: boolean): void };

function Hit({ hit, query, isChosen, onChoose }: HitProps) {
  const { entity } = hit;
  return (
    <li className={styles.hit} data-chosen={isChosen || undefined}>
      <Checkbox aria-label={`Choose ${entity.caption}`} isSelected={isChosen} onChange={onChoose} />
      <TypeBadge schema={entity.schema} />
      <div className={styles.body}>
        <Link href={paths.entity(entity.id)} className={styles.name as string}>
          <bdi>{markedCaption(hit)}</bdi>
        </Link>
        <p className={page.meta}>
          {entityType(entity.schema).name}
          {entity.countries.length > 0 && `, ${entity.countries.map(country).join(', ')}`}
          {'; '}
          {why(hit, query)}
          {entity.recordCount > 1 && `; ${entity.recordCount} records judged the same`}
        </p>
      </div>
      <div className={styles.sources}>
        {entity.datasets.slice(0, 2).map((dataset) => (
          <SourceChip key={dataset.key} name={dataset.title} reliability={dataset.reliability ?? undefined} />
        ))}
        {entity.datasets.length > 2 && <span className={page.meta}>+{entity.datasets.length - 2}</span>}
      </div>
    </li>
  );
}
