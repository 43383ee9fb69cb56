import { setTimeout as delay } from 'node:timers/promises';
import { graphql } from 'graphql';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { startNeo4j } from '../../../../servers/neo4j.ts';
import type { Context } from '../context.ts';
import { joinTenant, startTenant, testDatabase } from '../database/testing.ts';
import { nouns } from '../graphql/nouns.ts';
import { requestContext } from '../graphql/request.ts';
import { executableSchema } from '../graphql/schema.ts';
import { Neo4jStore } from '../projection/store.neo4j.ts';
import type { World, WorldLink } from './graphQueries.model.testing.ts';
import { steered } from './testing.neo4j.ts';
import { hold } from './testing.ts';
import type { GraphStore } from './walk.neo4j.ts';

// Few connections to Postgres: three questions walk at once.
const { db } = await testDatabase(4);
const schema = executableSchema(nouns);
const server = await startNeo4j();
const store = new Neo4jStore({ uri: server.url, user: server.user, password: server.password });
afterAll(async () => {
  await store.close();
  await server.wipe();
});
const follow = await steered(db, store);

const record = (number: number) => `00000001-0000-4000-8000-${String(number).padStart(12, '0')}`;
const dataset = '00000003-0000-4000-8000-000000000001';
const [abe, ann, ben, cleo] = [record(1), record(2), record(3), record(4)];
const link = (number: number, source: string, target: string): WorldLink => ({
  ...{ id: `00000002-0000-4000-8000-${String(number).padStart(12, '0')}`, dataset, marking: 1 },
  ...{ type: 'knows', source, target, directed: true, reference: false },
});
/** Ann knows Ben, who knows Cleo; Abe is somebody, or Ben. */
const world = (same: World['same'] = []): World => ({
  datasets: [{ id: dataset, marking: 1 }],
  records: [abe, ann, ben, cleo].map((id) => ({ id, dataset, marking: 1, schema: 'Person' })),
  relationships: [link(1, ann, ben), link(2, ben, cleo)],
  same,
});
const APART = world();
const JOINED = world([{ left: abe, right: ben }]);

/** Who writes, and two others of the tenant. */
let ada: Context;
let others: [Context, Context];
const become = async (now: World): Promise<void> => follow((await hold(ada, now))!);
beforeEach(async () => {
  ada = await startTenant(db);
  others = [await joinTenant(ada), await joinTenant(ada)];
  await become(APART);
});

async function ask<T>(
  source: string,
  graphStore: GraphStore,
  ctx = others[0],
  signal?: AbortSignal,
): Promise<T> {
  const contextValue = requestContext({ ...ctx, graphStore }, signal);
  const { data, errors } = await graphql({ schema, source, contextValue });
  if (errors) throw errors[0]!.originalError ?? errors[0];
  return JSON.parse(JSON.stringify(data));
}

describe('while the store goes on', () => {
  /** The store, to which something happens before the statement of that number. */
  function disturbed(number: number, happens: () => Promise<void>): GraphStore {
    let asked = 0;
    return {
      ping: store.ping,
      ask: async (...call) => {
        if (++asked === number) await happens();
        return store.ask(...call);
      },
    };
  }
  const around = `{ neighbourhood(input: { entityIds: ["${ann}"], depth: 2 }) { entities { id } bounded { complete } } }`;
  const path = `{ paths(input: { from: "${ann}", to: "${cleo}", maxHops: 2, directed: true }) { paths { entityIds } } }`;

  test('an entity that became part of another one on the way was never without its neighbours', async () => {
    expect(
      await ask(
        around,
        disturbed(2, () => become(JOINED)),
      ),
    ).toEqual({
      neighbourhood: { entities: [ann, ben, cleo].map((id) => ({ id })), bounded: { complete: true } },
    });
  });

  test('nor was one that was parted on the way', async () => {
    await become(JOINED);
    expect(
      await ask(
        around,
        disturbed(2, () => become(APART)),
      ),
    ).toEqual({
      neighbourhood: { entities: [ann, abe, cleo].map((id) => ({ id })), bounded: { complete: true } },
    });
  });

  test('a path that was there before and after was there in between', async () => {
    expect(
      await ask(
        path,
        disturbed(4, () => become(JOINED)),
      ),
    ).toEqual({
      paths: { paths: [{ entityIds: [ann, ben, cleo] }] },
    });
  });

  test('changes of others move nothing, and what one knows of is asked once more', async () => {
    const source = `{ neighbourhood(input: { entityIds: ["${ann}"], depth: 2 }) { servedBy entities { id } } }`;
    const stranger = await startTenant(db);
    const known = (await hold(stranger, APART))!;
    expect(
      await ask(
        source,
        disturbed(2, () => follow(known)),
      ),
    ).toMatchObject({
      neighbourhood: { servedBy: 'neo4j', entities: [ann, ben, cleo].map((id) => ({ id })) },
    });
    const own = (await hold(ada, JOINED))!;
    expect(
      await ask(
        source,
        disturbed(2, () => follow(own)),
      ),
    ).toMatchObject({
      neighbourhood: { servedBy: 'neo4j', entities: [ann, abe, cleo].map((id) => ({ id })) },
    });
  });
});

