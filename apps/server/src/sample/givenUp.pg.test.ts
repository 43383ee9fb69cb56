import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { inTransaction } from '../database/inTransaction.ts';
import { sql } from '../database/sql.ts';
import { startTenant, testDatabase } from '../database/testing.ts';
import { seedSample } from './sample.jobs.ts';
import { readSample } from './sample.ts';

const { db } = await testDatabase();
const home = await mkdtemp(join(tmpdir(), 'summit-given-up-'));
afterAll(() => rm(home, { recursive: true, force: true }));
const services = { db, home, positionSecret: new Uint8Array(32).fill(7) };
const datasets = readSample().datasets.length;

async function newcomer() {
  const { scope } = await startTenant(db);
  const { tenant } = scope;
  return {
    seed: () => seedSample(services, { tenant }),
    /** What became of every import that is under way. */
    ended: (state: string) =>
      inTransaction(db, { tenant }, (tx) =>
        tx.execute(
          sql`update operations.imports set state = ${state} where tenant_id = ${tenant} and state = 'queued'`,
        ),
      ),
    imports: async () =>
      (await inTransaction(db, { tenant, readOnly: true }, (tx) =>
        tx.first<{ n: number }>(
          sql`select count(*)::int as n from operations.imports where tenant_id = ${tenant}`,
        ),
      ))!.n,
  };
}

test('a sample whose imports fail is tried three times and then given up', async () => {
  const { seed, ended, imports } = await newcomer();
  for (let times = 1; times <= 3; times++) {
    await seed();
    expect(await imports()).toBe(times * datasets);
    await ended('failed');
  }
  await expect(seed()).rejects.toThrow(/was not imported/);
  expect(await imports()).toBe(3 * datasets);
});

test.for(['cancelled', 'undone'])('one that somebody has %s is not brought again', async (state) => {
  const { seed, ended, imports } = await newcomer();
  await seed();
  await ended(state);
  await seed();
  expect(await imports()).toBe(datasets);
});
