import { type Reading, visible } from '../change/read.ts';
import { type Database, Transaction } from '../database/database.ts';
import { inTransaction } from '../database/inTransaction.ts';
import { type Sql, sql } from '../database/sql.ts';
import { named } from '../entity/entity.queries.ts';
import type { Entity } from '../entity/entity.ts';
import {
  type Answer,
  type Asked,
  type Bounded,
  type CommonNeighbours,
  type GraphLink,
  MOST,
  type Neighbourhood,
  type Path,
  type Paths,
  type Subgraph,
  type Which,
} from './graphQueries.ts';

// What the answers of every adapter are made of, wherever the walk was: Postgres says what there is and what the reader sees.

export type Drawn = Omit<Subgraph, keyof Answer>;

export const byId = (a: { id: string }, b: { id: string }): number =>
  a.id < b.id ? -1 : a.id > b.id ? 1 : 0;

/** Of an answer that was counted to its end. */
export const whole = (shown: number, total = shown): Bounded => ({
  complete: shown === total,
  reason: shown === total ? null : 'limit',
  shown,
  total,
  totalIsExact: true,
});

/** A reading answers in its own snapshot; anybody else gets one. */
export function inReading<T>(db: Database, asked: Asked, work: (tx: Reading) => Promise<T>): Promise<T> {
  return asked instanceof Transaction
    ? work(asked as Reading)
    : inTransaction(db, { tenant: asked.reader.tenant, asOf: asked.at, readOnly: true }, (tx) =>
        work(Object.assign(tx, asked)),
      );
}

/** Where an answer stands that Postgres gives from this snapshot. */
export async function answeredAt(tx: Reading): Promise<Answer> {
  if (tx.at !== undefined) return { servedBy: 'postgres', position: tx.at };
  const row = await tx.first<{ position: number }>(
    sql`select summit.position(${tx.reader.tenant}) as position`,
  );
  return { servedBy: 'postgres', position: row!.position };
}

export const unique = (entities: Iterable<Entity>): Entity[] => [
  ...new Map([...entities].map((entity) => [entity.id, entity])).values(),
];

export const recordsOf = (entities: readonly Entity[]): string[] =>
  entities.flatMap(({ recordIds }) => recordIds);

export const readerArguments = ({ reader }: Reading): Sql =>
  sql`${reader.tenant}, ${reader.datasets}::uuid[], ${reader.clearance}`;

export const asFilter = ({ types, references }: Which): Sql =>
  sql`${types ?? null}::text[], ${references ?? false}`;

export const drawnExpansion = async (
  tx: Reading,
  which: Which,
  { entity, page, total }: { entity: Entity; page: readonly Entity[]; total: number },
): Promise<Drawn> => {
  const { entities, links } = await drawn(tx, [entity, ...page], which, MOST.links);
  return {
    entities: entities.slice(1),
    links: links.filter(({ source, target }) => source === entity.id || target === entity.id),
    bounded: whole(page.length, total),
  };
};

/** `reached` by hops, then by ids; `exact`: they are all. */
export async function drawnNeighbourhood(
  tx: Reading,
  question: Neighbourhood,
  { start, reached, exact }: { start: readonly Entity[]; reached: readonly Entity[]; exact: boolean },
): Promise<Drawn> {
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
}

/**
 * `paths` in their order: as many as were asked for, and one more where there is one as long as the last. `all`: longer ones were
 * looked for too, or are not asked for; `stopped`: the search was cut, so there may be others.
 */
