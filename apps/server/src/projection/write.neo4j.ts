/** Sets rows in the store: what stands replaces what stood, what is gone goes. Run twice it ends the same. */

import { type EntityRow, keyOf, type LinkRow } from './projection.ts';
import type { Id } from './source.ts';
import { type Cypher, whole } from './store.neo4j.ts';

/** Rows of one UNWIND. */
const ROWS = 5_000;

const ENTITY = `{
  key: $prefix + r[0] + '|' + r[1], tenant: r[0], id: r[1], generation: $generation,
  schemas: r[2], datasets: r[3], marking: toInteger(r[4]), size: toInteger(r[5]), records: r[6]}`;

const LINK = `{
  key: $prefix + r[0] + '|' + r[1], tenant: r[0], id: r[1], generation: $generation,
  type: r[2], dataset: r[3], marking: toInteger(r[4]), directed: r[5], reference: r[6],
  validFrom: r[7], validTo: r[8], source: r[9], target: r[10]}`;

const entity = (row: EntityRow) =>
  [row.tenant, row.id, row.schemas, row.datasets, row.marking, row.size, row.records] as const;
const link = (row: LinkRow) =>
  [
    ...[row.tenant, row.id, row.type, row.dataset, row.marking, row.directed, row.reference],
    ...[row.validFrom, row.validTo, row.source, row.target, row.from, row.to],
  ] as const;

export interface Writing {
  generation: number;
  /** Links that are gone, or are made anew below. */
  unlink: readonly Id[];
  /** Entities that are gone, with every link of theirs. */
  remove: readonly Id[];
  entities: readonly EntityRow[];
  /** None of them may stand, other than in `unlink`. */
  links: readonly LinkRow[];
}

/** The same ids, each once. */
const distinct = (ids: readonly Id[]): Id[] => [
  ...new Map(ids.map(({ tenant, id }) => [`${tenant}|${id}`, { tenant, id }])).values(),
];

/**
 * The same in writings of `most` nodes and links each, or in one that has no more than twice as many. Written in their order they
 * come to the same, also where some of them were written before: ends stand before the links that are made between them, each link
 * goes and comes in one of them, and an entity goes when it has no link any more. What stands before the last is no state of the log.
 */
export function piecesOf(writing: Writing, most: number): Writing[] {
  const { generation, entities, links } = writing;
  const unlink = distinct([...writing.unlink, ...links]);
  const remove = distinct(writing.remove);
  if (unlink.length + remove.length + entities.length <= 2 * most) return [writing];
  const linkOf = new Map(links.map((row) => [`${row.tenant}|${row.id}`, row]));
  const nothing = { generation, unlink: [], remove: [], entities: [], links: [] };
  return [
    ...[...chunks(entities, most)].map((some) => ({ ...nothing, entities: some })),
    ...[...chunks(unlink, most)].map((some) => ({
      ...nothing,
      unlink: some,
      links: some.flatMap(({ tenant, id }) => linkOf.get(`${tenant}|${id}`) ?? []),
    })),
    ...[...chunks(remove, most)].map((some) => ({ ...nothing, remove: some })),
  ];
}

export async function writeRows(tx: Cypher, { generation, ...rows }: Writing): Promise<void> {
  const keys = (ids: readonly Id[]) => [
    ...new Set(ids.map(({ tenant, id }) => keyOf(generation, tenant, id))),
  ];
  const common = { prefix: `${generation}|`, generation: whole(generation) };
  for (const some of chunks(keys(rows.unlink), ROWS))
    await tx.run('UNWIND $keys AS key MATCH ()-[l:LINK {key: key}]->() DELETE l', { keys: some });
  for (const some of chunks(keys(rows.remove), ROWS))
    await tx.run('UNWIND $keys AS key MATCH (e:Entity {key: key}) DETACH DELETE e', { keys: some });
  for (const some of chunks(rows.entities.map(entity), ROWS))
    await tx.run(`UNWIND $rows AS r MERGE (e:Entity {key: $prefix + r[0] + '|' + r[1]}) SET e = ${ENTITY}`, {
      ...common,
      rows: some,
    });
  for (const some of chunks(rows.links.map(link), ROWS))
    await tx.run(CREATE_LINKS, { ...common, rows: some });
}

const CREATE_LINKS = `UNWIND $rows AS r
  MATCH (s:Entity {key: $prefix + r[0] + '|' + r[11]}) MATCH (t:Entity {key: $prefix + r[0] + '|' + r[12]})
  CREATE (s)-[:LINK ${LINK}]->(t)`;

