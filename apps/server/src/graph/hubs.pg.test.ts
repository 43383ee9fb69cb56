import { beforeAll, describe, expect, test } from 'vitest';
import { runCommand } from '../change/command.ts';
import { sql } from '../database/sql.ts';
import { startTenant, testDatabase } from '../database/testing.ts';
import { postgresGraph } from './graphQueries.postgres.ts';
import type { Asked } from './graphQueries.ts';
import { HUB, holdHubs, hubId, OTHER } from './hubs.testing.ts';

/*
 * Hubs of tens of thousands of links are answered for in well under a second. The limits of these tests are no measure of that
 * but of a plan that looks for each row of the tenant in an array of them, which takes half a minute: see migrations/0035.
 */
describe.each([
  ['before anything is known of the tables', false],
  ['once a sample has told that most links end in two records', true],
])('hubs, %s', (_, isAnalyzed) => {
  let asked: Asked;
  let graph: ReturnType<typeof postgresGraph>;
  beforeAll(async () => {
    const { db } = await testDatabase();
    const ctx = await startTenant(db);
    graph = postgresGraph(db);
    asked = await holdHubs(ctx, 30_000, () => Promise.resolve());
    if (isAnalyzed)
      await runCommand(ctx, { action: 'test.analyzed' }, (tx) =>
        tx.execute(sql`select operations.analyze_facts()`),
      );
  });

  test('paths through them', { timeout: 10_000 }, async () => {
    const { paths, bounded } = await graph.paths(asked, { from: hubId(1), to: hubId(4), maxHops: 4, k: 3 });
    expect(paths.map(({ entityIds }) => entityIds)).toEqual([
      [hubId(1), HUB, hubId(4)],
      [hubId(1), OTHER, hubId(4)],
      [hubId(1), HUB, hubId(7), OTHER, hubId(4)],
    ]);
    expect(bounded.total).toBe(4);
  });

  test('what is around both', { timeout: 10_000 }, async () => {
    const near = { ids: [HUB], depth: 2, limit: 1_000 };
    expect((await graph.neighbourhood(asked, near)).entities).toHaveLength(1_001);
    const common = await graph.commonNeighbours(asked, { ids: [HUB, OTHER], first: 50 });
    expect(common.bounded).toMatchObject({ shown: 50, total: 10_040 });
    const { counts } = await graph.degrees(asked, { ids: [HUB, OTHER] });
    expect(counts.get(HUB)).toEqual([{ type: 'knows', direction: 'IN', reference: false, count: 30_000 }]);
  });
});
