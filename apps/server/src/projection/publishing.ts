/** The doors through which the publisher looks across tenants: which have something to tell, and how much waits. */
import { acrossTenants } from '../database/acrossTenants.ts';
import type { Database } from '../database/database.ts';

export async function unpublishedTenants(db: Database): Promise<string[]> {
  const rows = await acrossTenants<{ tenant: string }>(
    db,
    'select * from operations.unpublished() as tenant',
  );
  return rows.map(({ tenant }) => tenant);
}

export async function publishingLag(db: Database): Promise<{ changes: number; seconds: number }> {
  const [row] = await acrossTenants<{ changes: number; seconds: number }>(
    db,
    'select changes, seconds from operations.publishing_lag()',
  );
  return row!;
}
