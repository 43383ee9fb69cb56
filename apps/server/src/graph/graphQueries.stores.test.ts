import { afterAll, expect, test } from 'vitest';
import { startNeo4j } from '../../../../servers/neo4j.ts';
import { startTenant, testDatabase } from '../database/testing.ts';
import { Neo4jStore } from '../projection/store.neo4j.ts';
import type { World } from './graphQueries.model.testing.ts';
import { neo4jGraph } from './graphQueries.neo4j.ts';
import { postgresGraph } from './graphQueries.postgres.ts';
import { exercise, type Scene } from './graphQueries.suite.ts';
import type { Answer, Asked, GraphQueries } from './graphQueries.ts';
import { steered } from './testing.neo4j.ts';
import { hold, startNeighbour } from './testing.ts';

const { db } = await testDatabase();
const server = await startNeo4j();
const store = new Neo4jStore({ uri: server.url, user: server.user, password: server.password });
afterAll(async () => {
  await store.close();
  await server.wipe();
});
const follow = await steered(db, store);

const postgres = postgresGraph(db);
const neo4j = neo4jGraph(db, store, postgres);
const served = { neo4j: 0, postgres: 0 };

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
      served[servedBy as keyof typeof served]++;
      return got;
    };
    return [kind, ask];
  }),
) as unknown as GraphQueries;

let neighbour: Promise<void> | undefined;

exercise(
  {
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
  },
  { runs: 200, past: false, ...(process.env.SEED !== undefined && { seed: Number(process.env.SEED) }) },
);

test('most of them were answered by Neo4j', () => {
  expect(served.neo4j).toBeGreaterThan(3 * served.postgres);
});
