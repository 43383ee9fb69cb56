import type { Target } from '../change/command.ts';
import { type ChangeNode, loadChanges } from '../change/history.queries.ts';
import { type Reading, visible } from '../change/read.ts';
import { type Sql, sql } from '../database/sql.ts';
import { isUuid } from '../ids.ts';

/** A change as told to somebody who follows a case. */
export interface LiveNode extends ChangeNode {
  /** What of the case it touched, as far as the reader sees it. */
  touched: Target[];
}

/** Of each kind at most so many rows are named: who follows a case reads it again after a large change. */
const TOUCHED_MOST = 200;

/**
 * Which of these changes touched a case: made in it, or wrote a fact about its entities, or in its notebook. Undefined when
 * the reader does not see the case (any more).
 */
export async function touching(
  tx: Reading,
  investigationId: string,
  changes: readonly number[],
): Promise<LiveNode[] | undefined> {
  const { tenant, clearance } = tx.reader;
  if (!isUuid(investigationId)) return undefined;
  const seen = await tx.first<{ notebook: string }>(sql`
    select notebook_id as notebook from investigations
    where tenant_id = ${tenant} and id = ${investigationId} and marking <= ${clearance}`);
  if (!seen || changes.length === 0) return seen && [];
  const rows = await tx.query<{ change: number; kind: string; id: string }>(
    touchedRows(tx, investigationId, seen.notebook, changes),
  );
  const byChange = Map.groupBy(rows, ({ change }) => change);
  const known = await loadChanges(tx, changes);
  return changes.flatMap((id) => {
    const change = known.get(id);
    if (!change) return [];
    const found = byChange.get(id) ?? [];
    if (change.investigationId !== investigationId && found.length === 0) return [];
    const targets = new Map<string, Target>(change.targets.map((target) => [target.id, target]));
    for (const row of found) if (!targets.has(row.id)) targets.set(row.id, { kind: row.kind, id: row.id });
    return { ...change, touched: [...targets.values()] };
  });
}

function touchedRows(
  tx: Reading,
  investigationId: string,
  notebook: string,
  changes: readonly number[],
): Sql {
  const { tenant, datasets, clearance } = tx.reader;
  const ids = sql`${changes}::bigint[]`;
  /** The rows that the changes wrote or removed; a removed one has its last state. */
  const arm = (table: string, kind: string, named: string, which: Sql): Sql => sql`
    (select since_change as change, ${sql.raw(`'${kind}'`)} as kind, ${sql.raw(named)} as id from ${sql.identifier(`summit.${table}`)}
     where tenant_id = ${tenant} and since_change = any(${ids}) and ${which} limit ${TOUCHED_MOST})
    union all
    (select until_change, ${sql.raw(`'${kind}'`)}, ${sql.raw(named)} from ${sql.identifier(`history.${table}`)}
     where tenant_id = ${tenant} and until_change = any(${ids}) and ${which} limit ${TOUCHED_MOST})`;
  const shown = sql`dataset_id = any(${datasets}::uuid[]) and marking <= ${clearance}`;
  const held = sql`(select id from held)`;
  const here = sql`investigation_id = ${investigationId}`;
  /** What is judged the same as these records, of those that the reader sees. */
  const judgedSame = sql`
    select step.id from held f
    join summit.records r on r.id = f.id and ${visible(tx.reader, 'r')}
    cross join lateral (
      select right_record as id from summit.judgements where tenant_id = ${tenant} and left_record = f.id and verdict = 'same'
      union all
      select left_record from summit.judgements where tenant_id = ${tenant} and right_record = f.id and verdict = 'same'
    ) step`;
  return sql`
    with recursive items as materialized (
      select record_id as id from summit.investigation_items where tenant_id = ${tenant} and ${here}
    ), held as (
      -- Not by stored clusters: what only a hidden record joins to the case is not of it for this reader.
      select id from items
      union
      select step.id from (${judgedSame}) step
      join summit.records other on other.id = step.id and ${visible(tx.reader, 'other')}
    ), near as materialized (
      -- With a record that comes or goes a judgement wakes or sleeps, and the entity changes.
      select id from held
      union
      ${judgedSame}
    )
    select distinct change, kind, id from (
      ${arm('records', 'record', 'id', sql`${shown} and (dataset_id = ${notebook} or id in (select id from near))`)}
      union all
      ${arm(
        'relationships',
        'relationship',
        'id',
        sql`${shown} and (dataset_id = ${notebook} or source_record in ${held} or target_record in ${held})`,
      )}
      union all
      ${arm(
        'judgements',
        'judgement',
        'id',
        sql`(left_record in ${held} or right_record in ${held}) and not exists (
        select from summit.records r where r.tenant_id = ${tenant} and r.id in (left_record, right_record)
          and (r.marking > ${clearance} or not r.dataset_id = any(${datasets}::uuid[])))`,
      )}
      union all
      ${arm(
        'refutations',
        'record',
        'record_id',
        sql`record_id in ${held} and exists (
        select from summit.records r where r.id = record_id and ${visible(tx.reader, 'r')})`,
      )}
      union all
      ${arm('investigation_items', 'item', 'record_id', here)}
      union all
      ${arm('notes', 'note', 'id', here)}
      union all
      ${arm('investigations', 'investigation', 'id', sql`id = ${investigationId}`)}
      union all
      ${arm('investigation_members', 'member', 'user_id', here)}
    ) touched`;
}
