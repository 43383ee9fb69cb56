import { graphql } from 'graphql';
import { expect, test } from 'vitest';
import { type At, read, resolveMoment } from '../change/read.ts';
import type { Context } from '../context.ts';
import { startTenant, testDatabase } from '../database/testing.ts';
import { postgresGraph } from '../graph/graphQueries.postgres.ts';
import { nouns } from '../graphql/nouns.ts';
import { requestContext } from '../graphql/request.ts';
import { executableSchema } from '../graphql/schema.ts';
import { uuidv7 } from '../ids.ts';
import { as, type World, writeWorld } from '../judgement/worlds.testing.ts';

const { db } = await testDatabase();
const schema = executableSchema(nouns);
const graph = postgresGraph(db);

const ids = Array.from({ length: 4 }, uuidv7).sort();
const [one, twin, hidden, far] = ids as [string, string, string, string];
const record = (id: string, dataset = 'red') => ({
  id,
  dataset,
  schema: 'Person',
  marking: 0,
  props: { name: [id] },
});
const link = (source: string, target: string, type: string, directed = true) => ({
  id: uuidv7(),
  dataset: 'red',
  type,
  marking: 0,
  source,
  target,
  directed,
  reference: false,
});
const world: World = {
  datasets: [
    { key: 'red', marking: 0 },
    { key: 'blue', marking: 0 },
  ],
  records: [record(one), record(twin), record(hidden, 'blue'), record(far)],
  links: [
    link(one, one, 'itself'),
    link(one, one, 'itselfEitherWay', false),
    link(one, twin, 'inside'),
    link(twin, one, 'insideEitherWay', false),
    link(one, far, 'out'),
    link(far, twin, 'in'),
    link(twin, far, 'eitherWay', false),
    link(one, uuidv7(), 'nowhere'),
  ],
  judgements: [
    { left: one, right: hidden, verdict: 'same' },
    { left: hidden, right: twin, verdict: 'same' },
  ],
};

interface Counted {
  type: string;
  direction: string;
  count: number;
}

/** What the entity of a record counts, by each way to ask. */
async function counted(ctx: Context, id: string) {
  const contextValue = requestContext(ctx);
  const source = `{
    entity(id: "${id}") { linkTotal linkCounts { type direction count }
      links(first: 50) { edges { node { direction relationship { type } } } bounded { total complete } } }
    at(time: "2999-01-01T00:00:00Z") { entity(id: "${id}") { linkCounts { type direction count } } } }`;
  const answer = await graphql({ schema, source, contextValue });
  if (answer.errors) throw answer.errors[0]!;
  const { entity, at } = JSON.parse(JSON.stringify(answer.data));
  const { change } = await resolveMoment(ctx, { time: new Date() });
  const expanded = (moment: At) =>
    read(ctx, moment, async (tx) => (await graph.expand(tx, { id, first: 10 })).counts);
  const told = (counts: Counted[]) =>
    counts.map(({ type, direction, count }) => `${type} ${direction} ${count}`).sort();
  const listed = Object.groupBy(
    entity.links.edges as { node: { direction: string; relationship: { type: string } } }[],
    ({ node }) => `${node.relationship.type} ${node.direction}`,
  );
  return {
    counts: told(entity.linkCounts),
    ways: [
      told(await expanded(undefined)),
      told(at.entity.linkCounts),
      told(await expanded(change)),
      Object.entries(listed)
        .map(([name, links]) => `${name} ${links!.length}`)
        .sort(),
    ],
    totals: [entity.linkTotal, entity.links.bounded.total],
  };
}

test('a link within an entity is no link of it: each way to count says the same, for each reader', async () => {
  const [ctx, other] = [await startTenant(db), await startTenant(db)];
  await writeWorld(ctx, world);
  // The other tenant holds the same records, not judged: what joins them here is none of its business.
  await writeWorld(other, { ...world, judgements: [] });

  const joined = ['eitherWay ANY 1', 'in IN 1', 'out OUT 1'];
  for (const id of [one, twin, hidden]) {
    const found = await counted(ctx, id);
    expect(found).toEqual({ counts: joined, ways: [joined, joined, joined, joined], totals: [3, 3] });
  }

  // Who does not see the record between them has two entities, and links between them; of itself none has any.
  const apart = ['inside OUT 1', 'insideEitherWay ANY 1', 'out OUT 1'];
  for (const reader of [as(ctx, { datasets: ['red'], clearance: 4 }), other]) {
    const found = await counted(reader, one);
    expect(found).toEqual({ counts: apart, ways: [apart, apart, apart, apart], totals: [3, 3] });
  }
});
