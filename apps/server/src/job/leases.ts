/** The only doors through which a worker looks across tenants: which job is due, and what it holds itself. */
import { acrossTenants } from '../database/acrossTenants.ts';
import type { Database } from '../database/database.ts';

export interface Claimed {
  tenant: string;
  id: string;
  kind: string;
  fence: number;
  attempts: number;
}

const milliseconds = (ms: number) => `${ms} milliseconds`;

export async function claimJob(
  db: Database,
  owner: string,
  kinds: string[],
  leaseMs: number,
): Promise<Claimed | undefined> {
  const rows = await acrossTenants<Claimed>(
    db,
    `select tenant, job as id, job_kind as kind, job_fence as fence, job_attempts as attempts
     from operations.claim_job($1, $2, $3)`,
    [owner, kinds, milliseconds(leaseMs)],
  );
  return rows[0];
}

/** Prolongs the owner's leases of these jobs; says of each that it still holds whether it was cancelled. */
export function beat(
  db: Database,
  owner: string,
  jobs: readonly string[],
  leaseMs: number,
): Promise<{ id: string; fence: number; cancel: boolean }[]> {
  return acrossTenants(db, 'select job as id, job_fence as fence, cancel from operations.beat($1, $2, $3)', [
    owner,
    jobs,
    milliseconds(leaseMs),
  ]);
}

export async function handBack(db: Database, owner: string, inOrder: boolean): Promise<void> {
  await acrossTenants(db, 'select operations.hand_back($1, $2)', [owner, inOrder]);
}

export async function leaseOwners(db: Database): Promise<string[]> {
  const rows = await acrossTenants<{ owner: string }>(
    db,
    'select * from operations.lease_owners() as owner',
    [],
  );
  return rows.map(({ owner }) => owner);
}
