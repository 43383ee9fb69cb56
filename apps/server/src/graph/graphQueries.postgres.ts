import type { Reading } from '../change/read.ts';
import { type Database, Transaction } from '../database/database.ts';
import { inTransaction } from '../database/inTransaction.ts';
import { type Sql, sql } from '../database/sql.ts';
import { clustersAmong, clustersOf } from '../entity/clusters.queries.ts';
import { named } from '../entity/entity.queries.ts';
import type { Entity } from '../entity/entity.ts';
import {
  type Answer,
  type Asked,
  type Bounded,
  type Direction,
  type GraphLink,
  type GraphQueries,
  type LinkCount,
  MOST,
  type Which,
} from './graphQueries.ts';
import { kPaths, type Layers } from './kPaths.ts';

/** Neighbours that are looked at in one go: up to so many are counted exactly. */
const CHUNK = 500;
/** Links between two positions of all paths of one length; above, which of them come first is not promised. */
const EDGES = 5_000;

const byId = (a: { id: string }, b: { id: string }): number => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
const whole = (shown: number, total = shown): Bounded => ({
  complete: shown === total,
  reason: shown === total ? null : 'limit',
  shown,
  total,
  totalIsExact: true,
});

/** The port on the tables themselves: live, or on the as-of views. Functions: migrations/0013 and 0017. */
export function postgresGraph(db: Database): GraphQueries {
  /** A reading answers in its own snapshot; anybody else gets one. */
  const onSnapshot = async <T>(asked: Asked, work: (tx: Reading) => Promise<T>): Promise<T & Answer> => {
    const both = async (tx: Reading): Promise<T & Answer> => {
      const [answer, found] = await Promise.all([answeredAt(tx), work(tx)]);
      return { ...answer, ...found };
    };
    return asked instanceof Transaction
      ? both(asked as Reading)
      : inTransaction(db, { tenant: asked.reader.tenant, asOf: asked.at, readOnly: true }, (tx) =>
          both(Object.assign(tx, { reader: asked.reader, at: asked.at })),
        );
  };

  return {
    expand: (asked, question) =>
      onSnapshot(asked, async (tx) => {
        const [entity] = await distinct(tx, [question.id]);
        if (!entity) return { entities: [], links: [], counts: [], bounded: whole(0) };
        const near = await nextEntities(tx, recordsOf([entity]), null, question, Number.POSITIVE_INFINITY);
        const all = near.entities.sort(byId);
        const page = all.filter(({ id }) => !question.after || id > question.after).slice(0, question.first);
        const { entities, ...inside } = await drawn(tx, [entity, ...page], question, MOST.links);
        const touching = inside.links.filter(
          ({ source, target }) => source === entity.id || target === entity.id,
        );
        const counts = await countLinks(tx, [entity]);
        return {
          entities: entities.slice(1),
          links: touching,
          counts: counts.get(entity.id) ?? [],
          bounded: whole(page.length, all.length),
        };
      }),

    neighbourhood: (asked, question) =>
      onSnapshot(asked, async (tx) => {
        const { ids, schemas } = question;
        const given = sql`graph_entities(${readerArguments(tx)}, ${[...ids]}::uuid[])`;
        // The first step does not wait for what it starts from.
        const [found, first] = await Promise.all([
          distinct(tx, ids),
          nextEntities(tx, given, null, question, question.limit, schemas),
        ]);
        const start = found.sort(byId);
        const reached: Entity[] = [];
        let front = start;
        let exact = true;
        for (let depth = 1; depth <= question.depth && front.length > 0 && exact; depth++) {
          const next =
            depth === 1
              ? first
              : await nextEntities(
                  tx,
                  recordsOf(front),
                  recordsOf([...start, ...reached]),
                  question,
                  question.limit - reached.length,
                  schemas,
                );
          front = next.entities.sort(byId);
          reached.push(...front);
          exact =
            next.exact &&
            (reached.length <= question.limit || depth === question.depth || front.length === 0);
        }
        const shown = reached.slice(0, question.limit);
        const inside = await drawn(tx, [...start, ...shown], question, question.links ?? MOST.links);
        const more = reached.length > shown.length || !exact;
        return {
          entities: inside.entities,
          links: inside.links,
          bounded: {
            complete: !more && inside.bounded.complete,
            reason: more ? 'limit' : inside.bounded.reason,
            shown: shown.length,
            total: reached.length,
            totalIsExact: exact,
          },
        };
      }),

    subgraph: (asked, question) =>
      onSnapshot(asked, async (tx) => {
        const entities = (await distinct(tx, question.ids)).sort(byId);
        return drawn(tx, entities, question, question.links ?? MOST.links);
      }),

    paths: (asked, question) =>
      onSnapshot(asked, async (tx) => {
        const ends = await entitiesOf(tx, [question.from, question.to]);
        const [from, to] = [ends.get(question.from), ends.get(question.to)];
        if (!from || !to) return { paths: [], entities: [], links: [], bounded: whole(0) };
        const known = new Map([from, to].flatMap((end) => end.recordIds.map((id) => [id, end] as const)));
        const found =
          from.id === to.id
            ? { paths: [[from.id]], stopped: false }
            : await search(tx, question, from, to, known);
        const paths = found.paths.slice(0, question.k);
        const ids = [...new Set([from.id, to.id, ...paths.flat().sort()])];
        const steps = new Set(
          paths.flatMap((path) =>
            path.slice(1).flatMap((id, index) => stepKeys(path[index]!, id, question.directed)),
          ),
        );
        const inside = await drawn(
          tx,
          ids.map((id) => known.get(id)!),
          question,
          paths.length > 0 ? MOST.links : 0,
        );
        const more = found.paths.length > paths.length;
        return {
          paths: paths.map((entityIds) => ({ entityIds })),
          entities: inside.entities,
          links: inside.links.filter(({ source, target, directed }) =>
            steps.has(`${source} ${target} ${directed}`),
          ),
          bounded: {
            complete: !more && !found.stopped && inside.bounded.complete,
            reason: more ? 'limit' : found.stopped ? 'visited' : inside.bounded.reason,
            shown: paths.length,
            total: found.paths.length,
            totalIsExact: !more && !found.stopped,
          },
        };
      }),

    commonNeighbours: (asked, question) =>
      onSnapshot(asked, async (tx) => {
        const given = (await distinct(tx, question.ids)).sort(byId);
        const common = (await commonTo(tx, given, question)).sort(byId);
        const page = common.slice(0, question.first);
        const inside = await drawn(tx, [...given, ...page], question, question.links ?? MOST.links);
        const start = new Set(given.map(({ id }) => id));
        return {
          given: inside.entities.slice(0, given.length),
          entities: inside.entities.slice(given.length),
          links: inside.links.filter(({ source, target }) => start.has(source) !== start.has(target)),
          bounded: whole(page.length, common.length),
        };
      }),

    degrees: (asked, question) =>
      onSnapshot(asked, async (tx) => {
        const entities = await entitiesOf(tx, question.ids);
        const counts = await countLinks(tx, unique(entities.values()));
        return {
          counts: new Map([...entities].map(([given, { id }]) => [given, counts.get(id) ?? []])),
        };
      }),
  };
}

