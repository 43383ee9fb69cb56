import { setTimeout as delay } from 'node:timers/promises';
import { createLoggerTo } from '@summit/process/log';
import pg from 'pg';
import { afterEach, expect, test, vi } from 'vitest';
import type { Context } from '../context.ts';
import { inTransaction } from '../database/inTransaction.ts';
import { sql } from '../database/sql.ts';
import { startTenant, testDatabase } from '../database/testing.ts';
import { cancelJob, queueJob } from './job.commands.ts';
import type { JobRun } from './job.ts';
import { claimJob, handBack, leaseOwners } from './leases.ts';
import { Jobs } from './worker.ts';

const { db, ownerUrl } = await testDatabase();
const lines: string[] = [];
const log = createLoggerTo((line) => lines.push(line), 'test');
const started: Jobs[] = [];
afterEach(async () => {
  for (const jobs of started.splice(0)) await jobs.stop();
});

async function worker(
  kind: string,
  handler: (run: JobRun) => Promise<void>,
  leaseMs = 15_000,
): Promise<Jobs> {
  const jobs = new Jobs({ db, log, handlers: { [kind]: handler }, leaseMs });
  started.push(jobs);
  await jobs.run();
  return jobs;
}

const queue = (ctx: Context, kind: string, exclusiveKey?: string) =>
  inTransaction(db, { tenant: ctx.scope.tenant }, (tx) =>
    queueJob(tx, ctx.scope.tenant, { kind, payload: {}, ...(exclusiveKey && { exclusiveKey }) }),
  );
const stateOf = async (ctx: Context, id: string) =>
  (await inTransaction(db, { tenant: ctx.scope.tenant, readOnly: true }, (tx) =>
    tx.first<{ state: string; attempts: number; error: unknown }>(
      sql`select state, attempts, error from operations.jobs where tenant_id = ${ctx.scope.tenant} and id = ${id}`,
    ),
  ))!;
const reaches = (ctx: Context, id: string, state: string) =>
  vi.waitFor(async () => expect((await stateOf(ctx, id)).state).toBe(state), {
    timeout: 30_000,
    interval: 10,
  });

test('a worker serves every tenant, yet the app role reads no other tenant’s jobs', async () => {
  const [ada, eve] = [await startTenant(db), await startTenant(db)];
  const seen: string[] = [];
  await worker('walls', async ({ tenant }) => {
    seen.push(tenant);
  });
  const ids = [await queue(ada, 'walls'), await queue(eve, 'walls')] as const;
  await reaches(ada, ids[0], 'done');
  await reaches(eve, ids[1], 'done');
  expect(seen.sort()).toEqual([ada.scope.tenant, eve.scope.tenant].sort());
  const rows = await inTransaction(db, { tenant: ada.scope.tenant, readOnly: true }, (tx) =>
    tx.query(sql`select from operations.jobs where tenant_id = ${eve.scope.tenant}`),
  );
  expect(rows).toEqual([]);
});

test('that jobs cannot be claimed is logged once, until they can', async () => {
  const ctx = await startTenant(db);
  const told = () => lines.filter((line) => line.includes('cannot be claimed')).length;
  const claiming = async (verb: 'revoke' | 'grant', direction: 'from' | 'to') => {
    const owner = new pg.Client({ connectionString: ownerUrl });
    await owner.connect();
    await owner.query(
      `${verb} execute on function operations.claim_job(text, text[], interval) ${direction} summit_app`,
    );
    await owner.end();
  };
  for (const times of [1, 2]) {
    await claiming('revoke', 'from');
    try {
      if (times === 1) await worker('claimed', async () => {});
      // Each wakes the worker.
      const ids: string[] = [];
      for (let count = 0; count < 4; count++) {
        ids.push(await queue(ctx, 'claimed'));
        await delay(50);
      }
      expect(told()).toBe(times);
      await claiming('grant', 'to');
      for (const id of ids) await reaches(ctx, id, 'done');
    } finally {
      await claiming('grant', 'to');
    }
  }
});

test('jobs that share a key run one after the other, others beside them', async () => {
  const ctx = await startTenant(db);
  let now = 0;
  let most = 0;
  await worker('keyed', async () => {
    most = Math.max(most, ++now);
    await delay(20);
    now--;
  });
  const ids = await Promise.all([1, 2, 3].map(() => queue(ctx, 'keyed', 'one')));
  for (const id of ids) await reaches(ctx, id, 'done');
  expect(most).toBe(1);
});

test('a job is cancelled before it begins, or told to stop', async () => {
  const ctx = await startTenant(db);
  const { tenant } = ctx.scope;
  const waiting = await queue(ctx, 'cancel');
  expect(await inTransaction(db, { tenant }, (tx) => cancelJob(tx, tenant, waiting))).toBe(false);
  expect((await stateOf(ctx, waiting)).state).toBe('cancelled');

  await worker('cancel', async ({ cancelRequested }) => {
    while (!cancelRequested()) await delay(5);
  });
  const running = await queue(ctx, 'cancel');
  await reaches(ctx, running, 'running');
  expect(await inTransaction(db, { tenant }, (tx) => cancelJob(tx, tenant, running))).toBe(true);
  await reaches(ctx, running, 'cancelled');
});

