import { showsAbout } from '../change/diff.ts';
import { seenOf } from '../change/history.queries.ts';
import { visibleCase } from '../change/membership.ts';
import { type Reading, visible } from '../change/read.ts';
import { type Sql, sql } from '../database/sql.ts';
import { isUuid } from '../ids.ts';
import type { InvestigationNode, MemberRole, NoteNode } from './investigation.ts';

/** With the last change to anything of a case, so that lists can show what moved. Tables of the moment of `tx`. */
const selected = (tx: Reading, which: Sql, rest: Sql): Sql => {
  const { tenant } = tx.reader;
  const at = tx.at ?? null;
  return sql`
    select i.id, i.title, i.description, i.marking, i.archived, i.read_only as "readOnly", i.notebook_id as "notebookId",
           i.created_at as "createdAt", i.created_by as "createdBy", c.id as "lastChange", c.at as "changedAt"
    from investigations i
    cross join lateral (
      select greatest(i.since_change, (
        select max(c.id) from summit.changes c
        where c.tenant_id = ${tenant} and c.investigation_id = i.id and (${at}::bigint is null or c.id <= ${at}))) as id
    ) last
    join summit.changes c on c.tenant_id = ${tenant} and c.id = last.id
    where ${visibleCase(tx.reader, 'i')} and ${which} ${rest}`;
};

/** The cases among `ids` that the reader sees, by id. Until rights per case exist, everybody of the tenant sees them. */
export async function loadInvestigations(
  tx: Reading,
  ids: readonly string[],
): Promise<Map<string, InvestigationNode>> {
  const wanted = ids.filter(isUuid);
  if (wanted.length === 0) return new Map();
  const rows = await tx.query<Omit<InvestigationNode, 'at'>>(
    selected(tx, sql`i.id = any(${wanted}::uuid[])`, sql``),
  );
  return new Map(rows.map((row) => [row.id, { at: tx.at, ...row }]));
}

/** Last changed first. */
export async function listInvestigations(
  tx: Reading,
  page: { first: number; after?: { change: number; id: string } | undefined },
): Promise<{ rows: InvestigationNode[]; hasMore: boolean; total: number }> {
  const which = page.after
    ? sql`(c.id, i.id) < (${page.after.change}::bigint, ${page.after.id}::uuid)`
    : sql`true`;
  const found = await tx.query<Omit<InvestigationNode, 'at'>>(
    selected(tx, which, sql`order by c.id desc, i.id desc limit ${page.first + 1}`),
  );
  const counted = await tx.first<{ total: number }>(sql`
    select count(*)::int as total from investigations i where ${visibleCase(tx.reader, 'i')}`);
  return {
    rows: found.slice(0, page.first).map((row) => ({ at: tx.at, ...row })),
    hasMore: found.length > page.first,
    total: counted!.total,
  };
}

/** Members by case, leads first. */
export async function membersOf(
  tx: Reading,
  ids: readonly string[],
): Promise<Map<string, { userId: string; role: MemberRole }[]>> {
  const rows = await tx.query<{ id: string; userId: string; role: MemberRole }>(sql`
    select investigation_id as id, user_id as "userId", role from investigation_members
    where tenant_id = ${tx.reader.tenant} and investigation_id = any(${ids}::uuid[])
    order by array_position(array['lead', 'editor', 'viewer'], role), user_id`);
  return Map.groupBy(rows, ({ id }) => id);
}

/** Notes by case, newest last; one on a fact that the reader does not see is left out. */
export async function notesOf(tx: Reading, ids: readonly string[]): Promise<Map<string, NoteNode[]>> {
  const rows = await loadNotes(tx, sql`n.investigation_id = any(${ids}::uuid[])`);
  return Map.groupBy(rows, ({ investigationId }) => investigationId);
}

/** Notes by the record or relationship that they are about, in cases that the reader sees. */
export async function notesOn(tx: Reading, targets: readonly string[]): Promise<Map<string, NoteNode[]>> {
  const rows = await loadNotes(tx, sql`n.target_id = any(${targets}::uuid[])`);
  return Map.groupBy(rows, ({ targetId }) => targetId!);
}

async function loadNotes(tx: Reading, which: Sql): Promise<NoteNode[]> {
  const { tenant } = tx.reader;
  const rows = await tx.query<Omit<NoteNode, 'at'>>(sql`
    select n.id, n.investigation_id as "investigationId", n.text, n.target_id as "targetId", n.property, n.value,
           n.made_by as "madeBy", n.made_at as "madeAt"
    from notes n
    join investigations i on i.id = n.investigation_id and ${visibleCase(tx.reader, 'i')}
    where n.tenant_id = ${tenant} and ${which}
      and not exists (select from records r where r.tenant_id = ${tenant} and r.id = n.target_id and not ${visible(tx.reader, 'r')})
      and not exists (select from relationships l where l.tenant_id = ${tenant} and l.id = n.target_id and not ${visible(tx.reader, 'l')})
      and ${showsAbout(tx.reader, [sql`n.target_id`], ['records', 'relationships'])}
    order by n.made_at, n.id`);
  return rows.map((row) => ({ at: tx.at, ...row }));
}

/** Changes of one case that are counted at most. */
const CHANGES_COUNTED = 500;

/** How many changes of each case by others, of which the reader sees anything, came after the one that it saw last; 500 at most. */
export async function countChangesSince(
  tx: Reading,
  seen: ReadonlyMap<string, number>,
  ids: readonly string[],
  actorId: string,
): Promise<Map<string, number>> {
  const since = ids.map((id) => seen.get(id) ?? 0);
  const rows = await tx.query<Parameters<typeof seenOf>[1][number]>(sql`
    select c.action, w.id as "investigationId", c.targets
    from unnest(${ids}::uuid[], ${since}::bigint[]) as w (id, since)
    cross join lateral (
      select action, targets from summit.changes c
      where c.tenant_id = ${tx.reader.tenant} and c.investigation_id = w.id and c.id > w.since and c.actor_id <> ${actorId}
      order by c.id desc limit ${CHANGES_COUNTED}) c`);
  const seenByCase = Map.groupBy(await seenOf(tx, rows), ({ change }) => change.investigationId!);
  return new Map(ids.map((id) => [id, seenByCase.get(id)?.length ?? 0]));
}
