import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { decodePosition } from '../../apps/server/src/change/position.ts';
import { projectionPosition } from '../../apps/server/src/projection/cursor.neo4j.ts';
import { storeOf } from '../../apps/server/src/projection/neo4j.testing.neo4j.ts';
import type { Neo4j } from '../../servers/neo4j.ts';
import { ask } from '../asking.ts';
import { until } from '../until.ts';
import { again } from '../world.ts';
import { logOf, metricOf } from './processes.ts';
import { openStage, type Stage } from './stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage({ stores: ['postgres', 'neo4j'], replica: true });
});
afterAll(() => stage?.close());

const AHEAD = 'the log does not hold what was projected';

test('a standby takes over that missed the last writes: what it had stands, what it missed can be said again, and no copy believes it', async () => {
  const round = await stage.begin('Failover');
  const { world, done } = round;
  const { server: standby, feed } = stage.replica!;
  const looking = storeOf(stage.servers.neo4j as Neo4j);
  const secret = Buffer.from(stage.product.env.ENCRYPTION_KEY!, 'hex');
  try {
    // All that was acknowledged up to here is with the standby for certain; of what comes then nobody knows.
    const certain = done.length;
    await standby.caughtUp();
    await feed.refuse();
    const missed = done.length;
    await round.edits(10);
    const last = decodePosition(secret, world.tenant, done.at(-1)!.change);
    await until('Neo4j has what will be lost', 60_000, async () => {
      const cursor = await projectionPosition(looking);
      return cursor !== undefined && cursor.position >= last;
    });
    await stage.servers.postgres.kill();
    const gone = done.length;
    await standby.promote();
    stage.network.postgres.moveTo(standby);

    await round.end(async (all) => {
      let lost = 0;
      for (let at = certain; at < gone; at++) {
        const { id, change } = all[at]!;
        all[at] = await again(world, all[at]!);
        if (all[at]!.id !== id || all[at]!.change !== change) lost++;
      }
      console.log(`${gone - certain} edits in question, ${lost} were lost and said again`);
      // Two people may each have had one on its way.
      expect(lost).toBeGreaterThanOrEqual(gone - missed - 2);
    });
    // The loss is told, and the copy was made anew rather than mended.
    expect(logOf(stage.product, 'worker').filter(({ message }) => message.startsWith(AHEAD))).toHaveLength(1);
    const rebuilds = await metricOf(
      ...([stage.product, 'worker', 'summit_projection_rebuilds_total', '{projection="neo4j"}'] as const),
    );
    expect(rebuilds).toBeGreaterThanOrEqual(2);
  } finally {
    await looking.close();
  }
});

test('the log stands in another cluster than the one that wrote it: refused until the next epoch is opened, and then it goes on', async () => {
  const round = await stage.begin('Restored elsewhere');
  // As a dump that was restored into this cluster: who gave the ids is not who is asked for the next ones.
  const owner = new pg.Client({ connectionString: stage.replica!.server.ownerUrl });
  await owner.connect();
  await owner.query("update operations.epochs set system_identifier = '1' || system_identifier");
  await owner.end();
  stage.network.postgres.reset();
  await until('it is refused', 20_000, async () => {
    const { failures } = (await stage.health('/health/ready')).body;
    return failures?.join().includes('PostgreSQL: EPOCH_CHANGED') ?? false;
  });
  const { status, errors } = await ask(
    ...([stage.product.api, round.world.ann.token, '{ datasets { edges { node { key } } } }'] as const),
  );
  expect([status, errors[0]?.extensions.code]).toEqual([503, 'DATABASE_UNAVAILABLE']);
  await stage.product.summit('migrate');
  await round.end();
  const NEW = 'the log began a new epoch; the projection is made anew';
  expect(logOf(stage.product, 'worker').map(({ message }) => message)).toContain(NEW);
});
