/** What follows the removal of a file, outside of its transaction: bytes that no other file is leave the disk. */
import { rm } from 'node:fs/promises';
import type { Database } from '../database/database.ts';
import { inTransaction } from '../database/inTransaction.ts';
import { sql } from '../database/sql.ts';
import { blobPath } from './blobs.ts';

export interface Removed {
  tenant: string;
  file: string;
  content: string;
}

/** Texts of rejected rows that are emptied at once. */
const REJECTS_AT_ONCE = 2_000;

/** Deletes the bytes of removed files, unless another file of some tenant is the same, and the texts of their rejected rows. */
export async function deleteRemoved(db: Database, home: string, removed: readonly Removed[]): Promise<void> {
  for (const { tenant, file, content } of removed) {
    await inTransaction(db, { tenant }, async (tx) => {
      // Uploads bring their bytes to their place under this lock: none does while it is decided that these are nobody's.
      await tx.execute(sql`lock table operations.files in share row exclusive mode`);
      const row = await tx.first<{ kept: boolean }>(sql`select operations.is_kept(${content}) as kept`);
      if (!row!.kept) await rm(blobPath(home, content), { force: true });
    });
    await emptyRejects(db, tenant, file);
  }
}

async function emptyRejects(db: Database, tenant: string, file: string): Promise<void> {
  const imports = await inTransaction(db, { tenant, readOnly: true }, (tx) =>
    tx.query<{ id: string; most: number }>(sql`
      select i.id, max(j.number)::int as most from operations.imports i
      join operations.import_rejects j on j.tenant_id = i.tenant_id and j.import_id = i.id and j.raw <> ''
      where i.tenant_id = ${tenant} and i.file_id = ${file} group by i.id`),
  );
  for (const { id, most } of imports) {
    for (let after = 0; after < most; after += REJECTS_AT_ONCE) {
      await inTransaction(db, { tenant }, (tx) =>
        tx.execute(sql`
          update operations.import_rejects set raw = '' where tenant_id = ${tenant} and import_id = ${id}
            and number > ${after} and number <= ${after + REJECTS_AT_ONCE} and raw <> ''`),
      );
    }
  }
}

/** Ends what a killed process had begun. */
export async function finishRemovals(db: Database, home: string): Promise<void> {
  const removed = await inTransaction(db, { tenant: NO_TENANT, readOnly: true }, (tx) =>
    tx.query<Removed>(sql`select tenant, file, content from operations.removed_files()`),
  );
  await deleteRemoved(db, home, removed);
}

/** Of the function's own: it looks across tenants. */
const NO_TENANT = '00000000-0000-0000-0000-000000000000';
