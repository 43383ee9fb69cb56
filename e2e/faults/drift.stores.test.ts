import { afterAll, beforeAll, expect, test } from 'vitest';
import { storeOf } from '../../apps/server/src/projection/neo4j.testing.neo4j.ts';
import type { Neo4j } from '../../servers/neo4j.ts';
import { until } from '../until.ts';
import { logOf, metricOf } from './processes.ts';
import { openStage, type Stage } from './stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage({ stores: ['postgres', 'neo4j'] });
});
afterAll(() => stage?.close());

const DRIFT = 'the store did not hold what was written to it; it was set right';
type Difference = { kind: string; what: string; id: string };

test('Neo4j takes writes and does not keep ten of them: each is named and set right within five minutes', async () => {
  const round = await stage.begin('Neo4j loses writes');
  const { tenant } = round.world;
  const store = storeOf(stage.servers.neo4j as Neo4j);
  const lose = (ids: readonly string[]) =>
    store.write(async (tx) => {
      const rows = await tx.run<{ id: string }>(
        'MATCH (e:Entity) WHERE e.tenant = $tenant AND e.id IN $ids WITH e, e.id AS id DETACH DELETE e RETURN id',
        { tenant, ids },
      );
      return rows.map(({ id }) => id);
    });
  try {
    const lost = new Set<string>();
    // Each is gone as soon as it came, as if the store had said yes and not kept it.
    while (lost.size < 10) {
      await round.edits(4);
      const made = round.done.findLast(({ act, id }) => act === 'createEntity' && !lost.has(id));
      if (!made) continue;
      await until('it was written', 60_000, async () => {
        for (const id of await lose([made.id])) lost.add(id);
        return lost.has(made.id);
      });
    }
    const since = performance.now();
    const named = () => {
      const told = logOf(stage.product, 'worker').filter(({ message }) => message === DRIFT);
      return new Set(told.flatMap(({ differences }) => differences as Difference[]).map(({ id }) => id));
    };
    await until('all of them are named', 300_000, () => {
      const told = named();
      return [...lost].every((id) => told.has(id));
    });
    console.log(`named after ${Math.round((performance.now() - since) / 1000)} s`);
    const missing = '{projection="neo4j",kind="missing"}';
    expect(
      await metricOf(stage.product, 'worker', 'summit_projection_drift_total', missing),
    ).toBeGreaterThanOrEqual(lost.size);
    await round.end();
  } finally {
    await store.close();
  }
}, 600_000);