const unique = (entities: Iterable<Entity>): Entity[] => [
  ...new Map([...entities].map((entity) => [entity.id, entity])).values(),
];

const asEntities = (clusters: ReadonlyMap<string, readonly string[]>): Map<string, Entity> =>
  new Map([...clusters].map(([given, recordIds]) => [given, { id: recordIds[0]!, recordIds }]));

const entitiesOf = async (tx: Reading, ids: readonly string[]): Promise<Map<string, Entity>> =>
  asEntities(await clustersOf(tx, ids));

const distinct = async (tx: Reading, ids: readonly string[]): Promise<Entity[]> =>
  unique((await entitiesOf(tx, ids)).values());

const recordsOf = (entities: readonly Entity[]): string[] => entities.flatMap(({ recordIds }) => recordIds);

async function answeredAt(tx: Reading): Promise<Answer> {
  if (tx.at !== undefined) return { servedBy: 'postgres', position: tx.at };
  const row = await tx.first<{ position: number }>(
    sql`select summit.position(${tx.reader.tenant}) as position`,
  );
  return { servedBy: 'postgres', position: row!.position };
}

const readerArguments = ({ reader }: Reading): Sql =>
  sql`${reader.tenant}, ${reader.datasets}::uuid[], ${reader.clearance}`;

