import { graphql } from 'graphql';
import { afterAll, describe, expect, test } from 'vitest';
import { freePort } from '../../../../checks/testPostgres.ts';
import { startTenant, testDatabase } from '../database/testing.ts';
import { nouns } from '../graphql/nouns.ts';
import { requestContext } from '../graphql/request.ts';
import { executableSchema } from '../graphql/schema.ts';
import { Neo4jStore } from '../projection/store.neo4j.ts';
import { chartOf } from './graphQuestions.ts';
import { hold } from './testing.ts';

// Neo4j is configured, and nothing answers at its address.
const { db } = await testDatabase();
const store = new Neo4jStore({ uri: `bolt://127.0.0.1:${await freePort()}`, user: 'neo4j', password: 'x' });
afterAll(() => store.close());

const [ann, ben] = ['00000001-0000-4000-8000-000000000001', '00000001-0000-4000-8000-000000000002'];
const dataset = '00000003-0000-4000-8000-000000000001';
const ctx = { ...(await startTenant(db)), graphStore: store };
await hold(ctx, {
  datasets: [{ id: dataset, marking: 1 }],
  records: [ann, ben].map((id) => ({ id, dataset, marking: 1, schema: 'Person' })),
  relationships: [
    {
      ...{ id: '00000002-0000-4000-8000-000000000001', dataset, marking: 1, type: 'knows' },
      ...{ source: ann, target: ben, directed: true, reference: false },
    },
  ],
  same: [],
});
const schema = executableSchema(nouns);
const ask = (source: string) => graphql({ schema, source, contextValue: requestContext(ctx) });

describe('while the graph store does not answer', () => {
  test.each([
    ['neighbourhood', `{ neighbourhood(input: { entityIds: ["${ann}"] }) { servedBy } }`],
    ['subgraph', `{ subgraph(entityIds: ["${ann}"]) { servedBy } }`],
    ['paths', `{ paths(input: { from: "${ann}", to: "${ben}" }) { servedBy } }`],
    ['commonNeighbours', `{ commonNeighbours(input: { entityIds: ["${ann}"] }) { servedBy } }`],
  ])('%s says so, and when to try again', async (_, source) => {
    const { errors } = await ask(source);
    expect(errors?.[0]?.originalError).toMatchObject({
      code: 'GRAPH_UNAVAILABLE',
      status: 503,
      details: { retryAfter: expect.any(Number) },
    });
  });

  test("an entity's own page and a chart's own links go on", async () => {
    const page = await ask(`{ entity(id: "${ann}") {
      linkCounts { type direction count } links(first: 5) { edges { node { neighbour { id } } } } } }`);
    expect(page.errors).toBeUndefined();
    expect(JSON.parse(JSON.stringify(page.data))).toEqual({
      entity: {
        linkCounts: [{ type: 'knows', direction: 'OUT', count: 1 }],
        links: { edges: [{ node: { neighbour: { id: ben } } }] },
      },
    });
    expect(await chartOf(ctx, undefined, [ann, ben])).toMatchObject({
      servedBy: 'postgres',
      links: [{ source: ann, target: ben }],
    });
  });

  test('the past is answered by Postgres', async () => {
    const { data } = await ask(`{ at(time: "${new Date().toISOString()}") {
      neighbourhood(input: { entityIds: ["${ann}"] }) { servedBy links { type } } } }`);
    expect(data).toMatchObject({
      at: { neighbourhood: { servedBy: 'postgres', links: [{ type: 'knows' }] } },
    });
  });
});
