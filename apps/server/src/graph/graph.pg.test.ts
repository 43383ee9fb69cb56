import { graphql } from 'graphql';
import { describe, expect, test } from 'vitest';
import { runCommand } from '../change/command.ts';
import { resolveMoment } from '../change/read.ts';
import type { Context } from '../context.ts';
import { sql } from '../database/sql.ts';
import { startTenant, testDatabase } from '../database/testing.ts';
import { nouns } from '../graphql/nouns.ts';
import { requestContext } from '../graphql/request.ts';
import { executableSchema } from '../graphql/schema.ts';
import type { World } from './graphQueries.model.testing.ts';
import { linksAmong } from './graphQuestions.ts';
import { hold } from './testing.ts';

const { db } = await testDatabase();
const schema = executableSchema(nouns);

const id = (kind: number, number: number) =>
  `0000000${kind}-0000-4000-8000-${String(number).padStart(12, '0')}`;
const [ann, ben, firm, bank, spy, ghost] = [1, 2, 3, 4, 5, 9].map((number) => id(1, number)) as [
  string,
  string,
  string,
  string,
  string,
  string,
];
const [registry, press] = [id(3, 1), id(3, 2)];

let count = 0;
const link = (
  type: string,
  source: string,
  target: string,
  more: Partial<World['relationships'][number]> = {},
) => ({
  id: id(2, ++count),
  dataset: registry,
  marking: 1,
  type,
  source,
  target,
  directed: true,
  reference: false,
  ...more,
});

/** Ann knows Ben; both own the firm, which banks with the bank; a spy whom few may see knows both; one end is unresolved. */
const world: World = {
  datasets: [registry, press].map((each) => ({ id: each, marking: 1 })),
  records: [
    { id: ann, dataset: registry, marking: 1, schema: 'Person' },
    { id: ben, dataset: registry, marking: 1, schema: 'Person' },
    { id: firm, dataset: registry, marking: 1, schema: 'Company' },
    { id: bank, dataset: registry, marking: 1, schema: 'Company' },
    { id: spy, dataset: press, marking: 4, schema: 'Person' },
  ],
  relationships: [
    link('knows', ben, ann, { directed: false }),
    link('knows', ann, ben, { directed: false, dataset: press }),
    link('owns', ann, firm),
    link('owns', ben, firm),
    link('client', firm, bank),
    link('knows', spy, ann, { dataset: press }),
    link('knows', spy, bank, { dataset: press }),
    link('owns', bank, ghost),
  ],
  same: [],
};

async function start(clearance = 1): Promise<Context> {
  const ctx = await startTenant(db);
  await hold(ctx, world);
  const other = await startTenant(db);
  await hold(other, { ...world, relationships: [...world.relationships, link('owns', ann, bank)] });
  return { ...ctx, scope: { ...ctx.scope, clearance } };
}

async function ask(ctx: Context, source: string, variableValues: Record<string, unknown> = {}) {
  const result = await graphql({ schema, source, contextValue: requestContext(ctx), variableValues });
  return result.errors
    ? {
        code:
          (result.errors[0]!.originalError as { code?: string } | undefined)?.code ??
          String(result.errors[0]),
      }
    : (JSON.parse(JSON.stringify(result.data)) as Record<string, never>);
}

const LINK = '{ type source target directed datasets relationshipIds }';