const asFilter = ({ types, references }: Which): Sql => sql`${types ?? null}::text[], ${references ?? false}`;

function asDirection(direction: Direction = 'ANY'): Sql {
  return sql`${direction !== 'IN'}, ${direction !== 'OUT'}`;
}

/**
 * Entities one step away from the records of `front`, all of them when they are few: `room` and more otherwise, and then not
 * exact. Which come first among many is the same each time. `known` are not among them; null: the front itself.
 */
async function nextEntities(
  tx: Reading,
  front: readonly string[] | Sql,
  known: readonly string[] | null,
  which: Which,
  room: number,
  schemas?: readonly string[],
): Promise<{ entities: Entity[]; exact: boolean }> {
  const found = new Map<string, Entity>();
  const size = Number.isFinite(room) ? Math.max(CHUNK, room + 1) : MOST.visited;
  for (let after: string | null = null; ; ) {
    const near: Map<string, Entity> = asEntities(
      await clustersAmong(
        tx,
        sql`graph_near(${readerArguments(tx)}, (${front})::uuid[], ${known}::uuid[], ${after}::uuid, ${size},
          ${asFilter(which)}, ${asDirection(which.direction)})`,
      ),
    );
    const ids = [...near.keys()];
    const entities = unique(near.values());
    const fitting = schemas ? await ofSchemas(tx, entities, schemas) : entities;
    for (const entity of fitting) found.set(entity.id, entity);
    if (ids.length < size) return { entities: [...found.values()], exact: true };
    if (found.size > room) return { entities: [...found.values()], exact: false };
    after = ids.at(-1)!;
  }
}

async function ofSchemas(
  tx: Reading,
  entities: readonly Entity[],
  schemas: readonly string[],
): Promise<Entity[]> {
  const rows = await tx.query<{ id: string }>(sql`
    select id from records
    where tenant_id = ${tx.reader.tenant} and id = any(${recordsOf(entities)}::uuid[]) and schema = any(${schemas}::text[])`);
  const fitting = new Set(rows.map(({ id }) => id));
  return entities.filter(({ recordIds }) => recordIds.some((id) => fitting.has(id)));
}

/** The entities as an answer has them, with the links among them. */
async function drawn(
  tx: Reading,
  entities: readonly Entity[],
  which: Which,
  most: number,
): Promise<{ entities: Entity[]; links: GraphLink[]; bounded: Bounded }> {
  const [inside, called] = await Promise.all([
    linksBetween(tx, most > 0 ? entities : [], which, most),
    named(tx, entities),
  ]);
  return { entities: called, ...inside };
}

async function linksBetween(
  tx: Reading,
  entities: readonly Entity[],
  which: Which,
  most: number,
): Promise<{ links: GraphLink[]; bounded: Bounded }> {
  const entityOf = new Map(entities.flatMap(({ id, recordIds }) => recordIds.map((record) => [record, id])));
  const rows = await tx.query<GraphLink & { total: number }>(sql`
    select id, source, target, type, directed, reference, dataset, valid_from as "validFrom", valid_to as "validTo", total
    from graph_among(${readerArguments(tx)}, ${[...entityOf.keys()]}::uuid[], ${asFilter(which)}, ${most})`);
  const links = rows.map(({ total: _, ...link }) => ({
    ...link,
    source: entityOf.get(link.source)!,
    target: entityOf.get(link.target)!,
  }));
  const bounded = whole(links.length, rows[0]?.total ?? 0);
  return { links, bounded: bounded.complete ? bounded : { ...bounded, reason: 'links' } };
}

