import { SummitError } from '@summit/process/errors';
import { type Changing, type Outcome, runCommand, TARGETS_TOLD } from '../change/command.ts';
import { mustEdit } from '../change/membership.ts';
import type { Context } from '../context.ts';
import { sql } from '../database/sql.ts';
import { clustersOf } from '../entity/clusters.queries.ts';
import { loadTold } from '../entity/entity.queries.ts';
import { isUuid } from '../ids.ts';
import { itemId } from './investigation.ts';

/** Items of one command at most. */
const ITEMS_MOST = 10_000;

export interface ItemInput {
  /** Any record of the entity. */
  entityId: string;
  x?: number | null | undefined;
  y?: number | null | undefined;
  pinned?: boolean | null | undefined;
  hidden?: boolean | null | undefined;
  group?: string | null | undefined;
  colour?: string | null | undefined;
}

export interface ItemsInput {
  investigationId: string;
  items: readonly ItemInput[];
  reason?: string | null | undefined;
}

/**
 * Adds entities to the case; those already in it, by whichever of their records, stay as they are. The result lists the
 * given ids. Throws NOT_FOUND, INPUT_INVALID.
 */
export function addItems(ctx: Context, input: ItemsInput, preview?: boolean): Promise<Outcome<string[]>> {
  ctx.actor.mustBeAbleTo('investigation:write');
  const { investigationId, items, reason } = input;
  return runCommand(ctx, { action: 'items.added', reason, investigationId, preview, input }, async (tx) => {
    const { title } = await mustEdit(tx, investigationId);
    const added = await insertItems(tx, investigationId, checked(items));
    const captions = await captionsOf(tx, added);
    tx.says(
      added.length === 1 ? `Added ${captions[0]} to ${title}` : `Added ${added.length} entities to ${title}`,
    );
    return items.map(({ entityId }) => entityId);
  });
}

/** The same within another command's change; the records that became items. */
export async function insertItems(
  tx: Changing,
  investigationId: string,
  items: readonly ItemInput[],
): Promise<string[]> {
  const { tenant } = tx.reader;
  const clusters = await clustersOf(
    tx,
    items.map(({ entityId }) => entityId),
  );
  const missing = items.find(({ entityId }) => !clusters.has(entityId));
  if (missing) throw new SummitError('NOT_FOUND', { what: 'entity', id: missing.entityId });
  const standing = await tx.query<{ id: string }>(sql`
    select record_id as id from investigation_items
    where tenant_id = ${tenant} and investigation_id = ${investigationId}
      and record_id = any(${[...new Set([...clusters.values()].flat())]}::uuid[])`);
  const taken = new Set(standing.map(({ id }) => id));
  const fresh: ItemInput[] = [];
  for (const item of items) {
    const cluster = clusters.get(item.entityId)!;
    if (cluster.some((id) => taken.has(id))) continue;
    taken.add(item.entityId);
    fresh.push(item);
  }
  await tx.execute(sql`
    insert into investigation_items
      (tenant_id, id, since_change, investigation_id, record_id, x, y, pinned, hidden, group_name, colour, added_by)
    select ${tenant}, item.id, ${tx.change}, ${investigationId}, record_id,
           coalesce(x, (r.source_ref #>> '{position,x}')::float8), coalesce(y, (r.source_ref #>> '{position,y}')::float8),
           coalesce(pinned, false), coalesce(hidden, false), group_name, colour, ${tx.ctx.actor.id}
    from jsonb_to_recordset(${JSON.stringify(
      fresh.map(({ entityId, group, ...rest }) => ({
        ...rest,
        id: itemId(investigationId, entityId),
        record_id: entityId,
        group_name: group,
      })),
    )}::jsonb) as item (id uuid, record_id uuid, x float8, y float8, pinned boolean, hidden boolean, group_name text, colour text)
    -- A file that draws its nodes (GraphML, GEXF) says where.
    left join records r on r.tenant_id = ${tenant} and r.id = record_id
    order by item.id
    on conflict (tenant_id, id) do nothing`);
  return fresh.map(({ entityId }) => entityId);
}

export interface RemoveItemsInput {
  investigationId: string;
  entityIds: readonly string[];
  reason?: string | null | undefined;
}

/** Takes entities out of the case, also those that are gone or hidden by now. Throws NOT_FOUND when none is in it. */
export function removeItems(
  ctx: Context,
  input: RemoveItemsInput,
  preview?: boolean,
): Promise<Outcome<string[]>> {
  ctx.actor.mustBeAbleTo('investigation:write');
  const { investigationId, entityIds, reason } = input;
  return runCommand(ctx, { action: 'items.removed', reason, investigationId, preview, input }, async (tx) => {
    const { title } = await mustEdit(tx, investigationId);
    const records = await recordsMeant(tx, checkedIds(entityIds));
    const removed = await tx.query<{ record: string }>(sql`
        delete from investigation_items
        where tenant_id = ${tx.reader.tenant} and investigation_id = ${investigationId}
          and record_id = any(${[...records.keys()]}::uuid[])
        returning record_id as record`);
    if (removed.length === 0) throw new SummitError('NOT_FOUND', { what: 'item' });
    const captions = await captionsOf(
      tx,
      removed.map(({ record }) => record),
    );
    const what = new Set(removed.map(({ record }) => records.get(record))).size;
    tx.says(what === 1 ? `Removed ${captions[0]} from ${title}` : `Removed ${what} entities from ${title}`);
    return [...entityIds];
  });
}

