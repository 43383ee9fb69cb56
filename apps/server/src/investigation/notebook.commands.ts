import { SummitError } from '@summit/process/errors';
import { type Changing, type Outcome, runCommand } from '../change/command.ts';
import { deriveAgain } from '../change/derived.ts';
import { type Edited, mustEdit } from '../change/membership.ts';
import type { Context } from '../context.ts';
import { sql } from '../database/sql.ts';
import { clustersOf } from '../entity/clusters.queries.ts';
import { uuidv7 } from '../ids.ts';
import { judge } from '../judgement/judgement.commands.ts';
import { propertiesSaid } from '../ontology/linkLabel.ts';
import { ontologyOf } from '../ontology/ontology.queries.ts';
import { loadRecords } from '../record/record.queries.ts';
import type { RecordNode } from '../record/record.ts';
import { rankWithin } from './investigation.commands.ts';
import { itemId } from './investigation.ts';
import { insertItems } from './items.commands.ts';
import {
  cleanProps,
  type PropertyInput,
  valuesOf,
  withoutValues,
  withValues,
  writeNotebookRecord,
} from './notebookFacts.ts';
import { type RejectInput, refute, takeBack } from './refute.ts';

export interface NewEntity {
  investigationId: string;
  schema: string;
  properties: readonly PropertyInput[];
  marking?: string | null | undefined;
  x?: number | null | undefined;
  y?: number | null | undefined;
  reason?: string | null | undefined;
}

/** A new entity in the notebook, and in the case; the result is its id. Throws INPUT_INVALID, NOT_FOUND, FORBIDDEN. */
export function createEntity(ctx: Context, input: NewEntity, preview?: boolean): Promise<Outcome<string>> {
  ctx.actor.mustBeAbleTo('entity:write');
  const { investigationId, schema, reason } = input;
  return runCommand(
    ctx,
    { action: 'entity.created', reason, investigationId, preview, input },
    async (tx) => {
      const edited = await mustEdit(tx, investigationId);
      const ontology = await ontologyOf(tx);
      const definition = ontology.schema(schema);
      if (!definition || definition.edge || definition.abstract)
        throw new SummitError('INPUT_INVALID', { problem: `${schema.slice(0, 100)} is no type of thing` });
      const id = uuidv7();
      const props = cleanProps(ontology, schema, input.properties);
      const marking = rankWithin(tx, input.marking, edited.notebookMarking);
      await writeNotebookRecord(tx, ontology, {
        id,
        dataset: notebookOf(edited),
        schema,
        props,
        marking,
        caption: ontology.label(schema),
      });
      await insertItems(tx, investigationId, [{ entityId: id, x: input.x, y: input.y }]);
      const caption = ontology.caption(schema, props, ontology.label(schema));
      tx.says(`Created ${ontology.label(schema).toLowerCase()} ${caption}`);
      tx.touches({ kind: 'record', id, caption });
      return id;
    },
  );
}

export interface EntityUpdate {
  investigationId: string;
  id: string;
  add?: readonly PropertyInput[] | null | undefined;
  remove?: readonly PropertyInput[] | null | undefined;
  reject?: readonly RejectInput[] | null | undefined;
  restore?: readonly RejectInput[] | null | undefined;
  reason?: string | null | undefined;
}

/**
 * Adds values in the notebook's own record of the entity, which is made and joined `same` when there is none; takes values
 * back that the notebook said; marks sourced values refuted, or takes that back. Sourced records are never rewritten.
 * Throws NOT_FOUND, INPUT_INVALID, BELONGS_TO_SOURCE for removing what a source says.
 */
export function updateEntity(ctx: Context, input: EntityUpdate, preview?: boolean): Promise<Outcome<string>> {
  ctx.actor.mustBeAbleTo('entity:write');
  const { investigationId, reason } = input;
  return runCommand(
    ctx,
    { action: 'entity.updated', reason, investigationId, preview, input },
    async (tx) => {
      const edited = await mustEdit(tx, investigationId);
      const records = await recordsOf(tx, input.id);
      const named = records.find(({ id }) => id === input.id)!;
      const own = records.find(({ datasetId }) => datasetId === edited.notebookId);
      const added = await rewrite(tx, edited, records, own, input);
      const refuted = await refute(
        tx,
        investigationId,
        records,
        edited.notebookId,
        input.reject ?? [],
        reason,
      );
      const restored = await takeBack(tx, investigationId, records, input.restore ?? []);
      const ontology = await ontologyOf(tx);
      const did = [
        ['Changed', added],
        ['Refuted', refuted],
        ['Restored', restored],
      ] as const;
      const parts = did.flatMap(([done, names]) =>
        names.length > 0
          ? `${done} ${propertiesSaid(ontology, named.schema, names)} of ${named.caption}`
          : [],
      );
      tx.says(parts.join('; '));
      tx.touches({ kind: 'record', id: named.id, caption: named.caption });
      return input.id;
    },
  );
}

