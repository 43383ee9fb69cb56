import type { Database } from '../database/database.ts';
import { hexOf, type Side } from './compare.ts';
import { datasetKeys, inSnapshot } from './source.ts';
import type { Neo4jStore } from './store.neo4j.ts';
import { type Found, mustStand, verifyAll } from './verify.neo4j.ts';

/** Named in the report at most; all are counted, and repaired. */
const NAMED = 10_000;

export interface VerifyReport {
  equal: boolean;
  position: number;
  entities: number;
  links: number;
  differences: Record<Found['kind'], number>;
  repaired: boolean;
  /** Rows that belong to no generation were looked for: not while one is made. */
  straysSeen: boolean;
  datasets: {
    tenant: string;
    /** Key, or id of one that is gone. */
    dataset: string;
    equal: boolean;
    postgres: SideShown;
    neo4j: SideShown;
  }[];
  /** The first 10,000. */
  named: Found[];
}

type SideShown = { entities: number; links: number; digest: string };

const shown = ({ entities, links, digest }: Side): SideShown => ({ entities, links, digest: hexOf(digest) });

/** Compares Neo4j with Postgres, whole. Throws PROJECTION_NOT_SERVING, GRAPH_UNAVAILABLE. */
export async function verifyNow({
  db,
  store,
  repair,
}: {
  db: Database;
  store: Neo4jStore;
  repair: boolean;
}): Promise<VerifyReport> {
  await mustStand(db, store);
  const all: Found[] = [];
  const more: Record<Found['kind'], number> = { missing: 0, extra: 0, stale: 0, wrongTenant: 0 };
  const { tallies, position, strays } = await verifyAll({
    db,
    store,
    repair,
    found: (each) => {
      if (all.length < NAMED * 10) all.push(each);
      else more[each.kind]++;
    },
  });
  const found = underOneTenant(all);
  const keys = await inSnapshot(db, datasetKeys);
  const datasets = [...tallies.byDataset]
    .map(([place, { postgres, store: stored }]) => {
      const [tenant = '', id = ''] = place.split('|');
      const [left, right] = [shown(postgres), shown(stored)];
      const equal = JSON.stringify(left) === JSON.stringify(right);
      return { tenant, dataset: keys.get(place) ?? id, equal, postgres: left, neo4j: right };
    })
    .sort((left, right) => (`${left.tenant}${left.dataset}` < `${right.tenant}${right.dataset}` ? -1 : 1));
  for (const { kind } of found) more[kind]++;
  more.extra += strays.untold;
  const total = Object.values(more).reduce((sum, each) => sum + each, 0);
  return {
    equal: total === 0,
    position,
    entities: tallies.entities,
    links: tallies.links,
    differences: more,
    repaired: repair && total > 0,
    straysSeen: strays.seen,
    datasets,
    named: found.slice(0, NAMED),
  };
}

/** What one tenant misses and another has under the same id stands under the wrong one: one difference, not two. */
function underOneTenant(found: readonly Found[]): Found[] {
  const missing = new Map<string, Found>();
  for (const each of found) if (each.kind === 'missing') missing.set(`${each.what}|${each.id}`, each);
  const moved = new Set<Found>();
  const wrong: Found[] = [];
  for (const each of found) {
    const home = each.kind === 'extra' ? missing.get(`${each.what}|${each.id}`) : undefined;
    if (!home || moved.has(home)) continue;
    moved.add(home).add(each);
    wrong.push({ ...home, kind: 'wrongTenant' });
  }
  return [...found.filter((each) => !moved.has(each)), ...wrong];
}