async function countLinks(tx: Reading, entities: readonly Entity[]): Promise<Map<string, LinkCount[]>> {
  const owners = entities.flatMap(({ recordIds }, owner) => recordIds.map(() => owner));
  const rows = await tx.query<LinkCount & { owner: number }>(sql`
    select * from graph_degrees(${readerArguments(tx)}, ${recordsOf(entities)}::uuid[], ${owners}::int[])
    order by owner, count desc, type, direction, reference`);
  return new Map(
    entities.map(({ id }, index) => [
      id,
      rows.filter(({ owner }) => owner === index).map(({ owner: _, ...count }) => count),
    ]),
  );
}

/** Starts from the entity with the fewest links: every other one only has to confirm. */
async function commonTo(tx: Reading, given: readonly Entity[], which: Which): Promise<Entity[]> {
  if (given.length === 0) return [];
  const sizes = await tx.query<{ size: number }>(sql`
    select (select count(*) from (
        select from relationships l where l.tenant_id = ${tx.reader.tenant} and l.source_record = any(g.ids::uuid[])
        union all select from relationships l where l.tenant_id = ${tx.reader.tenant} and l.target_record = any(g.ids::uuid[])
        limit ${CHUNK}) few)::int as size
    from unnest(${given.map(({ recordIds }) => `{${recordIds.join()}}`)}::text[]) with ordinality g(ids, place) order by place`);
  const bySize = given
    .map((entity, index) => ({ entity, size: sizes[index]!.size }))
    .sort((a, b) => a.size - b.size)
    .map(({ entity }) => entity);
  const near = await nextEntities(
    tx,
    bySize[0]!.recordIds,
    recordsOf(given),
    which,
    Number.POSITIVE_INFINITY,
  );
  let common = near.entities;
  for (const entity of bySize.slice(1)) {
    if (common.length === 0) break;
    const rows = await tx.query<{ far_record: string }>(sql`
      select distinct far_record from graph_meet(${readerArguments(tx)}, ${entity.recordIds}::uuid[], ${recordsOf(common)}::uuid[],
        ${asFilter(which)}, ${asDirection(which.direction)})`);
    const met = new Set(rows.map(({ far_record }) => far_record));
    common = common.filter(({ recordIds }) => recordIds.some((id) => met.has(id)));
  }
  return common;
}

const stepKeys = (from: string, to: string, directed: boolean | undefined): string[] => [
  `${from} ${to} true`,
  `${from} ${to} false`,
  `${to} ${from} false`,
  ...(directed ? [] : [`${to} ${from} true`]),
];

/** Paths by length until there are more than k, each length from walks that meet in the middle. */
async function search(
  tx: Reading,
  question: Which & { maxHops: number; k: number; directed?: boolean | undefined },
  from: Entity,
  to: Entity,
  known: Map<string, Entity>,
): Promise<{ paths: string[][]; stopped: boolean }> {
  const paths: string[][] = [];
  let stopped = false;
  for (let fewest = 1; fewest <= question.maxHops && paths.length <= question.k; ) {
    const walks = await tx.first<Layers & { hops: number | null; stopped: boolean }>(sql`
      select * from graph_walks(${readerArguments(tx)}, ${from.recordIds}::uuid[], ${to.recordIds}::uuid[], ${fewest}, ${question.maxHops},
        ${asFilter(question)}, ${question.directed ?? false}, ${MOST.visited}, ${EDGES})`);
    stopped ||= walks!.stopped;
    if (walks!.hops === null) break;
    const fresh = [...new Set([...walks!.sources, ...walks!.targets])].filter((id) => !known.has(id));
    for (const entity of (await entitiesOf(tx, fresh)).values())
      for (const id of entity.recordIds) known.set(id, entity);
    const found = kPaths(
      walks!,
      { from: from.id, to: to.id, hops: walks!.hops, k: question.k + 1 - paths.length },
      (record) => known.get(record)!.id,
    );
    paths.push(...found.paths);
    stopped ||= found.stopped;
    fewest = walks!.hops + 1;
  }
  return { paths, stopped };
}
