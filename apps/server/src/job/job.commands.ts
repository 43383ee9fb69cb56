import type { Transaction } from '../database/database.ts';
import { sql } from '../database/sql.ts';
import { uuidv7 } from '../ids.ts';

export interface NewJob {
  kind: string;
  /** Jobs that share it run one after the other. */
  exclusiveKey?: string;
  payload: Record<string, unknown>;
}

/** Queues a job in the transaction that decides on it: the workers wake when it commits. */
export async function queueJob(tx: Transaction, tenant: string, job: NewJob): Promise<string> {
  const id = uuidv7();
  await tx.execute(sql`
    insert into operations.jobs (tenant_id, id, kind, exclusive_key, payload)
    values (${tenant}, ${id}, ${job.kind}, ${job.exclusiveKey ?? null}, ${JSON.stringify(job.payload)})`);
  return id;
}

/** True when a worker had the job and will stop at its next safe place; false when it never began, and is cancelled now. */
export async function cancelJob(tx: Transaction, tenant: string, id: string): Promise<boolean> {
  const never = await tx.execute(sql`
    update operations.jobs set state = 'cancelled', finished_at = clock_timestamp()
    where tenant_id = ${tenant} and id = ${id} and state = 'queued'`);
  if (never > 0) return false;
  await tx.execute(sql`
    update operations.jobs set cancel_requested = true where tenant_id = ${tenant} and id = ${id} and state = 'running'`);
  // Workers look at once instead of at their next heartbeat.
  await tx.query(sql`select pg_notify('summit_jobs', 'cancel')`);
  return true;
}
