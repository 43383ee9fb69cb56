import type { Reading } from '../change/read.ts';
import type { Database } from '../database/database.ts';
import { type Sql, sql } from '../database/sql.ts';
import { clustersOf, entitiesFrom, entitiesOf } from '../entity/clusters.queries.ts';
import type { Entity } from '../entity/entity.ts';
import {
  answeredAt,
  asFilter,
  byId,
  drawn,
  drawnCommon,
  drawnExpansion,
  drawnNeighbourhood,
  drawnPaths,
  inReading,
  readerArguments,
  recordsOf,
  unique,
  whole,
} from './answering.queries.ts';
import {
  type Answer,
  type Asked,
  type Direction,
  type GraphQueries,
  type LinkCount,
  MOST,
  type Which,
} from './graphQueries.ts';
import { kPaths, type Layers } from './kPaths.ts';

/** Links by which it is told which of several entities has the fewest. */
const COUNTED = 500;
/** Links between two positions of all paths of one length; above, which of them come first is not promised. */
const EDGES = 5_000;

/** The port on the tables themselves: live, or on the as-of views. Functions: migrations/0013, 0017 and 0036. */
export function postgresGraph(db: Database): GraphQueries {
  const onSnapshot = <T>(asked: Asked, work: (tx: Reading) => Promise<T>): Promise<T & Answer> =>
    inReading(db, asked, async (tx) => {
      const [answer, found] = await Promise.all([answeredAt(tx), work(tx)]);
      return { ...answer, ...found };
    });

  return {
    expand: (asked, question) =>
      onSnapshot(asked, async (tx) => {
        const [entity] = await distinct(tx, [question.id]);
        if (!entity) return { entities: [], links: [], counts: [], bounded: whole(0) };
        const near = await nextEntities(tx, recordsOf([entity]), null, question, Number.POSITIVE_INFINITY);
        const all = near.entities.sort(byId);
        const page = all.filter(({ id }) => !question.after || id > question.after).slice(0, question.first);
        const counts = await countLinks(tx, [entity]);
        return {
          ...(await drawnExpansion(tx, question, { entity, page, total: all.length })),
          counts: counts.get(entity.id) ?? [],
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
        return drawnNeighbourhood(tx, question, { start, reached, exact });
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
            ? { paths: [[from.id]], stopped: false, all: true }
            : await search(tx, question, from, to, known);
        return drawnPaths(tx, question, { from, to, ...found, entityOf: (id) => known.get(id)! });
      }),

    commonNeighbours: (asked, question) =>
      onSnapshot(asked, async (tx) => {
        const given = (await distinct(tx, question.ids)).sort(byId);
        const common = (await commonTo(tx, given, question)).sort(byId);
        const page = common.slice(0, question.first);
        return drawnCommon(tx, question, { given, page, total: common.length });
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

const distinct = async (tx: Reading, ids: readonly string[]): Promise<Entity[]> =>
  unique((await entitiesOf(tx, ids)).values());

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
  const size = Number.isFinite(room) ? Math.max(MOST.chunk, room + 1) : MOST.visited;
  for (let after: string | null = null; ; ) {
    const near: Map<string, Entity> = await entitiesFrom(
      tx,
      sql`graph_near(${readerArguments(tx)}, (${front})::uuid[], ${known}::uuid[], ${after}::uuid, ${size},
        ${asFilter(which)}, ${asDirection(which.direction)})`,
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
        limit ${COUNTED}) few)::int as size
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

/** Paths by length until there are k, each length from walks that meet in the middle. */
async function search(
  tx: Reading,
  question: Which & { maxHops: number; k: number; directed?: boolean | undefined },
  from: Entity,
  to: Entity,
  known: Map<string, Entity>,
): Promise<{ paths: string[][]; stopped: boolean; all: boolean }> {
  const paths: string[][] = [];
  let stopped = false;
  for (let fewest = 1; ; ) {
    if (fewest > question.maxHops) return { paths, stopped, all: true };
    if (paths.length >= question.k) return { paths, stopped, all: false };
    const walks = await tx.first<Layers & { hops: number | null; stopped: boolean }>(sql`
      select * from graph_walks(${readerArguments(tx)}, ${from.recordIds}::uuid[], ${to.recordIds}::uuid[], ${fewest}, ${question.maxHops},
        ${asFilter(question)}, ${question.directed ?? false}, ${MOST.visited}, ${EDGES})`);
    stopped ||= walks!.stopped;
    if (walks!.hops === null) return { paths, stopped, all: true };
    const fresh = [...new Set([...walks!.sources, ...walks!.targets])].filter((id) => !known.has(id));
    for (const recordIds of (await clustersOf(tx, fresh)).values())
      for (const id of recordIds) known.set(id, { id: recordIds[0]!, recordIds });
    const found = kPaths(
      walks!,
      { from: from.id, to: to.id, hops: walks!.hops, k: question.k + 1 - paths.length },
      (record) => known.get(record)!.id,
    );
    paths.push(...found.paths);
    stopped ||= found.stopped;
    fewest = walks!.hops + 1;
  }
}
