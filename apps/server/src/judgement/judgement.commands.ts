import { SummitError } from '@summit/process/errors';
import { type Changing, type Outcome, runCommand } from '../change/command.ts';
import { derives } from '../change/derived.ts';
import { mustEdit } from '../change/membership.ts';
import type { Context } from '../context.ts';
import { sql } from '../database/sql.ts';
import { clustersOf } from '../entity/clusters.queries.ts';
import { loadRecords } from '../record/record.queries.ts';
import type { RecordNode } from '../record/record.ts';
import { claimClusters, recluster } from './cluster.ts';
import { judgementsAmong } from './judgement.queries.ts';
import { contradicts, type Judged, judgementId, pairOf, type Verdict } from './judgement.ts';

export interface JudgementInput {
  /** Ids of records; an entity answers to any of its own. */
  left: string;
  right: string;
  verdict: Verdict;
  investigationId?: string | null | undefined;
  score?: number | null | undefined;
  reason?: string | null | undefined;
}

/**
 * Says whether two records describe the same thing. Entities follow; records never change. The result is the judgement's id.
 * Throws NOT_FOUND, INPUT_INVALID, JUDGEMENT_CONTRADICTS.
 */
export function recordJudgement(
  ctx: Context,
  input: JudgementInput,
  preview?: boolean,
): Promise<Outcome<string>> {
  ctx.actor.mustBeAbleTo('judgement:record');
  const { investigationId, reason } = input;
  return runCommand(
    ctx,
    { action: 'judgement.recorded', reason, investigationId, preview, input },
    async (tx) => {
      if (investigationId) await mustEdit(tx, investigationId);
      const { id, left, right } = await judge(tx, input);
      const said = { same: 'the same', different: 'different', unsure: 'unsure' }[input.verdict];
      tx.says(`Judged ${said}: ${left.caption}, ${right.caption}`);
      tx.touches(...[left, right].map((each) => ({ kind: 'record', id: each.id, caption: each.caption })));
      return id;
    },
  );
}

/** The same within another command's change. */
export async function judge(
  tx: Changing,
  input: JudgementInput,
): Promise<{ id: string; left: RecordNode; right: RecordNode }> {
  if (input.left === input.right)
    throw new SummitError('INPUT_INVALID', { problem: 'judge two different things' });
  const [left, right] = await bothVisible(tx, pairOf(input.left, input.right));
  // Of two judgements about one cluster the later retries and sees the first.
  await claimClusters(tx, [left.id, right.id]);
  const clusters = await clustersOf(tx, [left.id, right.id]);
  const standing = await judgementsAmong(tx, [...clusters.values()].flat());
  const against = contradicts(standing, { left: left.id, right: right.id, verdict: input.verdict });
  if (against.length > 0) throw await contradiction(tx, input, against);
  const id = judgementId(left.id, right.id);
  await write(tx, [{ id, left: left.id, right: right.id, verdict: input.verdict }], input);
  await recluster(tx, [left.id, right.id]);
  return { id, left, right };
}

/** What an undo gives back is held to the same rule as a new judgement. */
derives(async (tx, { judgements = [] }) => {
  if (judgements.length === 0) return;
  const restored = await tx.query<Judged>(sql`
    select id, left_record as left, right_record as right, verdict from judgements
    where tenant_id = ${tx.reader.tenant} and id = any(${judgements}::uuid[]) and verdict <> 'unsure' order by id`);
  const clusters = await clustersOf(tx, [...new Set(restored.flatMap(({ left, right }) => [left, right]))]);
  const standing = await judgementsAmong(tx, [...new Set([...clusters.values()].flat())]);
  for (const each of restored) {
    const against = contradicts(standing, each);
    if (against.length > 0) throw await contradiction(tx, each, against);
  }
});

export interface SplitInput {
  entityId: string;
  /** The records that leave; the rest stays together. */
  recordIds: readonly string[];
  investigationId?: string | null | undefined;
  reason?: string | null | undefined;
}