const near = `{ neighbourhood(input: { entityIds: ["${ann}"] }) { servedBy } }`;

test.each(["'abc'", '1.5'])('where somebody wrote %s for a position Postgres answers', async (written) => {
  const cursor = `MATCH (p:Projection {name: 'summit'})`;
  const source = `{ neighbourhood(input: { entityIds: ["${ann}"] }) { servedBy entities { id } } }`;
  const [before] = await store.ask<{ position: number }>(`${cursor} RETURN p.position AS position`);
  await store.write((tx) => tx.run(`${cursor} SET p.position = ${written}`));
  try {
    expect(await ask(source, store)).toEqual({
      neighbourhood: { servedBy: 'postgres', entities: [{ id: ann }, { id: ben }] },
    });
  } finally {
    await store.write((tx) => tx.run(`${cursor} SET p.position = ${before!.position}`));
  }
});

test('a slow store leaves connections to Postgres for everything else, and says to many that it is busy', async () => {
  const slow: GraphStore = {
    ping: store.ping,
    ask: async (...call) => {
      await delay(2_000);
      return store.ask(...call);
    },
  };
  await ask(near, slow);
  const told = Array.from({ length: 14 }, (_, n) =>
    ask<{ neighbourhood: { servedBy: string } }>(near, slow, others[n % 2]).then(
      ({ neighbourhood }) => neighbourhood.servedBy,
      (error: { code?: string }) => error.code,
    ),
  );
  await delay(300);
  const began = performance.now();
  expect(await ask(`{ entity(id: "${ben}") { id } }`, slow)).toEqual({ entity: { id: ben } });
  expect(performance.now() - began).toBeLessThan(1_000);
  expect(new Set(await Promise.all(told))).toEqual(new Set(['neo4j', 'GRAPH_BUSY']));
});

test('one asker never has all places', async () => {
  const silent: GraphStore = {
    ping: store.ping,
    ask: async (...call) => {
      await delay(3_000);
      return store.ask(...call);
    },
  };
  const many = Array.from({ length: 5 }, () => ask(near, silent).catch(() => {}));
  await delay(100);
  const began = performance.now();
  expect(await ask(near, silent, others[1])).toEqual({ neighbourhood: { servedBy: 'neo4j' } });
  expect(performance.now() - began).toBeLessThan(5_000);
  await Promise.all(many);
});

test('a question ends when its asker has gone: in the store, and at Postgres', async () => {
  const leaving = new AbortController();
  const long = 'UNWIND range(1, 10000000000) AS n WITH n WHERE n < 0 RETURN count(n) AS forgotten';
  const running = async () => {
    const rows = await store.ask<{ text: string }>(
      'SHOW TRANSACTIONS YIELD currentQuery RETURN currentQuery AS text',
    );
    return rows.filter(({ text }) => text.includes('forgotten')).length;
  };
  const heavy: GraphStore = {
    ping: store.ping,
    ask: (_text, _parameters, call) => store.ask(long, {}, call),
  };
  const asked = ask(near, heavy, others[0], leaving.signal);
  asked.catch(() => {});
  await expect.poll(running).toBe(1);
  const began = performance.now();
  leaving.abort(new Error('gone'));
  await expect(asked).rejects.toThrow('gone');
  await expect.poll(running).toBe(0);
  await expect.poll(() => db.reads.idleCount).toBe(db.reads.totalCount);
  expect(performance.now() - began).toBeLessThan(3_000);
});
