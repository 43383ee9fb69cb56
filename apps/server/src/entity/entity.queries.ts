import type { At, Reading } from '../change/read.ts';
import { sql } from '../database/sql.ts';
import { isUuid } from '../ids.ts';
import { ontologyOf } from '../ontology/ontology.queries.ts';
import { ontology as common, type Ontology } from '../ontology/ontology.ts';
import { loadRecords } from '../record/record.queries.ts';
import type { RecordNode } from '../record/record.ts';
import type { Entity, Name } from './entity.ts';
import type { Refutation } from './facts.ts';
import { type Naming, nameOf, type Summary, summarise } from './summary.ts';

/** What an entity's visible records say, loaded. */
export interface Told {
  at: At;
  ontology: Ontology;
  records: RecordNode[];
  refutations: Refutation[];
  summary: Summary;
}

/** Loads entities, each given as its records joined by commas: the key of a loader. */
export async function loadTold(tx: Reading, entities: readonly string[]): Promise<Map<string, Told>> {
  const groups = new Map(entities.map((key) => [key, key.split(',')]));
  const ids = [...groups.values()].flat();
  const [ontology, records, refuted] = await Promise.all([
    ontologyOf(tx),
    loadRecords(tx, ids),
    refutationsOf(tx, ids),
  ]);
  const told = new Map<string, Told>();
  for (const [key, group] of groups) {
    const own = group.flatMap((id) => records.get(id) ?? []);
    if (own.length === 0) continue;
    const refutations = group.flatMap((id) => refuted.get(id) ?? []);
    told.set(key, {
      at: tx.at,
      ontology,
      records: own,
      refutations,
      summary: summarise(ontology, own, refutations),
    });
  }
  return told;
}

/** The names that visible records give, by their ids: what `summarise` says of each by itself. */
export async function loadNames(tx: Reading, recordIds: readonly string[]): Promise<Map<string, Name>> {
  const ids = recordIds.filter(isUuid);
  if (ids.length === 0) return new Map();
  const { tenant, datasets, clearance } = tx.reader;
  const rows = await tx.query<Name & { id: string }>(sql`
    select id, schema, caption from record_names(${tenant}, ${datasets}::uuid[], ${clearance}, ${ids}::uuid[])`);
  return new Map(rows.map(({ id, schema, caption }) => [id, { schema, caption }]));
}

/** The entities with what they are called, where that is not known yet. */
export async function named(tx: Reading, entities: readonly Entity[]): Promise<Entity[]> {
  const nameless = entities.filter(({ name }) => !name);
  const [alone, joined] = [
    nameless.filter(({ recordIds }) => recordIds.length === 1),
    nameless.filter(({ recordIds }) => recordIds.length > 1),
  ];
  const [names, chosen] = await Promise.all([
    loadNames(
      tx,
      alone.map(({ id }) => id),
    ),
    chosenNames(tx, joined),
  ]);
  return entities.map((entity) => {
    const name = entity.name ?? names.get(entity.id) ?? chosen.get(entity.id);
    return name ? { ...entity, name } : entity;
  });
}

/** What entities of several records are called, from what these say. */
async function chosenNames(tx: Reading, entities: readonly Entity[]): Promise<Map<string, Name>> {
  if (entities.length === 0) return new Map();
  const { tenant, datasets, clearance } = tx.reader;
  const ids = entities.flatMap(({ recordIds }) => recordIds);
  const rows = await tx.query<Naming & { id: string; ownTypes: boolean }>(sql`
    select id, schema, caption, saying, refuted, revoked, own_types as "ownTypes"
    from record_naming(${tenant}, ${datasets}::uuid[], ${clearance}, ${ids}::uuid[])`);
  // As ontologyOf has it, without asking where the tenant has no types of its own.
  const ontology = rows[0]?.ownTypes ? await ontologyOf(tx) : common;
  const naming = new Map(rows.map((row) => [row.id, row]));
  return new Map(
    entities.flatMap(({ id, recordIds }) => {
      const records = recordIds.flatMap((record) => naming.get(record) ?? []);
      if (records.length === 0) return [];
      const { schema, caption } = nameOf(ontology, records);
      return [[id, { schema, caption }]];
    }),
  );
}

/** Refutations of values of these records, of investigations whose notebook the reader sees. */
export async function refutationsOf(tx: Reading, ids: readonly string[]): Promise<Map<string, Refutation[]>> {
  const { tenant, datasets } = tx.reader;
  const rows = await tx.query<Refutation>(sql`
    select record_id as "recordId", property, value, reason, made_by as "madeBy", made_at as "madeAt",
           since_change as "sinceChange", notebook_id as "notebookId"
    from record_refutations(${tenant}, ${datasets}::uuid[], ${ids}::uuid[])`);
  return Map.groupBy(rows, ({ recordId }) => recordId);
}