/** Takes records out of their entity: the `same` judgements that join them to the rest become `different`. */
export function splitEntity(ctx: Context, input: SplitInput, preview?: boolean): Promise<Outcome<string[]>> {
  ctx.actor.mustBeAbleTo('judgement:record');
  const { investigationId, reason } = input;
  return runCommand(ctx, { action: 'entity.split', reason, investigationId, preview, input }, async (tx) => {
    if (investigationId) await mustEdit(tx, investigationId);
    const entity = (await clustersOf(tx, [input.entityId])).get(input.entityId);
    if (!entity) throw new SummitError('NOT_FOUND', { what: 'entity' });
    const leaving = new Set(input.recordIds);
    if (
      leaving.size === 0 ||
      leaving.size >= entity.length ||
      [...leaving].some((id) => !entity.includes(id))
    ) {
      throw new SummitError('INPUT_INVALID', { problem: 'name some of the records of the entity, not all' });
    }
    await claimClusters(tx, entity);
    const joins = (await judgementsAmong(tx, entity)).filter(
      ({ verdict, left, right }) => verdict === 'same' && leaving.has(left) !== leaving.has(right),
    );
    await write(
      tx,
      joins.map((join) => ({ ...join, verdict: 'different' as const })),
      { reason, investigationId },
    );
    await recluster(tx, entity);
    const records = await loadRecords(tx, entity);
    const captions = [...leaving].map((id) => records.get(id)!.caption);
    const staying = entity.find((id) => !leaving.has(id))!;
    tx.says(
      `Took ${captions.slice(0, 3).join(', ')}${captions.length > 3 ? ' …' : ''} out of ${records.get(staying)!.caption}`,
    );
    tx.touches(...entity.map((id) => ({ kind: 'record', id, caption: records.get(id)!.caption })));
    return [...leaving];
  });
}

async function bothVisible(tx: Changing, pair: readonly [string, string]): Promise<[RecordNode, RecordNode]> {
  const records = await loadRecords(tx, pair);
  const [left, right] = pair.map((id) => records.get(id));
  if (!left || !right) throw new SummitError('NOT_FOUND', { what: 'entity', id: left ? pair[1] : pair[0] });
  return [left, right];
}

async function write(
  tx: Changing,
  judged: readonly Judged[],
  said: Pick<JudgementInput, 'score' | 'reason' | 'investigationId'>,
): Promise<void> {
  const column = (name: keyof Judged) => judged.map((each) => each[name]);
  await tx.execute(sql`
    insert into judgements
      (tenant_id, id, since_change, left_record, right_record, verdict, score, reason, made_by, investigation_id)
    select ${tx.reader.tenant}, id, ${tx.change}, least(a, b), greatest(a, b), verdict, ${said.score ?? null}::real,
           ${said.reason ?? null}, ${tx.ctx.actor.id}, ${said.investigationId ?? null}
    from unnest(${column('id')}::uuid[], ${column('left')}::uuid[], ${column('right')}::uuid[], ${column('verdict')}::text[])
      as said (id, a, b, verdict)
    order by id
    on conflict (tenant_id, id) do update
      set since_change = excluded.since_change, verdict = excluded.verdict, score = excluded.score, reason = excluded.reason,
          made_by = excluded.made_by, model = excluded.model, made_at = excluded.made_at, investigation_id = excluded.investigation_id
      where (judgements.verdict, judgements.score, judgements.reason)
        is distinct from (excluded.verdict, excluded.score, excluded.reason)`);
}

/** Names the judgements that stand against it, of which the reader sees both records. */
async function contradiction(
  tx: Changing,
  input: JudgementInput,
  against: readonly Judged[],
): Promise<SummitError> {
  const shown = against.slice(0, 20);
  const records = await loadRecords(tx, [...new Set(shown.flatMap(({ left, right }) => [left, right]))]);
  return new SummitError('JUDGEMENT_CONTRADICTS', {
    left: input.left,
    right: input.right,
    verdict: input.verdict,
    judgements: shown.map(({ id, left, right, verdict }) => ({
      id,
      verdict,
      left: { id: left, caption: records.get(left)?.caption },
      right: { id: right, caption: records.get(right)?.caption },
    })),
    total: against.length,
  });
}
