import type { Context } from '../context.ts';
import type { Transaction } from '../database/database.ts';
import { inTransaction } from '../database/inTransaction.ts';
import { sql } from '../database/sql.ts';
import { seesImport } from '../file/file.queries.ts';
import type { ImportNode } from './import.ts';

const COLUMNS =
  sql.raw(`i.id, i.job_id as "jobId", i.dataset_key as "datasetKey", i.dataset_title as "datasetTitle",
  i.dataset_id as "datasetId", i.file_id as "fileId", f.filename, f.bytes, f.sha256, i.format, i.mapping, i.options, i.mode,
  i.marking, i.is_preview as "isPreview", i.confirm_removals as "confirmRemovals", i.investigation_id as "investigationId",
  i.reason, i.retry_of as "retryOf", i.state, i.started_by as "startedBy", i.started_at as "startedAt",
  i.finished_at as "finishedAt", i.checkpoint, i.phase, i.seconds, i.counts, i.progress, i.warnings, i.samples, i.result, i.error`);

const FROM = sql.raw(
  `operations.imports i join operations.files f on f.tenant_id = i.tenant_id and f.id = i.file_id`,
);

export async function loadImports(ctx: Context, ids: readonly string[]): Promise<Map<string, ImportNode>> {
  ctx.actor.mustBeAbleTo('graph:read');
  const rows = await inTransaction(ctx.db, { tenant: ctx.scope.tenant, readOnly: true }, (tx) =>
    tx.query<ImportNode>(
      sql`select ${COLUMNS} from ${FROM} where ${seesImport(ctx)} and i.id = any(${ids}::uuid[])`,
    ),
  );
  return new Map(rows.map((row) => [row.id, { ...row, at: undefined }]));
}

/** As its own worker sees it. */
export async function importOf(tx: Transaction, tenant: string, id: string): Promise<ImportNode | undefined> {
  const row = await tx.first<ImportNode>(
    sql`select ${COLUMNS} from ${FROM} where i.tenant_id = ${tenant} and i.id = ${id}`,
  );
  return row && { ...row, at: undefined };
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
    const rows = await tx.query<ImportNode>(sql`
      select ${COLUMNS} from ${FROM} where ${which} and (${page.after ?? null}::uuid is null or i.id < ${page.after ?? null})
      order by i.id desc limit ${page.first + 1}`);
    const { total } = (await tx.first<{ total: number }>(
      sql`select count(*)::int as total from ${FROM} where ${which}`,
    ))!;
    return {
      rows: rows.slice(0, page.first).map((row) => ({ ...row, at: undefined })),
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

export function listRejects(
  tx: Transaction,
  tenant: string,
  importId: string,
  after: number,
  first: number,
): Promise<RejectRow[]> {
  return tx.query<RejectRow>(sql`
    select number, row, line, byte_offset as "byteOffset", code, reason, raw from operations.import_rejects
    where tenant_id = ${tenant} and import_id = ${importId} and number > ${after} order by number limit ${first}`);
}

export async function countRejects(tx: Transaction, tenant: string, importId: string): Promise<number> {
  const row = await tx.first<{ total: number }>(sql`
    select count(*)::int as total from operations.import_rejects where tenant_id = ${tenant} and import_id = ${importId}`);
  return row!.total;
}
