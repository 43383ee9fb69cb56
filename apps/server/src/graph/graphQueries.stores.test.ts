import { metrics } from '@summit/process/metrics';
import { afterAll, expect, test } from 'vitest';
import { startNeo4j } from '../../../../servers/neo4j.ts';
import { startTenant, testDatabase } from '../database/testing.ts';
import { Neo4jStore } from '../projection/store.neo4j.ts';
import type { World } from './graphQueries.model.testing.ts';
import { neo4jGraph } from './graphQueries.neo4j.ts';
import { postgresGraph } from './graphQueries.postgres.ts';
import { exercise, type Scene, type Stage } from './graphQueries.suite.ts';
import type { Answer, Asked, GraphQueries } from './graphQueries.ts';
import { steered } from './testing.neo4j.ts';
import { hold, startNeighbour } from './testing.ts';
import { planAll } from './warm.neo4j.ts';

const { db } = await testDatabase();
const server = await startNeo4j();
const store = new Neo4jStore({ uri: server.url, user: server.user, password: server.password });
afterAll(async () => {
  await store.close();
  await server.wipe();
});
const follow = await steered(db, store);
await planAll(store);

const postgres = postgresGraph(db);
const neo4j = neo4jGraph(db, store, postgres);

/** Answers as Neo4j does, once Postgres has given the same answer to the same question. */
const both = Object.fromEntries(
  (Object.keys(postgres) as (keyof GraphQueries)[]).map((kind) => {
    const ask = async (asked: Asked, question: never): Promise<Answer> => {
      const [got, expected] = await Promise.all([
        neo4j[kind](asked, question) as Promise<Answer>,
        postgres[kind](asked, question) as Promise<Answer>,
      ]);
      const { servedBy, position } = got;
      expect(got, `${kind} ${JSON.stringify(question)}`).toEqual({ ...expected, servedBy, position });
      return got;
    };
    return [kind, ask];
  }),
) as unknown as GraphQueries;

let neighbour: Promise<void> | undefined;

const stage: Stage = {
  graph: both,
  async open(first): Promise<Scene> {
    neighbour ??= startTenant(db).then((other) => startNeighbour(other, first));
    await neighbour;
    const ctx = await startTenant(db);
    const become = async (world: World): Promise<void> => {
      await follow((await hold(ctx, world)) ?? 0);
    };
    await become(first);
    return {
      become,
      asked: async (reader) => ({ reader: { tenant: ctx.scope.tenant, ...reader }, at: undefined }),
    };
  },
};
const options = {
  runs: 110,
  past: false,
  ...(process.env.SEED !== undefined && { seed: Number(process.env.SEED) }),
};

/** Answers so far, by who gave them and why. */
async function answers(): Promise<Record<string, number>> {
  const { values } = await metrics.graphAnswers.get();
  return Object.fromEntries(
    values.map(({ labels, value }) => [`${labels.served_by}: ${labels.reason}`, value]),
  );
}
const NEO4J = 'neo4j: whole';

// Postgres answers what Neo4j cannot tell, and nothing else. These small worlds are full of it: ids of nothing, paths from an
// entity to itself (nowhere), and entities that a reader sees in part; where their first record is hidden, what the reader calls
// them is unknown to Neo4j (behind). So of those who see some it answers less than half, of those who see everything all others.
exercise(stage, options);
test('of readers who see some, Postgres answered only what is seen in part or not at all', async () => {
  const counted = await answers();
  console.log(counted);
  metrics.graphAnswers.reset();
  const reasons = [NEO4J, 'postgres: nowhere', 'postgres: partly', 'postgres: behind'];
  expect(Object.keys(counted).filter((each) => !reasons.includes(each))).toEqual([]);
  expect(counted[NEO4J]).toBeGreaterThan(1_000);
});

exercise(stage, { ...options, all: true });
test('of readers who see everything, Neo4j answered all that asked about something', async () => {
  const counted = await answers();
  console.log(counted);
  expect(Object.keys(counted).sort()).toEqual([NEO4J, 'postgres: nowhere']);
  expect(counted[NEO4J]).toBeGreaterThan(2_000);
});
