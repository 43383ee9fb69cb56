import { useInfiniteQuery } from '@tanstack/react-query';
import { ArrowLeft, ArrowRight } from 'lucide-react';
import { useState } from 'react';
import { Button as AriaButton, Link } from 'react-aria-components';
import type { Direction } from '../api/generated/graphql.ts';
import { type EntityDetails, linksQuery } from '../entity/entityQueries.ts';
import { TypeBadge } from '../entity/TypeBadge.tsx';
import { validTime } from '../format/dates.ts';
import { count, counted, ofTotal } from '../format/numbers.ts';
import { paths } from '../paths.ts';
import { Button } from '../ui/Button.tsx';
import { classes } from '../ui/classes.ts';
import { ReadError } from '../ui/ReadError.tsx';
import { SkeletonRows } from '../ui/State.tsx';
import { busy } from '../ui/whyNot.ts';
import styles from './RelationshipCounts.module.css';
import { useReadAt } from './readAt.ts';
import { whatItSays } from './whatItSays.ts';

/** Neighbours on the chart by `type direction`, for "2 of 5". */
export type ShownCounts = ReadonlyMap<string, number>;

type Props = {
  entity: EntityDetails;
  shown: ShownCounts | undefined;
  onExpand: ((type?: string, direction?: 'IN' | 'OUT') => void) | undefined;
};

/** Links by type and direction with exact counts; a row opens to the links themselves. */
export function RelationshipCounts({ entity, shown, onExpand }: Props) {
  const groups = [...entity.linkCounts].sort(
    (a, b) => Number(a.reference) - Number(b.reference) || b.count - a.count,
  );
  const [open, setOpen] = useState<string | null>(null);
  if (groups.length === 0) return <p className={styles.none}>No relationships are known.</p>;
  const most = Math.max(...groups.map((group) => group.count));
  const total = groups.reduce((sum, group) => sum + group.count, 0);
  const onChart =
    shown && groups.reduce((sum, group) => sum + (shown.get(`${group.type} ${group.direction}`) ?? 0), 0);
  return (
    <section aria-label="Relationships">
      <header className={styles.head}>
        <h3>Relationships</h3>
        <span>{onChart === undefined ? count(total) : `${ofTotal(onChart, total)} shown`}</span>
      </header>
      <ul>
        {groups.map((group) => {
          const key = `${group.type} ${group.direction}`;
          const isOpen = open === key;
          const here = shown?.get(key);
          return (
            <li key={key}>
              <div className={styles.row}>
                <AriaButton
                  className={styles.face as string}
                  aria-expanded={isOpen}
                  onPress={() => setOpen(isOpen ? null : key)}
                >
                  {group.direction === 'IN' ? (
                    <ArrowLeft aria-label="from others" />
                  ) : (
                    <ArrowRight aria-label="to others" />
                  )}
                  <span className={classes(styles.name, group.reference && styles.reference)}>
                    {group.label}
                  </span>
                  <span
                    className={styles.bar}
                    style={{ width: 8 + (56 * group.count) / most }}
                    aria-hidden="true"
                  >
                    <span style={{ width: `${here === undefined ? 100 : (100 * here) / group.count}%` }} />
                  </span>
                  <span className={styles.count}>
                    {here !== undefined && `${count(here)} of `}
                    <b>{count(group.count)}</b>
                  </span>
                </AriaButton>
                {onExpand && here !== group.count && (
                  <Button
                    look="quiet"
                    height={24}
                    onPress={() => onExpand(group.type, group.direction as 'IN' | 'OUT')}
                    aria-label={`Expand ${group.label}`}
                  >
                    add
                  </Button>
                )}
              </div>
              {isOpen && <Links id={entity.id} type={group.type} direction={group.direction} />}
            </li>
          );
        })}
      </ul>
    </section>
  );
}

type Relation = {
  relationship: {
    validFrom: string | null;
    validTo: string | null;
    properties: { name: string; type: string; values: string[] }[];
    dataset: { title: string };
  };
};

/** What one link says of itself: role or amount, when, by whom. */
function Said({ link: { relationship } }: { link: Relation }) {
  const what = whatItSays(relationship.properties);
  const when = validTime(relationship.validFrom, relationship.validTo);
  return (
    <>
      {what && <span className={styles.what}>{what}</span>}
      {when && <span className={styles.when}>{when}</span>}
      <span className={styles.source}>{relationship.dataset.title}</span>
    </>
  );
}

function Links({ id, type, direction }: { id: string; type: string; direction: Direction }) {
  const { data, error, isPending, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } =
    useInfiniteQuery(linksQuery(id, type, direction, useReadAt()));
  if (isPending) return <SkeletonRows count={3} height={26} />;
  if (error && !data) return <ReadError error={error} onAgain={() => void refetch()} />;
  const links = data?.pages.flatMap((page) => page?.edges.map((edge) => edge.node) ?? []) ?? [];
  const total = data?.pages[0]?.bounded.total ?? links.length;
  // The answer stands by neighbour: what says the same link stands under its name once.
  const bundles: (typeof links)[] = [];
  for (const link of links) {
    const last = bundles.at(-1);
    if (link.neighbour && last?.[0]?.neighbour?.id === link.neighbour.id) last.push(link);
    else bundles.push([link]);
  }
  return (
    <ul className={styles.links}>
      {bundles.map((bundle) => {
        const [first] = bundle;
        if (!first) return null;
        return (
          <li key={first.id}>
            {first.neighbour ? (
              <>
                <TypeBadge schema={first.neighbour.schema} size={16} />
                <Link href={paths.entity(first.neighbour.id)} className={styles.neighbour as string}>
                  {first.neighbour.caption}
                </Link>
              </>
            ) : (
              <span className={styles.neighbour}>not in any dataset you see</span>
            )}
            {bundle.length > 1 ? (
              <>
                <span className={styles.when}>{counted(bundle.length, 'link')}</span>
                <ul className={styles.below}>
                  {bundle.map((link) => (
                    <li key={link.id}>
                      <Said link={link} />
                    </li>
                  ))}
                </ul>
              </>
            ) : (
              <span className={styles.below}>
                <Said link={first} />
              </span>
            )}
          </li>
        );
      })}
      {hasNextPage && (
        <li>
          <Button
            look="quiet"
            height={24}
            whyNot={isFetchingNextPage ? busy : undefined}
            onPress={() => void fetchNextPage()}
          >
            {ofTotal(links.length, total)}, load the rest
          </Button>
        </li>
      )}
    </ul>
  );
}
