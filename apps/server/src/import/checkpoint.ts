/** What an import has settled, written in the transaction that settles it; the fence keeps out a worker that lost its lease. */
import type { Transaction } from '../database/database.ts';
import { sql } from '../database/sql.ts';
import type { RejectedRow } from './batch.ts';
import type { ImportCounts, ImportNode, ImportProgress } from './import.ts';

export class LeaseLost extends Error {
  constructor() {
    super('another worker holds the job');
  }
}

export interface Progressed {
  checkpoint: number;
  counts: ImportCounts;
  warnings: ImportNode['warnings'];
  seconds: number;
  progress: ImportProgress;
  datasetId: string | null;
  /** Rank of the highest marking of the rows settled, and of all that was read with them. */
  marking: number;
  readMarking: number;
  rejects: readonly RejectedRow[];
  /** Ids that the file has, for a replacing import. */
  ids: readonly string[];
}

/** Throws LeaseLost when the import is no longer where this worker left it. */
export async function settle(
  tx: Transaction,
  { tenant, id, fence, from }: { tenant: string; id: string; fence: number; from: number },
  to: Progressed,
): Promise<void> {
  if (to.rejects.length > 0) {
    await keepRejects(tx, { tenant, id }, to.counts.rejects - to.rejects.length, to.rejects);
  }
  if (to.ids.length > 0) {
    await tx.execute(sql`
      insert into operations.import_kept (tenant_id, import_id, id)
      select ${tenant}, ${id}, unnest(${to.ids}::uuid[]) on conflict do nothing`);
  }
  const touched = await tx.execute(sql`
    update operations.imports set checkpoint = ${to.checkpoint}, counts = ${JSON.stringify(to.counts)},
      warnings = ${JSON.stringify(to.warnings)}, seconds = ${to.seconds}, progress = ${JSON.stringify(to.progress)},
      dataset_id = coalesce(${to.datasetId}, dataset_id), highest_marking = greatest(highest_marking, ${to.marking}::smallint),
      read_marking = greatest(read_marking, ${to.readMarking}::smallint)
    where tenant_id = ${tenant} and id = ${id} and fence = ${fence} and checkpoint = ${from} and state = 'running'`);
  if (touched === 0) throw new LeaseLost();
}

/** @param after how many are kept already. */
export async function keepRejects(
  tx: Transaction,
  { tenant, id }: { tenant: string; id: string },
  after: number,
  rejects: readonly RejectedRow[],
): Promise<void> {
  await tx.execute(sql`
    insert into operations.import_rejects (tenant_id, import_id, number, row, line, byte_offset, code, reason, raw, marking)
    select ${tenant}, ${id}, ${after}::bigint + ordinality, row, line, "byteOffset", code, reason, raw, marking
    from rows from (jsonb_to_recordset(${JSON.stringify(rejects)})
      as (row bigint, line bigint, "byteOffset" bigint, code text, reason text, raw text, marking smallint)) with ordinality`);
}

/** Wakes who watches the import. */
export async function announce(tx: Transaction, tenant: string, id: string): Promise<void> {
  await tx.query(sql`select pg_notify('summit_imports', ${`${tenant}:${id}`})`);
}

/** Nothing goes on from here: what a replacing import's file still has is no longer needed. */
export async function letGo(tx: Transaction, tenant: string, id: string): Promise<void> {
  await tx.execute(sql`delete from operations.import_kept where tenant_id = ${tenant} and import_id = ${id}`);
}
