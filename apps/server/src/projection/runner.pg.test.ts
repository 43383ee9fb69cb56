import { createLoggerTo } from '@summit/process/log';
import { registry } from '@summit/process/metrics';
import pg from 'pg';
import { afterEach, expect, test } from 'vitest';
import { startTenant, testDatabase } from '../database/testing.ts';
import { claimLease, giveBack } from './lease.ts';
import { type Projecting, ProjectionRunner } from './runner.ts';

const { db, ownerUrl } = await testDatabase();
const log = createLoggerTo(() => {}, 'test');
const running: ProjectionRunner[] = [];
afterEach(async () => {
  for (const runner of running.splice(0)) await runner.stop();
});

/** A store that says where it stands, and how often it was asked. */
class Store implements Projecting {
  generation = 1;
  asked = 0;
  readonly step: () => Promise<boolean>;

  constructor(step: () => Promise<boolean>) {
    this.step = step;
  }
  state() {
    this.asked++;
    return { state: 'following' as const, generation: this.generation, position: null, progress: null };
  }
  failed = () => ({ state: 'failing' as const, problem: 'FAILED' });
  stop = async () => {};
}

async function start(name: string, projecting: Projecting, leaseMs = 60_000): Promise<ProjectionRunner> {
  // Longer than any of these tests: what is looked at was heard of.
  const runner = new ProjectionRunner({ name, db, log, projecting, leaseMs, pollMs: 120_000 });
  running.push(runner);
  await runner.run();
  return runner;
}

test('a change that is heard of while the runner says where it stands is not left to the next poll', async () => {
  let steps = 0;
  const gate = Promise.withResolvers<void>();
  const store = new Store(async () => {
    if (++steps === 1) await gate.promise;
    return false;
  });
  await start('reporting', store);
  await expect.poll(() => steps, { timeout: 10_000 }).toBe(1);
  // Longer than it looks again by itself for what woke it at its start.
  await new Promise((done) => setTimeout(done, 1_500));

  const holder = new pg.Client({ connectionString: ownerUrl });
  await holder.connect();
  try {
    await holder.query('begin');
    await holder.query(`select from operations.projections where name = 'reporting' for update`);
    store.generation = 2;
    gate.resolve();
    await expect.poll(() => store.asked, { timeout: 10_000 }).toBe(1);
    // What it says waits for the row; the change is told of meanwhile.
    await startTenant(db);
    await new Promise((done) => setTimeout(done, 300));
    expect(steps).toBe(1);
  } finally {
    await holder.end();
  }
  await expect.poll(() => steps, { timeout: 5_000 }).toBeGreaterThan(1);
});

/** What is told for Prometheus of this projection. */
const shown = async (name: string) =>
  (await registry.metrics())
    .split('\n')
    .filter((line) => line.startsWith('summit_projection_') && line.includes(`projection="${name}"`));

test('of two workers the one that runs it tells how it stands, and whoever loses the lease tells no more', async () => {
  const name = 'shared';
  const held = await claimLease(db, name, 'host:1:other', 60_000);
  expect(held).toBeDefined();
  await start(name, new Store(async () => false), 1_000);
  const wake = () => startTenant(db);
  await new Promise((done) => setTimeout(done, 1_000));
  expect(await shown(name)).toEqual([]);

  await giveBack(db, name, 'host:1:other');
  await wake();
  const isShown = async () =>
    (await shown(name)).some((line) => line.startsWith('summit_projection_lag_changes'));
  await expect.poll(isShown, { timeout: 10_000 }).toBe(true);
  expect(await shown(name)).toContain(`summit_projection_state{projection="${name}",state="following"} 1`);

  // As after a pause of this process that was longer than its lease.
  const other = new pg.Client({ connectionString: ownerUrl });
  await other.connect();
  await other.query(
    `update operations.projections set owner = 'host:1:other', fence = fence + 1, until = now() + interval '1 minute' where name = $1`,
    [name],
  );
  await other.end();
  await wake();
  await expect.poll(() => shown(name), { timeout: 10_000 }).toEqual([]);
});
