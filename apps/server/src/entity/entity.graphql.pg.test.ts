import { graphql } from 'graphql';
import { beforeAll, describe, expect, test } from 'vitest';
import { runCommand } from '../change/command.ts';
import type { Context } from '../context.ts';
import { sql } from '../database/sql.ts';
import { startTenant, testDatabase } from '../database/testing.ts';
import { nouns } from '../graphql/nouns.ts';
import { requestContext } from '../graphql/request.ts';
import { executableSchema } from '../graphql/schema.ts';
import { uuidv5, uuidv7 } from '../ids.ts';
import { datasetIdOf, writeWorld } from '../judgement/worlds.testing.ts';

const { db } = await testDatabase();
const schema = executableSchema(nouns);

async function ask(ctx: Context, source: string, variableValues: Record<string, unknown> = {}) {
  const answer = await graphql({ schema, source, variableValues, contextValue: requestContext(ctx) });
  if (answer.errors) throw answer.errors[0]!.originalError ?? answer.errors[0];
  return JSON.parse(JSON.stringify(answer.data));
}

const key = (dataset: string, name: string) => uuidv5(`${dataset}\0record\0${name}`);
const [kalda, twin, avery, secret] = [
  key('red', 'kalda'),
  key('blue', 'twin'),
  key('red', 'avery'),
  key('red', 'secret'),
];
let ctx: Context;
let other: Context;

beforeAll(async () => {
  [ctx, other] = [await startTenant(db), await startTenant(db)];
  const record = { dataset: 'red', schema: 'Company', marking: 0 };
  const link = { dataset: 'red', type: 'Ownership', marking: 0, directed: true, reference: false };
  const world = {
    datasets: [
      { key: 'red', marking: 0 },
      { key: 'blue', marking: 0 },
    ],
    records: [
      {
        ...record,
        id: kalda,
        props: { name: ['Kalda Marine'], incorporationDate: ['2001'], parent: ['avery'], mood: ['fair'] },
      },
      {
        ...record,
        dataset: 'blue',
        id: twin,
        props: { name: ['Kalda Mereveod'], incorporationDate: ['2003'] },
      },
      { ...record, id: avery, schema: 'Person', props: { name: ['Avery Patel'] } },
      { ...record, id: secret, schema: 'Person', marking: 4, props: { name: ['Secret Owner'] } },
    ],
    links: [
      { ...link, id: uuidv7(), source: avery, target: kalda },
      { ...link, id: uuidv7(), source: avery, target: twin },
      { ...link, id: uuidv7(), source: secret, target: kalda },
      { ...link, id: uuidv7(), source: kalda, target: uuidv7() },
      { ...link, id: uuidv7(), source: kalda, target: avery, type: 'Company:parent', reference: true },
    ],
    judgements: [{ left: kalda, right: twin, verdict: 'same' as const }],
  };
  await writeWorld(ctx, world);
  await writeWorld(other, { ...world, judgements: [] });
});

const ENTITY = `query ($id: ID!) { entity(id: $id) {
  id schema caption aliases recordCount marking linkTotal
  datasets { key }
  facts { property label value conflicting entity { caption } sources { dataset { key } record { id } } }
  linkCounts { type label direction reference count }
  links(first: 2) { edges { node { direction relationship { type } neighbour { caption } } } bounded { shown total complete } pageInfo { endCursor hasNextPage } }
} }`;

