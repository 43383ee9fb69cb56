import { createLoggerTo } from '@summit/process/log';
import { expect, test } from 'vitest';
import { inTransaction } from '../database/inTransaction.ts';
import { sql } from '../database/sql.ts';
import { startTenant, testDatabase } from '../database/testing.ts';
import { importJobs } from '../import/import.jobs.ts';
import { sampleJobs } from '../sample/sample.jobs.ts';
import { queueJob } from './job.commands.ts';
import { claimJob } from './leases.ts';
import { QueueHealth, queueNames } from './queues.ts';

const { db } = await testDatabase();
const idle = { depth: 0, oldestSeconds: null, running: 0, failures: 0 };
type Answer = { status: number; body: { queues: Record<string, object> } };
const asked = async () => (await new QueueHealth(db).answer()) as Answer;

test('each kind of work has its queue, whatever waits in it', async () => {
  const services = {
    db,
    home: '',
    positionSecret: new Uint8Array(32),
    log: createLoggerTo(() => {}, 'test'),
  };
  expect(Object.keys({ ...importJobs(services), ...sampleJobs(services) }).sort()).toEqual([...queueNames]);
  expect(await asked()).toMatchObject({
    status: 200,
    body: { status: 'ok', queues: { import: idle, 'import.undo': idle, sample: idle } },
  });
});

test('counts what waits, runs and fails over every tenant, and names nobody', async () => {
  const [ada, eve] = [await startTenant(db), await startTenant(db)];
  for (const { scope } of [ada, eve])
    await inTransaction(db, scope, (tx) =>
      queueJob(tx, scope.tenant, { kind: 'import', payload: { file: 'secret' } }),
    );
  const claimed = await claimJob(db, 'host:1:a', ['import'], 60_000);
  await inTransaction(db, eve.scope, async (tx) => {
    const failed = await queueJob(tx, eve.scope.tenant, { kind: 'sample', payload: {} });
    await tx.execute(sql`
      update operations.jobs set state = 'failed', finished_at = clock_timestamp()
      where tenant_id = ${eve.scope.tenant} and id = ${failed}`);
  });
  const { body } = await asked();
  expect(body.queues).toMatchObject({
    import: { depth: 1, running: 1, failures: 0, oldestSeconds: expect.any(Number) },
    sample: { ...idle, failures: 1 },
  });
  const text = JSON.stringify(body);
  for (const secret of [ada.scope.tenant, eve.scope.tenant, claimed!.id, 'secret'])
    expect(text).not.toContain(secret);

  await inTransaction(db, { tenant: claimed!.tenant }, (tx) =>
    tx.execute(
      sql`update operations.leases set until = clock_timestamp() - interval '1 second' where tenant_id = ${claimed!.tenant}`,
    ),
  );
  expect((await asked()).body.queues.import).toMatchObject({ depth: 2, running: 0 });
});

test('however many ask, one question reaches the database; a database that is gone is told in time', async () => {
  const apart = (await testDatabase(1)).db;
  const health = new QueueHealth(apart);
  const client = await apart.connect('read');
  const before = performance.now();
  expect(await Promise.all(Array.from({ length: 50 }, () => health.answer()))).toHaveLength(50);
  expect((await health.answer()) as Answer).toMatchObject({
    status: 503,
    body: { status: 'unknown', queues: {} },
  });
  expect(performance.now() - before).toBeLessThan(600);
  expect(apart.reads.waitingCount).toBe(1);
  client.release();
  await expect.poll(async () => ((await health.answer()) as Answer).status).toBe(200);
});
