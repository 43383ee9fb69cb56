import { graphql } from 'graphql';
import { expect, test } from 'vitest';
import { runCommand } from '../change/command.ts';
import { SharedReads } from '../change/sharedReads.ts';
import type { Context } from '../context.ts';
import { sql } from '../database/sql.ts';
import { joinTenant, startTenant, testDatabase } from '../database/testing.ts';
import { nouns } from '../graphql/nouns.ts';
import { requestContext } from '../graphql/request.ts';
import { executableSchema } from '../graphql/schema.ts';
import { newSource, removeRecords } from '../judgement/testing.ts';

const { db } = await testDatabase(20);
const schema = executableSchema(nouns);
const SEEDS = process.env.HISTORY_SEED ? [Number(process.env.HISTORY_SEED)] : [1, 2, 3];
const ACTS = 40;

/** mulberry32: any seed is a history that can be had again. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

async function ask(ctx: Context, source: string) {
  // As the host does for a query.
  const contextValue = { ...requestContext(ctx), sharedReads: new SharedReads() };
  const answer = await graphql({ schema, source, contextValue });
  return { data: JSON.parse(JSON.stringify(answer.data ?? null)), errors: answer.errors ?? [] };
}

/** What people are told when an act cannot be: any other error is ours. */
const REFUSALS =
  /^(NOT_FOUND|ALREADY_UNDONE|UNDO_CONFLICT|JUDGEMENT_CONTRADICTS|BELONGS_TO_SOURCE|INPUT_INVALID|FORBIDDEN|CONFLICT)$/;

const codeOf = (error: { originalError?: unknown; message: string }): string =>
  String((error.originalError as { code?: string } | undefined)?.code ?? error.message);

const FIELDS = `edges { node { id at action summary rows canUndo undoOf undoneBy actor { name } targets { kind id caption }
  details(first: 5) { rows { kind id caption act } bounded { total } } } } pageInfo { hasNextPage endCursor } bounded { total }`;

async function history(who: Context, id: string): Promise<string[]> {
  const changes: string[] = [];
  for (let after = ''; ; ) {
    const { data, errors } = await ask(
      who,
      `{ entity(id: "${id}") { id recordCount history(first: 7${after}) { ${FIELDS} } records { edges { node { history(first: 3) { ${FIELDS} } } } } } }`,
    );
    expect(errors.map((error) => error.stack)).toEqual([]);
    if (data.entity === null) return changes;
    const { edges, pageInfo } = data.entity.history;
    changes.push(...edges.map(({ node }: { node: { id: string } }) => node.id));
    if (!pageInfo.hasNextPage) return changes;
    after = `, after: "${pageInfo.endCursor}"`;
  }
}

test.for(SEEDS)(
  'the history of an entity can be read while anything happens to it (seed %i)',
  {
    timeout: 120_000,
  },
  async (seed) => {
    const next = random(seed);
    const pick = <T>(from: readonly T[]): T => from[Math.floor(next() * from.length)]!;
    const [ctx, other] = [await startTenant(db), await startTenant(db)];
    const ben = await joinTenant(ctx, { name: 'Ben', roles: ['owner'] });
    const low = await joinTenant(ctx, { name: 'Low', roles: ['analyst'], clearance: 1 });
    const ids = [
      ...(await newSource(ctx, 'one', ['A', 'B', 'C'])),
      ...(await newSource(ctx, 'two', ['D', 'E'])),
      ...(await newSource(ctx, 'secret', ['F'], { marking: 3 })),
    ];
    const foreign = (await newSource(other, 'one', ['A']))[0]!;
    const opened = await ask(ctx, `mutation { createInvestigation(input: { title: "Case" }) { ids } }`);
    const investigationId = opened.data.createInvestigation.ids[0] as string;

    const tenant = ctx.scope.tenant;
    const acts: (() => Promise<void>)[] = [];
    const says = async (who: Context, source: string) => {
      const { data, errors } = await ask(who, source);
      for (const error of errors) expect(codeOf(error)).toMatch(REFUSALS);
      return data;
    };
    const kinds = [
      (who: Context) =>
        says(
          who,
          `mutation { judge(input: { left: "${pick(ids)}", right: "${pick(ids)}", verdict: ${pick(['SAME', 'DIFFERENT', 'UNSURE'])} }) { ids } }`,
        ),
      (who: Context) => says(who, `mutation { undo(input: {}) { ids } }`),
      (who: Context) => says(who, `mutation { redo(input: {}) { ids } }`),
      (who: Context) =>
        says(
          who,
          `mutation { writeNote(input: { investigationId: "${investigationId}", text: "Note", targetId: "${pick(ids)}" }) { ids } }`,
        ),
      (who: Context) =>
        says(
          who,
          `mutation { updateEntity(input: { investigationId: "${investigationId}", id: "${pick(ids)}", add: [{ name: "alias", values: ["N${Math.floor(next() * 9)}"] }] }) { ids } }`,
        ),
      (who: Context) =>
        says(
          who,
          `mutation { deleteEntity(input: { investigationId: "${investigationId}", id: "${pick(ids)}" }) { ids } }`,
        ),
      (who: Context) => removeRecords(who, [pick(ids)]).catch(() => undefined),
      (who: Context) =>
        runCommand(who, { action: 'test.marked' }, (tx) =>
          tx.execute(sql`
          update records set marking = ${Math.floor(next() * 4)}, since_change = ${tx.change}
          where tenant_id = ${tenant} and id = ${pick(ids)}`),
        ),
      (who: Context) =>
        says(who, `mutation { removeDataset(input: { key: "${pick(['one', 'two'])}" }) { ids } }`),
    ];
    for (let act = 0; act < ACTS; act++) {
      const [who, kind] = [pick([ctx, ben]), pick(kinds.slice(0, next() < 0.1 ? 9 : 8))];
      acts.push(async () => void (await kind(who)));
    }

    let over = false;
    const reading = Promise.all(
      [ctx, ben, low].map(async (who) => {
        let read = 0;
        do {
          await history(who, ids[read++ % ids.length]!);
        } while (!over);
      }),
    );
    // Two sessions that act, three that read, all at once.
    const half = acts.length / 2;
    await Promise.all(
      [acts.slice(0, half), acts.slice(half)].map(async (some) => {
        for (const act of some) await act();
      }),
    ).finally(() => {
      over = true;
    });
    await reading;

    for (const who of [ctx, low]) {
      for (const id of ids) {
        const found = await history(who, id);
        expect(new Set(found).size).toBe(found.length);
      }
      expect(await history(who, foreign)).toEqual([]);
    }
  },
);