describe('an entity in GraphQL', () => {
  test('that is named by hand in a fact is found', async () => {
    const made = await ask(ctx, `mutation { createInvestigation(input: { title: "By hand" }) { ids } }`);
    const [investigationId] = made.createInvestigation.ids;
    const { updateEntity } = await ask(
      ctx,
      `mutation ($input: UpdateEntityInput!) { updateEntity(input: $input) { ids } }`,
      { input: { investigationId, id: twin, add: [{ name: 'parent', values: [avery] }] } },
    );
    expect(updateEntity.ids).toBeDefined();
    const { entity } = await ask(
      ctx,
      `query ($id: ID!) { entity(id: $id) { facts(properties: ["parent"]) { value entity { id caption } } } }`,
      { id: twin },
    );
    expect(entity.facts).toContainEqual({ value: avery, entity: { id: avery, caption: 'Avery Patel' } });
    await ask(ctx, 'mutation { undo(input: {}) { ids } }');
  });

  test('shows its facts side by side, with sources, conflicts and referenced entities, and exact links', async () => {
    const { entity } = await ask(ctx, ENTITY, { id: twin });
    expect(entity).toMatchObject({
      id: [kalda, twin].sort()[0],
      schema: 'Company',
      recordCount: 2,
      marking: 'TLP:CLEAR',
      linkTotal: 4,
      linkCounts: [
        { type: 'Ownership', direction: 'IN', reference: false, count: 3 },
        { type: 'Company:parent', direction: 'OUT', reference: true, count: 1 },
      ],
      links: { bounded: { shown: 2, total: 4, complete: false }, pageInfo: { hasNextPage: true } },
    });
    expect([entity.caption, ...entity.aliases].sort()).toEqual(['Kalda Marine', 'Kalda Mereveod']);
    const facts = Object.groupBy(entity.facts, (fact: { property: string }) => fact.property);
    expect(facts.incorporationDate).toMatchObject([{ conflicting: true }, { conflicting: true }]);
    expect(facts.parent).toMatchObject([{ entity: { caption: 'Avery Patel' } }]);
    expect(facts.mood).toMatchObject([
      { label: 'Mood', value: 'fair', sources: [{ dataset: { key: 'red' }, record: { id: kalda } }] },
    ]);
  });

  test('counts and shows less to whom less is shown, and in another tenant what stands there', async () => {
    const low = { ...ctx, scope: { ...ctx.scope, clearance: 0, datasets: [datasetIdOf('red')] } };
    expect((await ask(low, ENTITY, { id: kalda })).entity).toMatchObject({
      id: kalda,
      recordCount: 1,
      linkTotal: 2,
      aliases: [],
    });
    expect((await ask(low, ENTITY, { id: twin })).entity).toBeNull();
    expect((await ask(low, ENTITY, { id: secret })).entity).toBeNull();
    expect((await ask(other, ENTITY, { id: twin })).entity).toMatchObject({ recordCount: 1, linkTotal: 1 });
    await expect(ask(ctx, ENTITY, { id: 'nonsense' })).rejects.toMatchObject({ code: 'INPUT_INVALID' });
  });

  test('pages its links by type, direction and the other end’s schema', async () => {
    const page = `query ($after: String, $type: String, $direction: Direction, $neighbour: String) { entity(id: "${kalda}") {
      links(first: 2, after: $after, type: $type, direction: $direction, neighbourSchema: $neighbour) {
        edges { node { id } } pageInfo { endCursor hasNextPage } bounded { total } } } }`;
    const ids: string[] = [];
    for (let after: string | null = null; ; ) {
      const answer: Awaited<ReturnType<typeof ask>> = await ask(ctx, page, { after });
      const { links } = answer.entity;
      ids.push(...links.edges.map(({ node }: { node: { id: string } }) => node.id));
      if (!links.pageInfo.hasNextPage) break;
      after = links.pageInfo.endCursor;
    }
    expect(new Set(ids).size).toBe(4);
    const total = async (filter: Record<string, unknown>) =>
      (await ask(ctx, page, filter)).entity.links.bounded.total;
    expect(await total({ type: 'Ownership' })).toBe(3);
    expect(await total({ direction: 'OUT' })).toBe(1);
    expect(await total({ neighbour: 'LegalEntity' })).toBe(4);
    expect(await total({ neighbour: 'Company' })).toBe(0);
    await expect(ask(ctx, page, { after: 'bm9uc2Vuc2U' })).rejects.toMatchObject({ code: 'CURSOR_INVALID' });
    await expect(
      ask(ctx, `{ entity(id: "${kalda}") { links(first: 1001) { edges { cursor } } } }`),
    ).rejects.toMatchObject({ code: 'INPUT_INVALID' });
  });

  test('shows a refuted value apart, with who refuted it and why', async () => {
    const investigation = uuidv7();
    await runCommand(ctx, { action: 'value.refuted' }, async (tx) => {
      const row = [ctx.scope.tenant, uuidv7(), tx.change] as const;
      await tx.execute(sql`
        insert into investigations (tenant_id, id, since_change, title, notebook_id, created_by)
        values (${row[0]}, ${investigation}, ${row[2]}, 'Case', ${datasetIdOf('blue')}, ${ctx.actor.id})`);
      await tx.execute(sql`
        insert into refutations (tenant_id, id, since_change, investigation_id, record_id, property, value, reason, made_by)
        values (${row[0]}, ${row[1]}, ${row[2]}, ${investigation}, ${kalda}, 'incorporationDate', '2001', 'a misprint', ${ctx.actor.id})`);
    });
    const facts = `{ entity(id: "${kalda}") { facts(properties: ["incorporationDate"]) { value conflicting refuted { reason recordId by { name } } } } }`;
    expect((await ask(ctx, facts)).entity.facts).toEqual([
      { value: '2003', conflicting: false, refuted: null },
      {
        value: '2001',
        conflicting: false,
        refuted: { reason: 'a misprint', recordId: twin, by: { name: 'Ada Owner' } },
      },
    ]);
    // Who does not see the notebook does not learn what is refuted in it.
    const low = { ...ctx, scope: { ...ctx.scope, datasets: [datasetIdOf('red')] } };
    expect((await ask(low, facts)).entity.facts).toMatchObject([{ value: '2001', refuted: null }]);
  });

  test('its records, relationships, datasets and search hits lead to one another', async () => {
    const answer = await ask(
      ctx,
      `{ record(id: "${avery}") { schema dataset { key counts { records relationships references unresolved } }
           properties { name label type values } entity { caption } history { edges { node { action } } } }
         search(query: "klada", filter: { schemas: ["Company"] }) { hits { entity { id recordCount } matches { how } }
           facets { name exact values { value label count } } bounded { total } pageInfo { hasNextPage } notes }
         datasets { edges { node { key marking kind } } bounded { total } }
         entity(id: "${avery}") { history { edges { node { summary action } } } links { edges { node { relationship { source { caption } target { caption } label } } } } } }`,
    );
    expect(answer.record).toMatchObject({
      schema: 'Person',
      dataset: { key: 'red', counts: { records: 3, relationships: 4, references: 1, unresolved: 2 } },
      properties: [{ name: 'name', label: 'Name', type: 'name', values: ['Avery Patel'] }],
      entity: { caption: 'Avery Patel' },
      history: { edges: [{ node: { action: 'world.written' } }] },
    });
    expect(answer.search).toMatchObject({
      hits: [{ entity: { recordCount: 2 }, matches: [{ how: 'typo' }] }],
      bounded: { total: 1 },
      notes: [],
    });
    expect(answer.datasets).toMatchObject({
      edges: [
        { node: { key: 'blue', marking: 'TLP:CLEAR', kind: 'SOURCE' } },
        { node: { key: 'red', marking: 'TLP:CLEAR', kind: 'SOURCE' } },
      ],
    });
    expect(answer.entity.links.edges).toHaveLength(3);
    expect(answer.entity.history.edges).toMatchObject([{ node: { action: 'world.written' } }]);
  });
});
