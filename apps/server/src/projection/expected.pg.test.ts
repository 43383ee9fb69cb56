import { expect, test, vi } from 'vitest';
import { runCommand } from '../change/command.ts';
import type { Context } from '../context.ts';
import { Transaction } from '../database/database.ts';
import { sql } from '../database/sql.ts';
import { startTenant, testDatabase } from '../database/testing.ts';
import { type Expected, expectedItems, expectedOf } from './expected.ts';
import { actAtRandom, randomFrom } from './projection.testing.ts';
import { inSnapshot, logState } from './source.ts';

const { db } = await testDatabase();
const CLUSTERS = 15_000;

/** Two records a cluster, and a link from the second one to the next cluster's. */
async function grow(ctx: Context): Promise<void> {
  const { tenant } = ctx.scope;
  const dataset = '00000000-0000-4000-8000-000000000001';
  await runCommand(ctx, { action: 'test.grew', timeoutMs: 60_000 }, async (tx) => {
    await tx.execute(sql`
      insert into datasets (tenant_id, id, since_change, key, title) values (${tenant}, ${dataset}, ${tx.change}, 'big', 'Big')`);
    await tx.execute(sql`
      insert into records (tenant_id, id, since_change, dataset_id, schema, caption, props, marking, digest, tokens, countries)
      select ${tenant}, md5('r' || n)::uuid, ${tx.change}, ${dataset}, 'Person', 'It', '{}', 1, '\\x00', '{}', '{}'
      from generate_series(1, ${2 * CLUSTERS}) n`);
    await tx.execute(sql`
      insert into cluster_members (tenant_id, id, since_change, cluster_id)
      select ${tenant}, md5('r' || n)::uuid, ${tx.change}, md5('c' || (n + 1) / 2)::uuid from generate_series(1, ${2 * CLUSTERS}) n`);
    await tx.execute(sql`
      insert into relationships (tenant_id, id, since_change, dataset_id, type, source_record, target_record, props, marking, digest)
      select ${tenant}, md5('l' || n)::uuid, ${tx.change}, ${dataset}, 'Family', md5('r' || 2 * n)::uuid,
             md5('r' || (2 * n) % ${2 * CLUSTERS} + 1)::uuid, '{}', 1, '\\x00'
      from generate_series(1, ${CLUSTERS}) n`);
  });
}

/** The most rows that one statement brought while something was done. */
async function mostAtOnce(work: () => Promise<unknown>): Promise<number> {
  const asked = vi.spyOn(Transaction.prototype, 'query');
  try {
    await work();
    const answers = await Promise.all(asked.mock.results.map(({ value }) => value as Promise<unknown[]>));
    return Math.max(...answers.map(({ length }) => length));
  } finally {
    asked.mockRestore();
  }
}

const positionNow = async () => (await inSnapshot(db, (tx) => logState(tx))).head;

test('links of however many clusters are walked a page at a time, each with the entities of its ends', async () => {
  const ctx = await startTenant(db);
  await grow(ctx);
  const position = await positionNow();
  const found: Expected[] = [];
  const most = await mostAtOnce(async () => {
    for await (const each of expectedItems(db, 'link', position)) found.push(each);
  });
  expect(found).toHaveLength(CLUSTERS);
  // Ends of 5,000 links, in clusters all of them; there are 30,000.
  expect(most).toBeLessThanOrEqual(10_000);
  const ids = found.slice(0, 500).map(({ tenant, id }) => ({ tenant, id }));
  const { items } = await inSnapshot(db, (tx) => expectedOf(tx, 'link', ids, position));
  for (const each of found.slice(0, 500)) expect(items.get(each.place)).toEqual(each);
});

test('as of any moment what is walked is what is looked at closer, clusters that were joined and parted since too', async () => {
  const random = randomFrom(7);
  const ctx = await startTenant(db);
  const positions: number[] = [];
  for (let round = 0; round < 6; round++) {
    for (let acts = 0; acts < 12; acts++) await actAtRandom(ctx, random);
    positions.push(await positionNow());
  }
  let links = 0;
  for (const position of positions) {
    const walked = new Map<string, unknown>();
    for await (const each of expectedItems(db, 'link', position))
      if (each.tenant === ctx.scope.tenant) walked.set(each.place, each);
    const ids = [...walked.keys()].map((place) => ({ tenant: ctx.scope.tenant, id: place.split('|')[1]! }));
    const { items } = await inSnapshot(db, (tx) => expectedOf(tx, 'link', ids, position));
    // One whose end is not there is walked, and then found to be none.
    for (const [place, item] of items) expect(walked.get(place)).toEqual(item);
    links += items.size;
  }
  expect(links).toBeGreaterThan(0);
});
