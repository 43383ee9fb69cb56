import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { Plus } from 'lucide-react';
import { useMemo } from 'react';
import { Link } from 'react-aria-components';
import { focusRegionNamed } from '../../actions/regions.ts';
import { type Action, useRegister } from '../../actions/registry.ts';
import { entityQuery } from '../../entity/entityQueries.ts';
import { entityType } from '../../entity/entityTypes.ts';
import { counted } from '../../format/numbers.ts';
import { StatusLine, Top } from '../../frame/slots.tsx';
import { EntityPanel } from '../../panels/EntityPanel.tsx';
import { RelationshipCounts } from '../../panels/RelationshipCounts.tsx';
import { paths } from '../../paths.ts';
import { classes } from '../../ui/classes.ts';
import page from '../Page.module.css';
import { NotFoundPage } from '../PageError.tsx';
import { AddToInvestigation } from './AddToInvestigation.tsx';
import styles from './EntityPage.module.css';

const route = getRouteApi('/app/e/$id');

/** The stable page of one entity: its facts and sources at the left, its relationships at the right. */
export default function EntityPage() {
  const { id } = route.useParams();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { data: entity } = useQuery(entityQuery(id));
  const actions = useMemo<Action[]>(
    () => [
      {
        id: 'entity.expand',
        name: 'Expand: see its links by kind',
        group: 'Go to',
        keys: ['E'],
        run: () => focusRegionNamed('Relationships', 'ul button'),
        also: 'relationships counts',
      },
      {
        id: 'entity.note',
        name: 'Notes',
        group: 'Go to',
        keys: ['N'],
        run: () => void navigate({ search: (before) => ({ ...before, tab: 'notes' }), replace: true }),
      },
    ],
    [navigate],
  );
  useRegister(actions);
  if (entity === null) return <NotFoundPage />;
  const said = search.record
    ? { record: search.record, property: search.property ?? '', value: search.value ?? '' }
    : undefined;
  const writable = entity?.investigations.find((one) => !one.readOnly);
  return (
    <div className={page.page}>
      <Top
        title={entity?.caption ?? 'Entity'}
        beside={entity && <span className="crumb">{entityType(entity.schema).name}</span>}
        acts={entity && <AddToInvestigation entityIds={[entity.id]} icon={<Plus />} />}
      />
      <div className={styles.main} data-region="Details">
        <div className={styles.column}>
          <EntityPanel
            id={id}
            isPage
            tab={search.tab}
            onTab={(tab) => void navigate({ search: (before) => ({ ...before, tab }), replace: true })}
            said={said}
            onSaid={(next) =>
              void navigate({
                search: (before) => ({
                  ...before,
                  tab: next ? 'provenance' : before.tab,
                  record: next?.record,
                  property: next?.property,
                  value: next?.value,
                }),
              })
            }
            investigation={writable && { id: writable.id, readOnly: false }}
          />
        </div>
      </div>
      <aside
        className={classes(page.side, styles.aside)}
        aria-label="Relationships"
        data-region="Relationships"
      >
        {entity && (
          <>
            <RelationshipCounts entity={entity} shown={undefined} onExpand={undefined} />
            <Investigations entity={entity} />
          </>
        )}
      </aside>
      <StatusLine>
        {entity && `${counted(entity.facts.length, 'fact')}, ${counted(entity.linkTotal, 'relationship')}`}
      </StatusLine>
    </div>
  );
}

function Investigations({
  entity,
}: {
  entity: { id: string; investigations: { id: string; title: string; readOnly: boolean }[] };
}) {
  return (
    <section className={styles.investigations} aria-label="Investigations that hold it">
      <h3>In investigations</h3>
      {entity.investigations.length === 0 ? (
        <p className={page.meta}>None yet. Add it to one to chart it and to write notes.</p>
      ) : (
        <ul>
          {entity.investigations.map((one) => (
            <li key={one.id}>
              <Link href={paths.investigation(one.id, { sel: [entity.id] })} className={page.link as string}>
                {one.title}
              </Link>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