describe('graph questions through GraphQL', () => {
  test('a neighbourhood groups links by ends and type and hides what the reader may not see', async () => {
    const ctx = await start();
    const question = `query ($id: ID!) { neighbourhood(input: { entityIds: [$id] }) {
      entities { id caption schema } links ${LINK} bounded { complete shown total totalIsExact } servedBy } }`;
    expect(await ask(ctx, question, { id: ann })).toEqual({
      neighbourhood: {
        entities: [
          { id: ann, caption: 'It', schema: 'Person' },
          { id: ben, caption: 'It', schema: 'Person' },
          { id: firm, caption: 'It', schema: 'Company' },
        ],
        links: [
          {
            type: 'knows',
            source: ann,
            target: ben,
            directed: false,
            datasets: 2,
            relationshipIds: [id(2, 1), id(2, 2)],
          },
          {
            type: 'owns',
            source: ann,
            target: firm,
            directed: true,
            datasets: 1,
            relationshipIds: [id(2, 3)],
          },
          {
            type: 'owns',
            source: ben,
            target: firm,
            directed: true,
            datasets: 1,
            relationshipIds: [id(2, 4)],
          },
        ],
        bounded: { complete: true, shown: 2, total: 2, totalIsExact: true },
        servedBy: 'postgres',
      },
    });
    const cleared = await ask({ ...ctx, scope: { ...ctx.scope, clearance: 4 } }, question, { id: ann });
    expect(cleared).toMatchObject({
      neighbourhood: { entities: [{ id: ann }, { id: ben }, { id: firm }, { id: spy }] },
    });
  });

  test('paths go where the reader can see, come with their links, and say when there are more', async () => {
    const question = `query ($from: ID!, $to: ID!, $k: Int) { paths(input: { from: $from, to: $to, k: $k }) {
      paths { hops entityIds links { type source target } } bounded { complete reason shown total totalIsExact } } }`;
    const ctx = await start();
    expect(await ask(ctx, question, { from: ann, to: bank, k: 1 })).toEqual({
      paths: {
        paths: [
          {
            hops: 2,
            entityIds: [ann, firm, bank],
            links: [
              { type: 'owns', source: ann, target: firm },
              { type: 'client', source: firm, target: bank },
            ],
          },
        ],
        bounded: { complete: false, reason: 'limit', shown: 1, total: 1, totalIsExact: false },
      },
    });
    expect(await ask(ctx, question, { from: ann, to: bank, k: 9 })).toMatchObject({
      paths: {
        paths: [{ hops: 2 }, { hops: 3, entityIds: [ann, ben, firm, bank] }],
        bounded: { complete: true, reason: null, total: 2, totalIsExact: true },
      },
    });
    const cleared = { ...ctx, scope: { ...ctx.scope, clearance: 4 } };
    expect(await ask(cleared, question, { from: ann, to: bank, k: 2 })).toMatchObject({
      paths: { paths: [{ entityIds: [ann, firm, bank] }, { entityIds: [ann, spy, bank] }] },
    });
  });

  test('common neighbours come with their links to the given ones', async () => {
    const ctx = await start();
    const question = `query ($ids: [ID!]!) { commonNeighbours(input: { entityIds: $ids }) {
      neighbours { entity { id } links { type source target } } bounded { complete total } } }`;
    expect(await ask(ctx, question, { ids: [ann, ben] })).toEqual({
      commonNeighbours: {
        neighbours: [
          {
            entity: { id: firm },
            links: [
              { type: 'owns', source: ann, target: firm },
              { type: 'owns', source: ben, target: firm },
            ],
          },
        ],
        bounded: { complete: true, total: 1 },
      },
    });
  });

  test('a moment answers as it was then', async () => {
    const ctx = await start();
    const question = `query ($position: Position!, $ids: [ID!]!) {
      at(position: $position) { subgraph(entityIds: $ids) { links { type } position } }
      subgraph(entityIds: $ids) { links { type } position } }`;
    const before = await linksAmong(ctx, undefined, [ann, firm], {});
    expect(before.links).toHaveLength(1);
    const { change } = await resolveMoment(ctx, { time: new Date() });
    await hold(ctx, { ...world, relationships: [] });
    const { positionOf } = await import('../change/change.graphql.ts');
    const position = positionOf(ctx, change);
    expect(await ask(ctx, question, { position, ids: [ann, firm] })).toMatchObject({
      at: { subgraph: { links: [{ type: 'owns' }], position } },
      subgraph: { links: [] },
    });
  });

  test('walks and entities agree where a stored cluster lacks a member', async () => {
    const [left, right] = [id(1, 6), id(1, 7)];
    const chain: World = {
      ...world,
      records: [
        ...world.records,
        ...[left, right].map((each) => ({ id: each, dataset: registry, marking: 1, schema: 'Person' })),
      ],
      relationships: [link('knows', ann, left), link('knows', right, bank)],
      same: [
        { left: ben, right: left },
        { left: ben, right },
      ],
    };
    const ctx = await startTenant(db);
    await hold(ctx, chain);
    const question = `query ($from: ID!, $to: ID!) { paths(input: { from: $from, to: $to }) { paths { entityIds } } }`;
    expect(await ask(ctx, question, { from: ann, to: bank })).toEqual({
      paths: { paths: [{ entityIds: [ann, ben, bank] }] },
    });
    await runCommand(ctx, { action: 'test.removed' }, (tx) =>
      tx.execute(sql`delete from records where tenant_id = ${ctx.scope.tenant} and id = ${ben}`),
    );
    expect(await ask(ctx, question, { from: ann, to: bank })).toEqual({ paths: { paths: [] } });
  });

  test.each([
    [
      'a depth beyond 4',
      `{ neighbourhood(input: { entityIds: ["${ann}"], depth: 5 }) { servedBy } }`,
      'INPUT_INVALID',
    ],
    [
      'a limit beyond 1,000',
      `{ neighbourhood(input: { entityIds: ["${ann}"], limit: 1001 }) { servedBy } }`,
      'INPUT_INVALID',
    ],
    ['nobody to start from', '{ neighbourhood(input: { entityIds: [] }) { servedBy } }', 'INPUT_INVALID'],
    [
      'more than 6 hops',
      `{ paths(input: { from: "${ann}", to: "${ben}", maxHops: 7 }) { servedBy } }`,
      'INPUT_INVALID',
    ],
    [
      'more than 100 paths',
      `{ paths(input: { from: "${ann}", to: "${ben}", k: 101 }) { servedBy } }`,
      'INPUT_INVALID',
    ],
    [
      'a negative page',
      `{ commonNeighbours(input: { entityIds: ["${ann}"], first: -1 }) { servedBy } }`,
      'INPUT_INVALID',
    ],
    ['a hidden start', `{ neighbourhood(input: { entityIds: ["${spy}"] }) { servedBy } }`, 'NOT_FOUND'],
    ['a hidden end', `{ paths(input: { from: "${ann}", to: "${spy}" }) { servedBy } }`, 'NOT_FOUND'],
    ['an id that is none', `{ paths(input: { from: "${ann}", to: "x" }) { servedBy } }`, 'INPUT_INVALID'],
    [
      'unknown common ends',
      `{ commonNeighbours(input: { entityIds: ["${spy}"] }) { servedBy } }`,
      'NOT_FOUND',
    ],
  ])('%s is refused', async (_, question, code) => {
    expect(await ask(await start(), question)).toEqual({ code });
  });
});