/** Of values that few rows differ in: each once, and for each row which. */
function dictionary<T>(values: readonly T[], textOf: (value: T) => string): { words: T[]; places: number[] } {
  const known = new Map<string, number>();
  const words: T[] = [];
  const places = values.map((value) => {
    const text = textOf(value);
    let place = known.get(text);
    if (place === undefined) {
      place = words.push(value) - 1;
      known.set(text, place);
    }
    return place;
  });
  return { words, places };
}

export interface Creating {
  generation: number;
  tenant: string;
}

/**
 * Creates entities of one tenant in a generation in which none of them stands. Answers the store's number of each node, in the
 * order of the rows as far as the store keeps it: whoever uses them compares the id.
 */
export async function createEntities(
  tx: Cypher,
  { generation, tenant }: Creating,
  rows: readonly EntityRow[],
): Promise<number[]> {
  if (rows.length === 0) return [];
  const kinds = dictionary(rows, ({ schemas, datasets }) => `${schemas} ${datasets}`);
  const [found] = await tx.run<{ nodes: number[] }>(
    `UNWIND $rows AS r
     CREATE (e:Entity {key: $prefix + r[0], tenant: $tenant, id: r[0], generation: $generation, schemas: $kinds[toInteger(r[1])][0],
       datasets: $kinds[toInteger(r[1])][1], marking: toInteger(r[2]), size: toInteger(r[3]), records: r[4]})
     RETURN collect(id(e)) AS nodes`,
    {
      tenant,
      prefix: keyOf(generation, tenant, ''),
      generation: whole(generation),
      kinds: kinds.words.map(({ schemas, datasets }) => [schemas, datasets]),
      rows: rows.map(({ id, marking, size, records }, at) => [id, kinds.places[at], marking, size, records]),
    },
  );
  return found!.nodes;
}

/**
 * Creates links of one tenant in a generation in which none of them stands, between nodes known by their numbers: an index look-up
 * for each end was a third of the work. Answers how many came about: a number that names another entity gives none.
 */
export async function createLinks(
  tx: Cypher,
  { generation, tenant }: Creating,
  rows: readonly (LinkRow & { fromNode: number; toNode: number })[],
): Promise<number> {
  if (rows.length === 0) return 0;
  const kinds = dictionary(rows, (row) =>
    JSON.stringify([row.type, row.dataset, row.marking, row.directed, row.reference]),
  );
  const [made] = await tx.run<{ made: number }>(
    `UNWIND $rows AS r
     MATCH (s) WHERE id(s) = toInteger(r[6]) AND s.id = coalesce(r[8], r[4])
     MATCH (t) WHERE id(t) = toInteger(r[7]) AND t.id = coalesce(r[9], r[5])
     WITH r, s, t, $kinds[toInteger(r[1])] AS k
     CREATE (s)-[:LINK {key: $prefix + r[0], tenant: $tenant, id: r[0], generation: $generation, type: k[0], dataset: k[1],
       marking: toInteger(k[2]), directed: k[3], reference: k[4], validFrom: r[2], validTo: r[3], source: r[4], target: r[5]}]->(t)
     RETURN count(*) AS made`,
    {
      tenant,
      prefix: keyOf(generation, tenant, ''),
      generation: whole(generation),
      kinds: kinds.words.map((row) => [row.type, row.dataset, row.marking, row.directed, row.reference]),
      rows: rows.map((row, at) => [
        ...[
          row.id,
          kinds.places[at],
          row.validFrom,
          row.validTo,
          row.source,
          row.target,
          row.fromNode,
          row.toNode,
        ],
        ...[row.from === row.source ? null : row.from, row.to === row.target ? null : row.to],
      ]),
    },
  );
  return made!.made;
}

/** The same by the keys of their ends; one whose end is not there is left out. */
export async function createLinksByKey(
  tx: Cypher,
  { generation }: Creating,
  rows: readonly LinkRow[],
): Promise<void> {
  for (const some of chunks(rows.map(link), ROWS))
    await tx.run(CREATE_LINKS, { prefix: `${generation}|`, generation: whole(generation), rows: some });
}

export function* chunks<T>(items: readonly T[], size: number): Generator<T[]> {
  for (let at = 0; at < items.length; at += size) yield items.slice(at, at + size);
}
