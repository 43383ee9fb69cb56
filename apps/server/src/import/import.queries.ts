import type { Context } from '../context.ts';
import type { Transaction } from '../database/database.ts';
import { inTransaction } from '../database/inTransaction.ts';
import { sql } from '../database/sql.ts';
import { seesImport, seesWholeFile } from '../file/file.queries.ts';
import type { ImportNode } from './import.ts';

const COLUMNS =
  sql.raw(`i.id, i.job_id as "jobId", i.dataset_key as "datasetKey", i.dataset_title as "datasetTitle",
  i.dataset_id as "datasetId", i.file_id as "fileId", f.filename, f.bytes, f.sha256, i.format, i.mapping, i.options, i.mode,
  i.marking, i.is_preview as "isPreview", i.confirm_removals as "confirmRemovals", i.investigation_id as "investigationId",
  i.reason, i.retry_of as "retryOf", i.state, i.started_by as "startedBy", i.started_at as "startedAt",
  i.finished_at as "finishedAt", i.checkpoint, i.phase, i.seconds, i.counts, i.progress, i.warnings, i.samples, i.result, i.error,
  x.removed_by as "removedBy", x.removed_at as "removedAt", x.reason as "removedReason"`);

const FROM = sql.raw(
  `operations.imports i join operations.files f on f.tenant_id = i.tenant_id and f.id = i.file_id
  left join summit.removed_files x on x.tenant_id = i.tenant_id and x.id = i.file_id`,
);

type Row = Omit<ImportNode, 'at' | 'removed'> & {
  removedBy: string | null;
  removedAt: Date | null;
  removedReason: string | null;
};

const nodeOf = ({ removedBy, removedAt, removedReason, ...row }: Row): ImportNode => ({
  ...row,
  at: undefined,
  removed: removedBy && removedAt ? { by: removedBy, at: removedAt, reason: removedReason } : null,
});

export async function loadImports(ctx: Context, ids: readonly string[]): Promise<Map<string, ImportNode>> {
  ctx.actor.mustBeAbleTo('graph:read');
  const rows = await inTransaction(ctx.db, { tenant: ctx.scope.tenant, readOnly: true }, (tx) =>
    tx.query<Row>(
      sql`select ${COLUMNS}, ${seesWholeFile(ctx)} as "seesWholeFile" from ${FROM} where ${seesImport(ctx)} and i.id = any(${ids}::uuid[])`,
    ),
  );
  return new Map(rows.map((row) => [row.id, nodeOf(row)]));
}

/** As its own worker sees it. */
export async function importOf(tx: Transaction, tenant: string, id: string): Promise<ImportNode | undefined> {
  const row = await tx.first<Row>(
    sql`select ${COLUMNS}, true as "seesWholeFile" from ${FROM} where i.tenant_id = ${tenant} and i.id = ${id}`,
  );
  return row && nodeOf(row);
}

export interface ImportPage {
  first: number;
  after?: string | undefined;
  dataset?: string | null | undefined;
  active?: boolean | null | undefined;
}

/** Newest first. */
export async function listImports(
  ctx: Context,
  page: ImportPage,
): Promise<{ rows: ImportNode[]; hasMore: boolean; total: number }> {
  ctx.actor.mustBeAbleTo('graph:read');
  return inTransaction(ctx.db, { tenant: ctx.scope.tenant, readOnly: true }, async (tx) => {
    const which = sql`${seesImport(ctx)} and (${page.dataset ?? null}::text is null or i.dataset_key = ${page.dataset ?? null})
      and (${page.active ?? null}::boolean is null or (i.state in ('queued', 'running', 'undoing')) = ${page.active ?? null})`;
    const rows = await tx.query<Row>(sql`
      select ${COLUMNS}, ${seesWholeFile(ctx)} as "seesWholeFile" from ${FROM} where ${which} and (${page.after ?? null}::uuid is null or i.id < ${page.after ?? null})
      order by i.id desc limit ${page.first + 1}`);
    const { total } = (await tx.first<{ total: number }>(
      sql`select count(*)::int as total from ${FROM} where ${which}`,
    ))!;
    return {
      rows: rows.slice(0, page.first).map(nodeOf),
      hasMore: rows.length > page.first,
      total,
    };
  });
}

export interface RejectRow {
  number: number;
  row: number | null;
  line: number | null;
  byteOffset: number | null;
  code: string;
  reason: string;
  raw: string;
}

/**
 * The condition that a reject, under `j` with its import under `i`, is the reader's to see. Its text is the source's own, so it
 * is hidden as the row would be; whoever brought it knows it.
 */
const seesReject = (ctx: Context) =>
  sql`(j.marking <= ${ctx.scope.clearance} or i.started_by = ${ctx.actor.id})`;

const REJECTS = sql.raw(
  `operations.imports i join operations.import_rejects j on j.tenant_id = i.tenant_id and j.import_id = i.id`,
);

/** Of an import that the reader sees; with the original their texts are gone too. */
export function listRejects(
  tx: Transaction,
  ctx: Context,
  importId: string,
  after: number,
  first: number,
): Promise<RejectRow[]> {
  return tx.query<RejectRow>(sql`
    select j.number, j.row, j.line, j.byte_offset as "byteOffset", j.code, j.reason, case when x.id is null then j.raw else '' end as raw from ${REJECTS}
    left join summit.removed_files x on x.tenant_id = i.tenant_id and x.id = i.file_id
    where i.tenant_id = ${ctx.scope.tenant} and i.id = ${importId} and j.number > ${after} and ${seesReject(ctx)}
    order by j.number limit ${first}`);
}

/** Rejects that the reader sees, and how many are hidden from the reader. */
export async function countRejects(
  tx: Transaction,
  ctx: Context,
  importId: string,
): Promise<{ seen: number; hidden: number }> {
  const row = await tx.first<{ seen: number; hidden: number }>(sql`
    select count(*) filter (where ${seesReject(ctx)})::int as seen, count(*) filter (where not ${seesReject(ctx)})::int as hidden
    from ${REJECTS} where i.tenant_id = ${ctx.scope.tenant} and i.id = ${importId}`);
  return row!;
}
