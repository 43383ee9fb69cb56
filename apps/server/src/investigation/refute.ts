import { SummitError } from '@summit/process/errors';
import type { Changing } from '../change/command.ts';
import { sql } from '../database/sql.ts';
import type { RecordNode } from '../record/record.ts';
import { refutationId } from './investigation.ts';
import { valuesOf } from './notebookFacts.ts';

export interface RejectInput {
  record: string;
  property: string;
  value: string;
}

/** Marks sourced values as held to be wrong; the properties that were refuted. Throws NOT_FOUND, INPUT_INVALID. */
export async function refute(
  tx: Changing,
  investigationId: string,
  records: readonly RecordNode[],
  notebookId: string,
  rejected: readonly RejectInput[],
  reason: string | null | undefined,
): Promise<string[]> {
  if (rejected.length === 0) return [];
  for (const { record: id, property, value } of rejected) {
    const record = records.find((each) => each.id === id);
    if (!record) throw new SummitError('NOT_FOUND', { what: 'record', id });
    if (record.datasetId === notebookId)
      throw new SummitError('INPUT_INVALID', { problem: 'the notebook said this: remove the value instead' });
    if (!valuesOf(record.props, property).includes(value))
      throw new SummitError('INPUT_INVALID', {
        problem: `the record does not say ${property} ${value.slice(0, 100)}`,
      });
  }
  await tx.execute(sql`
    insert into refutations (tenant_id, id, since_change, investigation_id, record_id, property, value, reason, made_by)
    select ${tx.reader.tenant}, id, ${tx.change}, ${investigationId}, record, property, value, ${reason ?? null}, ${tx.ctx.actor.id}
    from jsonb_to_recordset(${JSON.stringify(identified(investigationId, rejected))}::jsonb)
      as rejected (id uuid, record uuid, property text, value text)
    order by id
    on conflict (tenant_id, id) do nothing`);
  return propertiesOf(rejected);
}

/** Takes refutations back; the properties that were restored. Throws NOT_FOUND for what is not refuted here. */
export async function takeBack(
  tx: Changing,
  investigationId: string,
  records: readonly RecordNode[],
  restored: readonly RejectInput[],
): Promise<string[]> {
  if (restored.length === 0) return [];
  const unknown = restored.find(({ record }) => !records.some(({ id }) => id === record));
  if (unknown) throw new SummitError('NOT_FOUND', { what: 'record', id: unknown.record });
  const ids = [...new Set(identified(investigationId, restored).map(({ id }) => id))];
  const removed = await tx.execute(
    sql`delete from refutations where tenant_id = ${tx.reader.tenant} and id = any(${ids}::uuid[])`,
  );
  if (removed < ids.length) throw new SummitError('NOT_FOUND', { what: 'refutation' });
  return propertiesOf(restored);
}

const identified = (investigationId: string, rejected: readonly RejectInput[]) =>
  rejected.map(({ record, property, value }) => ({
    id: refutationId(investigationId, record, property, value),
    record,
    property,
    value,
  }));

const propertiesOf = (rejected: readonly RejectInput[]): string[] => [
  ...new Set(rejected.map(({ property }) => property)),
];