/** Positions, pins, groups, colours, hidden; what an item's input leaves out stays. Throws NOT_FOUND, INPUT_INVALID. */
export function arrangeItems(ctx: Context, input: ItemsInput, preview?: boolean): Promise<Outcome<string[]>> {
  ctx.actor.mustBeAbleTo('investigation:write');
  const { investigationId, items, reason } = input;
  return runCommand(
    ctx,
    { action: 'items.arranged', reason, investigationId, preview, input },
    async (tx) => {
      const { title } = await mustEdit(tx, investigationId);
      const { tenant } = tx.reader;
      const wanted = new Map(checked(items).map((item) => [item.entityId, item]));
      const records = await recordsMeant(tx, [...wanted.keys()]);
      const standing = await tx.query<{ id: string; record: string }>(sql`
        select id, record_id as record from investigation_items
        where tenant_id = ${tenant} and investigation_id = ${investigationId} and record_id = any(${[...records.keys()]}::uuid[])`);
      const found = new Set(standing.map(({ record }) => records.get(record)));
      const missing = [...wanted.keys()].find((id) => !found.has(id));
      if (missing) throw new SummitError('NOT_FOUND', { what: 'item', id: missing });
      const rows = standing.map(({ id, record }) => {
        const { entityId: _, group, ...rest } = wanted.get(records.get(record)!)!;
        return { ...rest, id, ...(group !== undefined && { group_name: group }) };
      });
      const arranged = await tx.execute(sql`
        update investigation_items i set since_change = ${tx.change}, x = n.x, y = n.y, pinned = n.pinned, hidden = n.hidden,
          group_name = n.group_name, colour = n.colour
        from jsonb_array_elements(${JSON.stringify(rows)}::jsonb) as given (item)
        join investigation_items old on old.tenant_id = ${tenant} and old.id = (given.item ->> 'id')::uuid
        cross join lateral jsonb_populate_record(old, given.item) n
        where i.tenant_id = ${tenant} and i.id = old.id
          and (i.x, i.y, i.pinned, i.hidden, i.group_name, i.colour)
            is distinct from (n.x, n.y, n.pinned, n.hidden, n.group_name, n.colour)`);
      tx.says(`Arranged ${arranged === 1 ? 'one entity' : `${arranged} entities`} of ${title}`);
      tx.touches({ kind: 'investigation', id: investigationId, caption: title });
      return [...wanted.keys()];
    },
  );
}

/** Every record by which an item may hold these entities, with the given id that means it. */
async function recordsMeant(tx: Changing, entityIds: readonly string[]): Promise<Map<string, string>> {
  const clusters = await clustersOf(tx, entityIds);
  const meant = new Map<string, string>();
  for (const id of entityIds)
    for (const record of clusters.get(id) ?? [id]) if (!meant.has(record)) meant.set(record, id);
  return meant;
}

function checked(items: readonly ItemInput[]): ItemInput[] {
  checkedIds(items.map(({ entityId }) => entityId));
  return items.map((item) => {
    for (const place of [item.x, item.y]) {
      if (place != null && !Number.isFinite(place))
        throw new SummitError('INPUT_INVALID', { problem: 'a position is a finite number' });
    }
    for (const text of [item.group, item.colour]) {
      if (text != null && (text.length > 100 || text.includes('\0')))
        throw new SummitError('INPUT_INVALID', { problem: 'a group or colour is a short text' });
    }
    const { pinned, hidden, ...rest } = item;
    return { ...rest, ...(pinned != null && { pinned }), ...(hidden != null && { hidden }) };
  });
}

function checkedIds(ids: readonly string[]): readonly string[] {
  if (ids.length === 0 || ids.length > ITEMS_MOST)
    throw new SummitError('INPUT_INVALID', { problem: `name 1 to ${ITEMS_MOST} entities` });
  const wrong = ids.find((id) => !isUuid(id));
  if (wrong !== undefined) throw new SummitError('NOT_FOUND', { what: 'entity', id: wrong });
  return ids;
}

/** Names for the history, which is told what was touched on the way. */
async function captionsOf(tx: Changing, records: readonly string[]): Promise<string[]> {
  const some = records.slice(0, TARGETS_TOLD);
  const clusters = await clustersOf(tx, some);
  const keyOf = (id: string) => clusters.get(id)?.join() ?? '';
  const told = await loadTold(tx, [...new Set([...clusters.values()].map((ids) => ids.join()))]);
  const captions = some.map((id) => told.get(keyOf(id))?.summary.caption ?? 'something that is gone');
  tx.touches(...records.map((id, at) => ({ kind: 'record', id, caption: captions[at] })));
  return captions;
}
