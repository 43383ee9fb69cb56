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

export interface PublishingLag {
  /** 10,000 of each tenant are counted. */
  changes: number;
  /** False where it may be more. */
  isExact: boolean;
  /** Since the oldest of them. */
  seconds: number;
}

/** What is not published, also where a transaction holds the log back from it. */
export async function publishingLag(db: Database): Promise<PublishingLag> {
  const [row] = await acrossTenants<PublishingLag>(
    db,
    'select changes, seconds, is_exact as "isExact" from operations.publishing_lag()',
  );
  return row!;
}
