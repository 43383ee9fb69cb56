import { readFile, writeFile } from 'node:fs/promises';
import { graphql } from 'graphql';
import { afterAll, describe, expect, test } from 'vitest';
import { startNeo4j } from '../../../../servers/neo4j.ts';
import { startTenant, testDatabase } from '../database/testing.ts';
import { nouns } from '../graphql/nouns.ts';
import { requestContext } from '../graphql/request.ts';
import { executableSchema } from '../graphql/schema.ts';
import { Neo4jStore } from '../projection/store.neo4j.ts';
import { fillGolden, GOLDEN, QUESTIONS } from './golden.testing.ts';
import { planOf, steered } from './testing.neo4j.ts';
import type { GraphStore } from './walk.neo4j.ts';

// Cypher and its plans beside the SQL of golden.pg.test.ts, for the same answers. Write them again with UPDATE_GOLDEN=1.
const schema = executableSchema(nouns);
const { db } = await testDatabase();
const server = await startNeo4j();
const store = new Neo4jStore({ uri: server.url, user: server.user, password: server.password });
afterAll(async () => {
  await store.close();
  await server.wipe();
});

const asked: { text: string; parameters: Record<string, unknown> }[] = [];
const graphStore: GraphStore = {
  ping: () => store.ping(),
  ask: (text, parameters = {}, options = {}) => {
    asked.push({ text, parameters });
    return store.ask(text, parameters, options);
  },
};
const ctx = await startTenant(db);
const change = await fillGolden(ctx);
await (await steered(db, store))(change);
await store.alone('CALL db.prepareForReplanning()');

describe('graph questions in Neo4j have the plans that were reviewed, and the answers of Postgres', () => {
  test.each(Object.entries(QUESTIONS))('%s', async (name, source) => {
    asked.length = 0;
    const contextValue = requestContext({ ...ctx, graphStore });
    const answer = await graphql({ schema, source, contextValue });
    expect(answer.errors).toBeUndefined();
    const sql = await readFile(new URL(`${name}.txt`, GOLDEN), 'utf8');
    expect(sql.startsWith(`${source}\n\n${JSON.stringify(answer.data, null, 2)}\n\n`)).toBe(true);

    const told: string[] = [];
    for (const { text, parameters } of asked)
      told.push(`${text.trim()}\n\n${await planOf(server, text, parameters)}`);
    expect(told.length).toBeGreaterThan(0);
    const text = `${source}\n\n${told.join('\n\n')}\n`;
    const file = new URL(`${name}.cypher.txt`, GOLDEN);
    if (process.env.UPDATE_GOLDEN) await writeFile(file, text);
    expect(text).toBe(await readFile(file, 'utf8'));
  });
});
