/** What stands in a graph store, and when two rows say the same. Pure: knows neither Postgres nor Neo4j. */

/** One stored cluster of records, or one record that stands alone. */
export interface EntityRow {
  tenant: string;
  id: string;
  schemas: string[];
  datasets: string[];
  marking: number;
  size: number;
  /** Only of two or more. */
  records: string[] | null;
}

export interface LinkRow {
  tenant: string;
  id: string;
  type: string;
  dataset: string;
  marking: number;
  directed: boolean;
  reference: boolean;
  validFrom: string | null;
  validTo: string | null;
  /** Records. */
  source: string;
  target: string;
  /** Entities. */
  from: string;
  to: string;
}

/** What a record says of itself, with its entity at the moment that is looked at; null where it is not there. */
export interface RecordRow {
  tenant: string;
  id: string;
  entity: string | null;
  schema: string;
  dataset: string;
  marking: number;
}

/** How far a generation has come, as its node in the store says. */
export interface Cursor {
  generation: number;
  position: number;
  /** The change at `position` as the log told it: a restored log may hold another one under the same id. */
  anchor: string;
  epoch: string;
  fence: number;
  /** How far the last batch reaches that was written in pieces: above `position` until the last of them is in. */
  upto?: number | null;
  /** The change at `upto`, as the log told it. */
  uptoAnchor?: string | null;
}

/** A batch is being written in pieces: what stands is neither as of `position` nor as of `upto`, and nobody may read it. */
export const isInPieces = (cursor: Cursor): cursor is Cursor & { upto: number; uptoAnchor: string } =>
  cursor.upto != null && cursor.upto > cursor.position;

export const prefixOf = (generation: number): string => `${generation}|`;
export const keyOf = (generation: number, tenant: string, id: string): string =>
  `${generation}|${tenant}|${id}`;

const distinct = (values: readonly string[]): string[] => [...new Set(values)].sort();

/** The entities that these records make; all records of each must be among them. */
export function entitiesOf(records: readonly RecordRow[]): EntityRow[] {
  const groups = new Map<string, RecordRow[]>();
  for (const record of records) {
    if (record.entity === null) continue;
    const key = `${record.tenant}|${record.entity}`;
    const group = groups.get(key);
    if (group) group.push(record);
    else groups.set(key, [record]);
  }
  return [...groups.values()].map((group) => ({
    tenant: group[0]!.tenant,
    id: group[0]!.entity!,
    schemas: distinct(group.map(({ schema }) => schema)),
    datasets: distinct(group.map(({ dataset }) => dataset)),
    marking: Math.max(...group.map(({ marking }) => marking)),
    size: group.length,
    records: group.length > 1 ? group.map(({ id }) => id).sort() : null,
  }));
}

/** Everything that an entity's node says, as one text: two stores agree where the texts do. */
export const entityFact = (row: EntityRow): string =>
  JSON.stringify([row.tenant, row.id, row.schemas, row.datasets, row.marking, row.size, row.records]);

export const linkFact = (row: LinkRow): string =>
  JSON.stringify([
    ...[row.tenant, row.id, row.type, row.dataset, row.marking, row.directed, row.reference],
    ...[row.validFrom, row.validTo, row.source, row.target, row.from, row.to],
  ]);
