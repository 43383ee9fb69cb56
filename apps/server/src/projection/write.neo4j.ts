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

/** Creates entities of a generation in which none of them stands. */
export async function createEntities(
  tx: Cypher,
  generation: number,
  rows: readonly EntityRow[],
): Promise<void> {
  await tx.run(`UNWIND $rows AS r CREATE (:Entity ${ENTITY})`, {
    prefix: `${generation}|`,
    generation: whole(generation),
    rows: rows.map(entity),
  });
}

/** Creates links of a generation in which none of them stands; one whose end is not there is left out. */
export async function createLinks(tx: Cypher, generation: number, rows: readonly LinkRow[]): Promise<void> {
  await tx.run(CREATE_LINKS, {
    prefix: `${generation}|`,
    generation: whole(generation),
    rows: rows.map(link),
  });
}

export function* chunks<T>(items: readonly T[], size: number): Generator<T[]> {
  for (let at = 0; at < items.length; at += size) yield items.slice(at, at + size);
}
