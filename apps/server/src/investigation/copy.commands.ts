import { SummitError } from '@summit/process/errors';
import { type Changing, type Outcome, runCommand } from '../change/command.ts';
import { deriveAgain } from '../change/derived.ts';
import { visible } from '../change/read.ts';
import type { Context } from '../context.ts';
import { sql } from '../database/sql.ts';
import { isUuid, uuidv7 } from '../ids.ts';
import { judgementId, pairOf } from '../judgement/judgement.ts';
import { ontologyOf } from '../ontology/ontology.queries.ts';
import { loadRecords } from '../record/record.queries.ts';
import { writeRecords } from '../record/write.ts';
import { loadRelationships } from '../relationship/relationship.queries.ts';
import { writeRelationships } from '../relationship/write.ts';
import { insertInvestigation } from './investigation.commands.ts';
import { itemId, refutationId, TITLE_MOST } from './investigation.ts';

export interface CopyInput {
  id: string;
  title?: string | null | undefined;
  reason?: string | null | undefined;
}

/**
 * A writable copy with its items, notes, refutations and a notebook of its own; how one starts from the sample. What the
 * reader does not see is not copied. The result is the copy's id. Throws NOT_FOUND.
 */
export function copyInvestigation(
  ctx: Context,
  input: CopyInput,
  preview?: boolean,
): Promise<Outcome<string>> {
  ctx.actor.mustBeAbleTo('investigation:write');
  const id = uuidv7();
  return runCommand(
    ctx,
    { action: 'investigation.copied', reason: input.reason, investigationId: id, preview, input },
    async (tx) => {
      const { tenant, clearance } = tx.reader;
      const from = isUuid(input.id)
        ? await tx.first<{
            title: string;
            description: string | null;
            marking: number;
            notebook: string;
          }>(sql`
            select title, description, marking, notebook_id as notebook from investigations
            where tenant_id = ${tenant} and id = ${input.id} and marking <= ${clearance}`)
        : undefined;
      if (!from) throw new SummitError('NOT_FOUND', { what: 'investigation' });
      const title = input.title || titleOfCopy(from.title);
      const { description, marking } = from;
      const notebook = await insertInvestigation(tx, { id, title, description, marking });
      const renamed = await copyNotebook(tx, from.notebook, notebook, id);
      await copyItems(tx, input.id, id, renamed);
      await copyNotes(tx, input.id, id, renamed);
      tx.touches({ kind: 'investigation', id: input.id, caption: from.title });
      tx.says(`Copied investigation ${from.title} to ${title}`);
      return id;
    },
  );
}

const COPY = ' (copy)';

/** A long title gives way at its end, without the half of a sign. */
const titleOfCopy = (title: string): string =>
  `${title.slice(0, TITLE_MOST - COPY.length).replace(/[\ud800-\udbff]$/, '')}${COPY}`;

type Renamed = ReadonlyMap<string, string>;

/** Records and links by hand get new ids in the copy, and the judgements about them are said again. */
async function copyNotebook(
  tx: Changing,
  from: string,
  dataset: { id: string; key: string },
  investigationId: string,
): Promise<Renamed> {
  const { tenant } = tx.reader;
  const idsOf = async (table: string) =>
    (
      await tx.query<{ id: string }>(
        sql`select id from ${sql.identifier(table)} where tenant_id = ${tenant} and dataset_id = ${from}`,
      )
    ).map(({ id }) => id);
  const records = [...(await loadRecords(tx, await idsOf('records'))).values()];
  const links = [...(await loadRelationships(tx, await idsOf('relationships'))).values()];
  const renamed = new Map([...records, ...links].map(({ id }) => [id, uuidv7()]));
  const named = (id: string) => renamed.get(id) ?? id;
  await writeRecords(
    tx,
    await ontologyOf(tx),
    records.map((record) => ({ ...record, id: named(record.id), dataset, sourceRef: null })),
  );
  await writeRelationships(
    tx,
    links.map((link) => ({
      ...link,
      id: named(link.id),
      dataset,
      source: named(link.sourceRecord),
      target: named(link.targetRecord),
      sourceRef: null,
    })),
  );
  await copyJudgements(tx, renamed, investigationId);
  return renamed;
}

