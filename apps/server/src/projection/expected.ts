/** Rows as Postgres wants them in the store as of a change, in the order of their places (tenant|id). */
import type { Database, Transaction } from '../database/database.ts';
import { entitiesOfPage } from './page.ts';
import { type EntityRow, entitiesOf, entityFact, type LinkRow, linkFact } from './projection.ts';
import {
  entitiesOfEnds,
  hasBothEnds,
  type Id,
  inSnapshot,
  linkPage,
  linksAt,
  type PagedLink,
  recordPage,
  recordsAt,
  type Slice,
  tenantsOf,
} from './source.ts';

export interface Expected extends Id {
  place: string;
  fact: string;
  datasets: readonly string[];
}

const PAGE = 5_000;
const FIRST_ID = '00000000-0000-0000-0000-000000000000';

const ofEntity = (row: EntityRow): Expected => ({
  ...{ place: `${row.tenant}|${row.id}`, tenant: row.tenant, id: row.id },
  ...{ fact: entityFact(row), datasets: row.datasets },
});
const ofLink = (row: LinkRow): Expected => ({
  ...{ place: `${row.tenant}|${row.id}`, tenant: row.tenant, id: row.id },
  ...{ fact: linkFact(row), datasets: [row.dataset] },
});

/**
 * From behind a place on, a page of 5,000 at a time and no more in memory, however much a tenant has. A link whose end is not
 * there is among them: who misses it in the store looks closer (`expectedOf`).
 */
export async function* expectedItems(
  db: Database,
  what: 'entity' | 'link',
  position: number,
  from = '',
): AsyncGenerator<Expected> {
  const [fromTenant = '', fromId = FIRST_ID] = from === '' ? [] : from.split('|');
  for (const tenant of await inSnapshot(db, tenantsOf)) {
    if (tenant < fromTenant) continue;
    const start = tenant === fromTenant ? fromId : FIRST_ID;
    yield* what === 'entity'
      ? entitiesFrom(db, tenant, start, position)
      : linksFrom(db, tenant, start, position);
  }
}

async function* entitiesFrom(
  db: Database,
  tenant: string,
  start: string,
  position: number,
): AsyncGenerator<Expected> {
  for (let after: string | undefined = start; after !== undefined; ) {
    const slice = { tenant, after, before: null };
    const page = await inSnapshot(db, async (tx) => {
      const records = await recordPage(tx, slice, PAGE, position);
      return { records, entities: await entitiesOfPage(tx, tenant, records, position) };
    });
    const items = page.entities.map(ofEntity);
    yield* items.sort((left, right) => (left.place < right.place ? -1 : 1));
    after = page.records.length < PAGE ? undefined : page.records.at(-1)!.id;
  }
}

async function* linksFrom(
  db: Database,
  tenant: string,
  start: string,
  position: number,
): AsyncGenerator<Expected> {
  for (let after: string | undefined = start; after !== undefined; ) {
    const slice: Slice = { tenant, after, before: null };
    const { page, entities } = await inSnapshot(db, async (tx) => {
      const page: PagedLink[] = await linkPage(tx, slice, PAGE, position);
      return { page, entities: await entitiesOfEnds(tx, tenant, page, position) };
    });
    const entityOf = (record: string): string => entities.get(record) ?? record;
    for (const link of page)
      yield ofLink({ ...link, tenant, from: entityOf(link.source), to: entityOf(link.target) });
    after = page.length < PAGE ? undefined : page.at(-1)!.id;
  }
}

/** Rows that these ids shall have, with what is written for them. */
export async function expectedOf(
  tx: Transaction,
  what: 'entity' | 'link',
  ids: readonly Id[],
  position: number,
): Promise<{ items: Map<string, Expected>; entities: EntityRow[]; links: LinkRow[] }> {
  const wanted = new Set(ids.map(({ tenant, id }) => `${tenant}|${id}`));
  const entities =
    what === 'entity'
      ? entitiesOf(await recordsAt(tx, ids, position)).filter(({ tenant, id }) =>
          wanted.has(`${tenant}|${id}`),
        )
      : [];
  const links = what === 'link' ? (await linksAt(tx, ids, [], position)).filter(hasBothEnds) : [];
  const items = [...entities.map(ofEntity), ...links.map(ofLink)];
  return { items: new Map(items.map((item) => [item.place, item])), entities, links };
}
