import { SummitError } from '@summit/process/errors';
import { type Reading, visible } from '../change/read.ts';
import { type Sql, sql } from '../database/sql.ts';
import { datasetByKey } from '../dataset/dataset.queries.ts';
import { clustersOf } from '../entity/clusters.queries.ts';
import { refutationsOf } from '../entity/entity.queries.ts';
import { isUuid } from '../ids.ts';
import { itemRecords } from '../investigation/items.queries.ts';
import type { ExportedLink, ExportedRecord, ExportInput } from './export.ts';

/** Which facts: all of a dataset, or the given records with the links among them. */
export type Scope =
  | { dataset: string; name: string }
  | { records: readonly string[]; notebook: string | null; name: string };

/** Throws NOT_FOUND. */
export async function scopeOf(tx: Reading, input: ExportInput): Promise<Scope> {
  if (input.dataset) {
    const dataset = await datasetByKey(tx, input.dataset);
    if (!dataset) throw new SummitError('NOT_FOUND', { what: 'dataset' });
    return { dataset: dataset.id, name: dataset.key };
  }
  if (input.entityIds) {
    return { records: await wholeEntities(tx, input.entityIds), notebook: null, name: 'selection' };
  }
  const id = input.investigationId ?? '';
  const found = isUuid(id)
    ? await tx.first<{ title: string; notebook: string }>(sql`
        select title, notebook_id as notebook from investigations
        where tenant_id = ${tx.reader.tenant} and id = ${id} and marking <= ${tx.reader.clearance}`)
    : undefined;
  if (!found) throw new SummitError('NOT_FOUND', { what: 'investigation' });
  const notebook = await tx.query<{ id: string }>(
    sql`select id from records r where ${visible(tx.reader, 'r')} and r.dataset_id = ${found.notebook}`,
  );
  const records = await wholeEntities(tx, [...(await itemRecords(tx, id)), ...notebook.map((row) => row.id)]);
  return { records, notebook: found.notebook, name: found.title };
}

/** All visible records of the entities that these records belong to, sorted. */
async function wholeEntities(tx: Reading, ids: readonly string[]): Promise<string[]> {
  return [...new Set([...(await clustersOf(tx, ids)).values()].flat())].sort();
}

function recordsOf(tx: Reading, scope: Scope): Sql {
  return 'dataset' in scope
    ? sql`${visible(tx.reader, 'r')} and r.dataset_id = ${scope.dataset}`
    : sql`${visible(tx.reader, 'r')} and r.id = any(${scope.records}::uuid[])`;
}

/** Links of the dataset; of a set of records those with both ends in it, and all that the notebook says. */
function linksOf(tx: Reading, scope: Scope): Sql {
  return 'dataset' in scope
    ? sql`${visible(tx.reader, 'l')} and l.dataset_id = ${scope.dataset}`
    : sql`${visible(tx.reader, 'l')} and ((l.source_record = any(${scope.records}::uuid[]) and l.target_record = any(${scope.records}::uuid[]))
        or l.dataset_id = ${scope.notebook})`;
}

export async function recordsPage(
  tx: Reading,
  scope: Scope,
  after: string,
  size: number,
): Promise<ExportedRecord[]> {
  const rows = await tx.query<ExportedRecord>(sql`
    select r.id, d.key as dataset, r.schema, r.caption, r.props, r.marking, r.valid_from as "validFrom", r.valid_to as "validTo",
           r.source_ref as "sourceRef", r.revoked
    from records r join datasets d on d.tenant_id = r.tenant_id and d.id = r.dataset_id
    where ${recordsOf(tx, scope)} and r.id > ${after} order by r.id limit ${size}`);
  if (rows.length === 0) return rows;
  const ids = rows.map(({ id }) => id);
  const clusters = await clustersOf(tx, ids);
  const references = await tx.query<{ id: string; type: string; target: string }>(sql`
    select l.source_record as id, l.type, l.target_record as target from relationships l
    where ${visible(tx.reader, 'l')} and l.reference and l.source_record = any(${ids}::uuid[]) order by l.id`);
  const byRecord = Map.groupBy(references, ({ id }) => id);
  const refutations = await refutationsOf(tx, ids);
  return rows.map((row) => {
    const own = gathered(
      (byRecord.get(row.id) ?? []).map(({ type, target }) => [type.slice(type.indexOf(':') + 1), target]),
    );
    const refuted = refutations
      .get(row.id)
      ?.map(({ property, value }): [string, string] => [property, value]);
    return {
      ...row,
      entity: clusters.get(row.id)?.[0] ?? row.id,
      references: own,
      ...(refuted && { refuted: gathered(refuted) }),
    };
  });
}

/** Values by property, each once; a property may be called like something that every object has. */
function gathered(pairs: readonly (readonly [property: string, value: string])[]): Record<string, string[]> {
  const byProperty = Map.groupBy(pairs, ([property]) => property);
  return Object.fromEntries(
    [...byProperty].map(([property, all]) => [property, [...new Set(all.map(([, value]) => value))]]),
  );
}

export function linksPage(tx: Reading, scope: Scope, after: string, size: number): Promise<ExportedLink[]> {
  return tx.query<ExportedLink>(sql`
    select l.id, d.key as dataset, l.type, l.source_record as source, l.target_record as target, l.directed, l.reference, l.props,
           l.marking, l.valid_from as "validFrom", l.valid_to as "validTo", l.source_ref as "sourceRef"
    from relationships l join datasets d on d.tenant_id = l.tenant_id and d.id = l.dataset_id
    where ${linksOf(tx, scope)} and l.id > ${after} order by l.id limit ${size}`);
}

/** Properties on this page of records or links, each with a type that has it: a table needs them all before its first row. */
export async function propertiesPage(
  tx: Reading,
  scope: Scope,
  table: 'records' | 'relationships',
  after: string,
  size: number,
): Promise<{ names: [type: string, name: string][]; last: string | null; rows: number }> {
  const page =
    table === 'records'
      ? sql`select r.id, r.schema as type, r.props from records r where ${recordsOf(tx, scope)} and r.id > ${after} order by r.id limit ${size}`
      : sql`select l.id, l.type, l.props from relationships l where ${linksOf(tx, scope)} and l.id > ${after} order by l.id limit ${size}`;
  const row = await tx.first<{
    names: [type: string, name: string][] | null;
    last: string | null;
    rows: number;
  }>(sql`
    with page as materialized (${page})
    select (select jsonb_agg(distinct jsonb_build_array(type, name)) from page, jsonb_object_keys(page.props) name) as names,
           (select id from page order by id desc limit 1) as last, (select count(*)::int from page) as rows`);
  return { names: row!.names ?? [], last: row!.last, rows: row!.rows };
}