async function copyJudgements(tx: Changing, renamed: Renamed, investigationId: string): Promise<void> {
  const { tenant } = tx.reader;
  const old = [...renamed.keys()];
  const judged = await tx.query<{
    left: string;
    right: string;
    verdict: string;
    score: number | null;
    reason: string | null;
  }>(sql`
    select j.left_record as left, j.right_record as right, j.verdict, j.score, j.reason
    from judgements j
    join records l on l.id = j.left_record and ${visible(tx.reader, 'l')}
    join records r on r.id = j.right_record and ${visible(tx.reader, 'r')}
    where j.tenant_id = ${tenant} and (j.left_record = any(${old}::uuid[]) or j.right_record = any(${old}::uuid[]))`);
  const rows = judged.map(({ left, right, ...said }) => {
    const [a, b] = pairOf(renamed.get(left) ?? left, renamed.get(right) ?? right);
    return { ...said, id: judgementId(a, b), left: a, right: b };
  });
  await tx.execute(sql`
    insert into judgements
      (tenant_id, id, since_change, left_record, right_record, verdict, score, reason, made_by, investigation_id)
    select ${tenant}, id, ${tx.change}, "left", "right", verdict, score, reason, ${tx.ctx.actor.id}, ${investigationId}
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
      as said (id uuid, "left" uuid, "right" uuid, verdict text, score real, reason text)`);
  await deriveAgain(tx, { records: rows.flatMap(({ left, right }) => [left, right]) });
}

async function copyItems(tx: Changing, from: string, to: string, renamed: Renamed): Promise<void> {
  const { tenant } = tx.reader;
  const items = await tx.query<{ id: string; record: string }>(sql`
    select i.id, i.record_id as record from investigation_items i
    join records r on r.id = i.record_id and ${visible(tx.reader, 'r')}
    where i.tenant_id = ${tenant} and i.investigation_id = ${from}`);
  const rows = items.map(({ id, record }) => {
    const held = renamed.get(record) ?? record;
    return { old: id, id: itemId(to, held), record: held };
  });
  await tx.execute(sql`
    insert into investigation_items
      (tenant_id, id, since_change, investigation_id, record_id, x, y, pinned, hidden, group_name, colour, added_by)
    select ${tenant}, n.id, ${tx.change}, ${to}, n.record, i.x, i.y, i.pinned, i.hidden, i.group_name, i.colour, ${tx.ctx.actor.id}
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as n (old uuid, id uuid, record uuid)
    join investigation_items i on i.tenant_id = ${tenant} and i.id = n.old`);
}

/** Notes and refutations stay their authors'. */
async function copyNotes(tx: Changing, from: string, to: string, renamed: Renamed): Promise<void> {
  const { tenant } = tx.reader;
  const notes = await tx.query<{ id: string; target: string | null }>(sql`
    select id, target_id as target from notes n where tenant_id = ${tenant} and investigation_id = ${from}
      and not exists (select from records r where r.tenant_id = ${tenant} and r.id = n.target_id and not ${visible(tx.reader, 'r')})
      and not exists (select from relationships l where l.tenant_id = ${tenant} and l.id = n.target_id and not ${visible(tx.reader, 'l')})`);
  const copies = notes.map(({ id, target }) => ({
    old: id,
    id: uuidv7(),
    target: target && (renamed.get(target) ?? target),
  }));
  await tx.execute(sql`
    insert into notes (tenant_id, id, since_change, investigation_id, text, target_id, property, value, made_by, made_at)
    select ${tenant}, n.id, ${tx.change}, ${to}, o.text, n.target, o.property, o.value, o.made_by, o.made_at
    from jsonb_to_recordset(${JSON.stringify(copies)}::jsonb) as n (old uuid, id uuid, target uuid)
    join notes o on o.tenant_id = ${tenant} and o.id = n.old`);

  const refuted = await tx.query<{ id: string; record: string; property: string; value: string }>(sql`
    select f.id, f.record_id as record, f.property, f.value from refutations f
    join records r on r.id = f.record_id and ${visible(tx.reader, 'r')}
    where f.tenant_id = ${tenant} and f.investigation_id = ${from}`);
  const rejected = refuted.map(({ id, record, property, value }) => ({
    old: id,
    id: refutationId(to, record, property, value),
  }));
  await tx.execute(sql`
    insert into refutations (tenant_id, id, since_change, investigation_id, record_id, property, value, reason, made_by, made_at)
    select ${tenant}, n.id, ${tx.change}, ${to}, o.record_id, o.property, o.value, o.reason, o.made_by, o.made_at
    from jsonb_to_recordset(${JSON.stringify(rejected)}::jsonb) as n (old uuid, id uuid)
    join refutations o on o.tenant_id = ${tenant} and o.id = n.old`);
}