/** Writes the notebook's own record where values come or go; the properties that were named. */
async function rewrite(
  tx: Changing,
  edited: Edited,
  records: readonly RecordNode[],
  own: RecordNode | undefined,
  input: EntityUpdate,
): Promise<string[]> {
  if (!input.add?.length && !input.remove?.length) return [];
  const ontology = await ontologyOf(tx);
  const schema = own?.schema ?? mostSpecific(records, (a, b) => ontology.commonSchema(a, b));
  const add = cleanProps(ontology, schema, input.add ?? []);
  const remove = cleanProps(ontology, schema, input.remove ?? []);
  for (const [name, values] of Object.entries(remove)) {
    for (const value of values) {
      if (own && valuesOf(own.props, name).includes(value)) continue;
      const sourced = records.some(({ props }) => valuesOf(props, name).includes(value));
      if (sourced) throw new SummitError('BELONGS_TO_SOURCE', { property: name, value });
      throw new SummitError('INPUT_INVALID', {
        problem: `the notebook does not say ${name} ${value.slice(0, 100)}`,
      });
    }
  }
  const id = own?.id ?? uuidv7();
  await writeNotebookRecord(tx, ontology, {
    id,
    dataset: notebookOf(edited),
    schema,
    props: withValues(withoutValues(own?.props ?? {}, remove), add),
    // It is called by the name of what it is about, so it is guarded as that is.
    marking: own?.marking ?? Math.max(edited.notebookMarking, await markingOf(tx, input.id)),
    caption: own?.caption ?? records.find((record) => record.id === input.id)!.caption,
  });
  if (!own) {
    const { investigationId } = input;
    await judge(tx, {
      left: input.id,
      right: id,
      verdict: 'same',
      investigationId,
      reason: 'Written about it by hand',
    });
  }
  return [...new Set([...Object.keys(add), ...Object.keys(remove)])];
}

/** Of a record or its dataset, whichever is stricter. */
async function markingOf(tx: Changing, id: string): Promise<number> {
  const found = await tx.first<{ marking: number }>(sql`
    select greatest(r.marking, d.marking)::int as marking
    from records r join datasets d on d.tenant_id = r.tenant_id and d.id = r.dataset_id
    where r.tenant_id = ${tx.reader.tenant} and r.id = ${id}`);
  return found!.marking;
}

export interface DeleteInput {
  investigationId: string;
  id: string;
  reason?: string | null | undefined;
}

/**
 * Removes what the notebook made of an entity: its record, that record's links in the notebook, and the entity from the case
 * when nothing is left of it. Throws NOT_FOUND, BELONGS_TO_SOURCE when the notebook made nothing of it.
 */
export function deleteEntity(ctx: Context, input: DeleteInput, preview?: boolean): Promise<Outcome<string>> {
  ctx.actor.mustBeAbleTo('entity:write');
  const { investigationId, reason } = input;
  return runCommand(
    ctx,
    { action: 'entity.deleted', reason, investigationId, preview, input },
    async (tx) => {
      const edited = await mustEdit(tx, investigationId);
      const records = await recordsOf(tx, input.id);
      const own = records.filter(({ datasetId }) => datasetId === edited.notebookId).map(({ id }) => id);
      if (own.length === 0) throw new SummitError('BELONGS_TO_SOURCE', { id: input.id });
      const { tenant } = tx.reader;
      await tx.execute(sql`
        delete from relationships where tenant_id = ${tenant} and dataset_id = ${edited.notebookId}
          and (source_record = any(${own}::uuid[]) or target_record = any(${own}::uuid[]))`);
      await tx.execute(sql`delete from records where tenant_id = ${tenant} and id = any(${own}::uuid[])`);
      const left = records.find(({ id }) => !own.includes(id));
      await moveItems(tx, investigationId, own, left?.id);
      await deriveAgain(tx, { records: own });
      const { caption } = records.find(({ id }) => id === input.id)!;
      tx.says(left ? `Removed what the notebook said of ${caption}` : `Deleted ${caption}`);
      tx.touches(...own.map((id) => ({ kind: 'record', id, caption })));
      return input.id;
    },
  );
}

/** An item that held a removed record holds another one of its entity, or goes when nothing is left. */
async function moveItems(
  tx: Changing,
  investigationId: string,
  from: readonly string[],
  to: string | undefined,
): Promise<void> {
  const { tenant } = tx.reader;
  const held = sql`tenant_id = ${tenant} and investigation_id = ${investigationId} and record_id = any(${from}::uuid[])`;
  if (to) {
    await tx.execute(sql`
      insert into investigation_items
        (tenant_id, id, since_change, investigation_id, record_id, x, y, pinned, hidden, group_name, colour, added_at, added_by)
      select tenant_id, ${itemId(investigationId, to)}, ${tx.change}, investigation_id, ${to}, x, y, pinned, hidden, group_name,
             colour, added_at, added_by
      from investigation_items where ${held} order by added_at limit 1
      on conflict (tenant_id, id) do nothing`);
  }
  await tx.execute(sql`delete from investigation_items where ${held}`);
}

/** The visible records of an entity, the smallest id first. Throws NOT_FOUND. */
async function recordsOf(tx: Changing, id: string): Promise<RecordNode[]> {
  const ids = (await clustersOf(tx, [id])).get(id);
  if (!ids) throw new SummitError('NOT_FOUND', { what: 'entity', id });
  const records = await loadRecords(tx, ids);
  return ids.flatMap((each) => records.get(each) ?? []);
}

const notebookOf = ({ notebookId, notebookKey }: Edited) => ({ id: notebookId, key: notebookKey });

function mostSpecific(
  records: readonly RecordNode[],
  common: (a: string, b: string) => string | undefined,
): string {
  return records.reduce((schema, record) => common(schema, record.schema) ?? schema, records[0]!.schema);
}