export async function drawnPaths(
  tx: Reading,
  question: Paths,
  found: {
    from: Entity;
    to: Entity;
    paths: readonly string[][];
    all: boolean;
    stopped: boolean;
    entityOf(id: string): Entity;
  },
): Promise<Drawn & { paths: Path[] }> {
  const { from, to, all, stopped, entityOf } = found;
  const paths = found.paths.slice(0, question.k);
  const ids = [...new Set([from.id, to.id, ...paths.flat().sort()])];
  const steps = new Set(
    paths.flatMap((path) =>
      path.slice(1).flatMap((id, index) => stepKeys(path[index]!, id, question.directed)),
    ),
  );
  const inside = await drawn(tx, ids.map(entityOf), question, paths.length > 0 ? MOST.links : 0);
  const more = found.paths.length > paths.length || !all;
  return {
    paths: paths.map((entityIds) => ({ entityIds })),
    entities: inside.entities,
    links: inside.links.filter(({ source, target, directed }) =>
      steps.has(`${source} ${target} ${directed}`),
    ),
    bounded: {
      complete: !more && !stopped && inside.bounded.complete,
      reason: stopped ? 'visited' : more ? 'limit' : inside.bounded.reason,
      shown: paths.length,
      total: found.paths.length,
      totalIsExact: !more && !stopped,
    },
  };
}

const stepKeys = (from: string, to: string, directed: boolean | undefined): string[] => [
  `${from} ${to} true`,
  `${from} ${to} false`,
  `${to} ${from} false`,
  ...(directed ? [] : [`${to} ${from} true`]),
];

export async function drawnCommon(
  tx: Reading,
  question: CommonNeighbours,
  { given, page, total }: { given: readonly Entity[]; page: readonly Entity[]; total: number },
): Promise<Drawn & { given: Entity[] }> {
  const most = page.length > 0 ? (question.links ?? MOST.links) : 0;
  const { entities, links } = await drawn(tx, [...given, ...page], question, most);
  const start = new Set(given.map(({ id }) => id));
  return {
    given: entities.slice(0, given.length),
    entities: entities.slice(given.length),
    links: links.filter(({ source, target }) => start.has(source) !== start.has(target)),
    bounded: whole(page.length, total),
  };
}

/** Links by their ids, between these entities: those that the reader sees of `total`. */
export async function drawnAmong(
  tx: Reading,
  given: readonly Entity[],
  { links: ids, total }: { links: readonly string[]; total: number },
): Promise<Drawn> {
  const entityOf = namesOf(given);
  const [rows, entities] = await Promise.all([
    tx.query<GraphLink>(sql`
      select l.id, l.source_record as source, l.target_record as target, l.type, l.directed, l.reference, l.dataset_id as dataset,
             l.valid_from as "validFrom", l.valid_to as "validTo"
      from relationships l where l.id = any(${ids}::uuid[]) and ${visible(tx.reader, 'l')} order by l.id`),
    named(tx, given),
  ]);
  const links = rows.flatMap((link) => {
    const [source, target] = [entityOf.get(link.source), entityOf.get(link.target)];
    return source && target ? [{ ...link, source, target }] : [];
  });
  return { entities, links, bounded: ofLinks(links.length, total) };
}

const namesOf = (entities: readonly Entity[]): Map<string, string> =>
  new Map(entities.flatMap(({ id, recordIds }) => recordIds.map((record) => [record, id])));

function ofLinks(shown: number, total: number): Bounded {
  const bounded = whole(shown, total);
  return bounded.complete ? bounded : { ...bounded, reason: 'links' };
}

/** The entities as an answer has them, with `most` of the links among them. */
export async function drawn(
  tx: Reading,
  entities: readonly Entity[],
  which: Which,
  most: number,
): Promise<Drawn> {
  const [inside, called] = await Promise.all([
    most > 0 ? linksBetween(tx, entities, which, most) : { links: [], bounded: whole(0) },
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
  const entityOf = namesOf(entities);
  const rows = await tx.query<GraphLink & { total: number }>(sql`
    select id, source, target, type, directed, reference, dataset, valid_from as "validFrom", valid_to as "validTo", total
    from graph_among(${readerArguments(tx)}, ${[...entityOf.keys()]}::uuid[], ${asFilter(which)}, ${most})`);
  const links = rows.map(
    ({ id, source, target, type, directed, reference, dataset, validFrom, validTo }): GraphLink => ({
      id,
      source: entityOf.get(source)!,
      target: entityOf.get(target)!,
      type,
      directed,
      reference,
      dataset,
      validFrom,
      validTo,
    }),
  );
  return { links, bounded: ofLinks(links.length, rows[0]?.total ?? 0) };
}
