import type { At, Reading } from '../change/read.ts';
import { sql } from '../database/sql.ts';
import { isUuid } from '../ids.ts';
import { ontologyOf } from '../ontology/ontology.queries.ts';
import type { Ontology } from '../ontology/ontology.ts';
import { loadRecords } from '../record/record.queries.ts';
import type { RecordNode } from '../record/record.ts';
import type { Entity, Name } from './entity.ts';
import type { Refutation } from './facts.ts';
import { type Summary, summarise } from './summary.ts';

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

/** The entities with what they are called, read in one go: whoever asks for them asks for their names next. */
export async function named(tx: Reading, entities: readonly Entity[]): Promise<Entity[]> {
  const [alone, merged] = [
    entities.filter(({ recordIds }) => recordIds.length === 1),
    entities.filter(({ recordIds }) => recordIds.length > 1),
  ];
  const [names, told] = await Promise.all([
    loadNames(
      tx,
      alone.map(({ id }) => id),
    ),
    merged.length > 0 ? loadTold(tx, merged.map(toldKey)) : new Map<string, Told>(),
  ]);
  return entities.map((entity) => {
    const { schema, caption } = told.get(toldKey(entity))?.summary ?? names.get(entity.id) ?? {};
    return schema === undefined || caption === undefined ? entity : { ...entity, name: { schema, caption } };
  });
}

/** By which `loadTold` knows an entity. */
export const toldKey = ({ recordIds }: Pick<Entity, 'recordIds'>): string => recordIds.join();

/** Refutations of values of these records, of investigations whose notebook the reader sees. */
export async function refutationsOf(tx: Reading, ids: readonly string[]): Promise<Map<string, Refutation[]>> {
  const { tenant, datasets } = tx.reader;
  const rows = await tx.query<Refutation>(sql`
    select record_id as "recordId", property, value, reason, made_by as "madeBy", made_at as "madeAt",
           since_change as "sinceChange", notebook_id as "notebookId"
    from record_refutations(${tenant}, ${datasets}::uuid[], ${ids}::uuid[])`);
  return Map.groupBy(rows, ({ recordId }) => recordId);
}