test('a lease that runs out is taken by another worker with a higher fence', async () => {
  const ctx = await startTenant(db);
  const id = await queue(ctx, 'lease');
  const first = await claimJob(db, 'host:1:a', ['lease'], 60_000);
  expect(first).toMatchObject({ id, fence: 1, attempts: 1 });
  expect(await claimJob(db, 'host:2:b', ['lease'], 50)).toBeUndefined();
  await inTransaction(db, { tenant: ctx.scope.tenant }, (tx) =>
    tx.execute(sql`
      update operations.leases set until = clock_timestamp() - interval '1 second'
      where tenant_id = ${ctx.scope.tenant} and job_id = ${id}`),
  );
  expect(await claimJob(db, 'host:2:b', ['lease'], 60_000)).toMatchObject({ id, fence: 2, attempts: 2 });
  expect(await leaseOwners(db)).toContain('host:2:b');
  await handBack(db, 'host:2:b', true);
  expect(await stateOf(ctx, id)).toMatchObject({ state: 'running', attempts: 1 });
  expect(await claimJob(db, 'host:3:c', ['lease'], 1)).toMatchObject({ id, fence: 3 });
  await handBack(db, 'host:3:c', true);
});

/** A job that runs until it is told to stop. */
async function running(ctx: Context, kind: string, leaseMs: number) {
  const stopped: number[] = [];
  await worker(
    kind,
    ({ fence, signal }) =>
      new Promise((_, end) => {
        const stop = () => {
          stopped.push(fence);
          end(signal.reason);
        };
        if (signal.aborted) stop();
        else signal.addEventListener('abort', stop);
      }),
    leaseMs,
  );
  const id = await queue(ctx, kind);
  await reaches(ctx, id, 'running');
  return { id, stopped };
}

test('a job whose lease another worker has taken is stopped here, although its heart beats', async () => {
  const ctx = await startTenant(db);
  const { tenant } = ctx.scope;
  const { id, stopped } = await running(ctx, 'taken', 60_000);
  // As after a pause of this process that was longer than the lease.
  await inTransaction(db, { tenant }, async (tx) => {
    await tx.execute(sql`
      update operations.leases set until = clock_timestamp() - interval '1 second' where tenant_id = ${tenant} and job_id = ${id}`);
    await tx.query(sql`select from operations.claim_job('host:2:b', '{taken}', interval '1 minute')`);
  });
  await expect.poll(() => stopped, { timeout: 10_000 }).toEqual([1]);
  await expect
    .poll(() => lines.some((line) => line.includes(id) && line.includes('lost')), { timeout: 10_000 })
    .toBe(true);
  // Whoever has it now ends it.
  expect(await stateOf(ctx, id)).toMatchObject({ state: 'running', attempts: 2 });
  expect(await leaseOwners(db)).toContain('host:2:b');
  await handBack(db, 'host:2:b', true);
});

test('a job is stopped when its lease has run out, however long a heartbeat waits for an answer', async () => {
  const ctx = await startTenant(db);
  const { tenant } = ctx.scope;
  const { id, stopped } = await running(ctx, 'silent', 3_000);
  const holder = new pg.Client({ connectionString: ownerUrl });
  await holder.connect();
  try {
    await holder.query('begin');
    await holder.query('select from operations.leases where tenant_id = $1 and job_id = $2 for update', [
      tenant,
      id,
    ]);
    // A statement waits for a lock for 10 s.
    await expect.poll(() => stopped, { timeout: 8_000 }).toEqual([1]);
  } finally {
    await holder.end();
  }
});

test('a failure that passes by itself is tried again, another one is told', async () => {
  const ctx = await startTenant(db);
  let tries = 0;
  await worker('failing', async () => {
    tries++;
    if (tries === 1) throw Object.assign(new Error('could not extend file'), { code: '53100' });
    throw new Error('broken for good');
  });
  const id = await queue(ctx, 'failing');
  await reaches(ctx, id, 'failed');
  expect(tries).toBe(2);
  expect(lines.some((line) => line.includes('broken for good'))).toBe(true);
});

test('a worker that stops lets its job end at a safe place and hands it back', async () => {
  const ctx = await startTenant(db);
  const jobs = await worker(
    'stopping',
    ({ signal }) =>
      new Promise((_, stopped) => {
        // The worker may be told to stop between the claim and the first line of the work.
        if (signal.aborted) stopped(signal.reason);
        else signal.addEventListener('abort', () => stopped(signal.reason));
      }),
  );
  const id = await queue(ctx, 'stopping');
  await reaches(ctx, id, 'running');
  await jobs.stop();
  expect(await stateOf(ctx, id)).toMatchObject({ state: 'running', attempts: 0 });
  await worker('stopping', async () => {});
  await reaches(ctx, id, 'done');
});
