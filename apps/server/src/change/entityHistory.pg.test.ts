import { graphql } from 'graphql';
import { expect, test } from 'vitest';
import type { Context } from '../context.ts';
import { joinTenant, startTenant, testDatabase } from '../database/testing.ts';
import { nouns } from '../graphql/nouns.ts';
import { requestContext } from '../graphql/request.ts';
import { executableSchema } from '../graphql/schema.ts';
import { newSource } from '../judgement/testing.ts';

const { db } = await testDatabase();
const schema = executableSchema(nouns);

async function ask(ctx: Context, source: string, variableValues: Record<string, unknown> = {}) {
  const answer = await graphql({ schema, source, variableValues, contextValue: requestContext(ctx) });
  const error = answer.errors?.[0];
  if (error) throw error.originalError ?? error;
  return JSON.parse(JSON.stringify(answer.data));
}

const CHANGES = `query ($targetId: ID) { changes(first: 50, targetId: $targetId) { edges { node { id } } } }`;

test('the history of an entity follows no record that only a hidden one joins to it', async () => {
  const ctx = await startTenant(db);
  const low = await joinTenant(ctx, { clearance: 1 });
  const { made } = await ask(
    ctx,
    `mutation { made: createInvestigation(input: { title: "Harbour" }) { ids } }`,
  );
  const [id] = made.ids;
  const [a, b] = (await newSource(ctx, 'one', ['A', 'B'])) as [string, string];
  const [c] = (await newSource(ctx, 'two', ['C'])) as [string];
  const [hidden] = (await newSource(ctx, 'secret', ['H'], { marking: 4 })) as [string];
  for (const [left, right] of [
    [a, b],
    [b, hidden],
    [hidden, c],
  ])
    await ask(
      ctx,
      `mutation { judge(input: { left: "${left}", right: "${right}", verdict: SAME }) { ids } }`,
    );
  const written = async (record: string) =>
    (
      await ask(ctx, `mutation ($input: WriteNoteInput!) { writeNote(input: $input) { change { id } } }`, {
        input: { investigationId: id, text: 'On it', targetId: record },
      })
    ).writeNote.change.id;
  const [onB, onC] = [await written(b), await written(c)];
  const told = async (who: Context) =>
    (await ask(who, CHANGES, { targetId: a })).changes.edges.map(
      (edge: { node: { id: string } }) => edge.node.id,
    );
  expect(await told(ctx)).toEqual(expect.arrayContaining([onB, onC]));
  const seen = await told(low);
  expect(seen).toContain(onB);
  expect(seen).not.toContain(onC);
});
