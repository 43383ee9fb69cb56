import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startNeo4j } from '../../../../servers/neo4j.ts';
import { undo } from '../change/undoAct.ts';
import type { Context } from '../context.ts';
import { sql } from '../database/sql.ts';
import { startTenant, testDatabase } from '../database/testing.ts';
import { neo4jGraph } from '../graph/graphQueries.neo4j.ts';
import { postgresGraph } from '../graph/graphQueries.postgres.ts';
import type { Common } from '../graph/graphQueries.ts';
import { holdCursor, projectionPosition, readCursor, STANDS, serveNext } from './cursor.neo4j.ts';
import { fill } from './fill.neo4j.ts';
import { type Following, followOnce, OtherHistory } from './follow.neo4j.ts';
import { growHub, HUB, HUB_DATASET, mergeHub, TWIN } from './hub.testing.ts';
import { migrateStore } from './migrations.neo4j.ts';
import { catchUp, Killed, storeOf } from './neo4j.testing.neo4j.ts';
import type { Cursor } from './projection.ts';
import { verifyNow } from './report.neo4j.ts';
import { inSnapshot, lagOf } from './source.ts';
import { whole } from './store.neo4j.ts';
import { settleDoubt } from './verify.neo4j.ts';

const server = await startNeo4j();
const store = storeOf(server);
const { db } = await testDatabase();
afterAll(async () => {
  await store.close();
  await server.close();
});

const LINKS = 1_200;
const AT_ONCE = 200;
/** Of the merge of a hub, besides the first: its links, and itself. */
const FURTHER = LINKS / AT_ONCE + 1;

let fence = 1;
let ctx: Context;

beforeAll(async () => {
  await migrateStore(store);
  ctx = await growHub(await startTenant(db), LINKS);
  const signal = new AbortController().signal;
  await fill({ db, store, fence, signal, progressed: () => {} }, 1);
  await serveNext(store, fence);
});

const cursorNow = async (): Promise<Cursor> => (await store.read((tx) => readCursor(tx)))!;
const once = async (more: Partial<Following> = {}) =>
  followOnce({ db, store, name: 'summit', fence, atOnce: AT_ONCE, ...more }, await cursorNow());

/** The worker is killed instead of writing one of the further pieces. */
function killedAt(nth: number): Pick<Following, 'mayGoOn'> {
  let asked = 0;
  return {
    mayGoOn: async () => {
      if (++asked === nth) throw new Killed();
    },
  };
}

async function expectEqual(): Promise<void> {
  await catchUp(db, store, fence, () => 10_000, { atOnce: AT_ONCE });
  expect(await verifyNow({ db, store, repair: false })).toMatchObject({ equal: true, named: [] });
}

/** Whether a question may be answered that read this cursor when it began. */
async function stands({ generation, position }: Cursor): Promise<boolean> {
  const [row] = await store.ask<{ stands: boolean }>(
    `MATCH (p:Projection {name: 'summit'}) WITH p, $generation AS generation, $position AS position RETURN ${STANDS} AS stands`,
    { generation: whole(generation), position: whole(position) },
  );
  return row!.stands;
}

/** Neighbours of the hub, two and two: what they have in common is the hub, whatever it is called. */
async function common(): Promise<{ servedBy: string[]; found: number[] }> {
  // It plans its first questions for as long as it takes, and is not asked meanwhile whether it is there.
  const patient = { ask: store.ask.bind(store), ping: async () => {} };
  const graph = neo4jGraph(db, patient, postgresGraph(db));
  const reader = { tenant: ctx.scope.tenant, datasets: [HUB_DATASET], clearance: 4 };
  const rows = await inSnapshot(db, (tx) =>
    tx.query<{ id: string }>(
      sql`select md5('n' || n * ${LINKS / 10}::int)::uuid as id from generate_series(1, 10) n`,
    ),
  );
  const answers: Common[] = [];
  for (const [index, { id }] of rows.slice(1).entries())
    answers.push(
      await graph.commonNeighbours({ reader, at: undefined }, { ids: [rows[index]!.id, id], first: 10 }),
    );
  return {
    servedBy: [...new Set(answers.map(({ servedBy }) => servedBy))],
    found: [...new Set(answers.map(({ entities }) => entities.length))],
  };
}

/** How the hub's links are spread in the store. */
async function linksOf(id: string): Promise<number> {
  const [row] = await store.ask<{ n: number }>(
    `OPTIONAL MATCH (e:Entity {key: $key})-[l:LINK]-() RETURN count(l) AS n`,
    { key: `1|${ctx.scope.tenant}|${id}` },
  );
  return row!.n;
}

test('a batch that fits into one transaction is never seen in pieces', async () => {
  const before = await cursorNow();
  await mergeHub(ctx);
  await once({ atOnce: LINKS / 2 + 1, ...killedAt(1) });
  expect((await cursorNow()).upto).toBe(before.upto);
  expect(await stands(before)).toBe(true);
  await undo(ctx, {});
  await expectEqual();
});

describe('a batch of many pieces', () => {
  test.each([1, FURTHER])(
    'is done again by the next worker when one is killed before piece %i',
    async (piece) => {
      const before = await cursorNow();
      const { change } = await mergeHub(ctx);
      await expect(once(killedAt(piece))).rejects.toThrow(Killed);
      const between = await cursorNow();
      expect(between).toMatchObject({ position: before.position, upto: change });
      expect((await inSnapshot(db, (tx) => lagOf(tx, between.position))).changes).toBe(1);
      await once();
      expect(await cursorNow()).toMatchObject({ position: change, upto: change });
      await expectEqual();
      // Parted again, in pieces too.
      await undo(ctx, {});
      await expectEqual();
    },
  );

  test('is not seen by anybody before the last one is in', async () => {
    const before = await cursorNow();
    expect(await common()).toEqual({ servedBy: ['neo4j'], found: [1] });
    await mergeHub(ctx);
    const halves: number[] = [];
    await once({
      mayGoOn: async () => {
        expect(await projectionPosition(store)).toBeUndefined();
        expect([await stands(before), await stands(await cursorNow())]).toEqual([false, false]);
        expect(await common()).toEqual({ servedBy: ['postgres'], found: [1] });
        halves.push(await linksOf(TWIN));
        await expect(verifyNow({ db, store, repair: true })).rejects.toMatchObject({
          code: 'PROJECTION_NOT_SERVING',
        });
        // As the patrol does, which may have begun before.
        const doubt = { db, store, repair: true, found: () => {} };
        const ids = [{ tenant: ctx.scope.tenant, id: HUB }];
        await expect(settleDoubt(doubt, 'entity', ids, null as never)).rejects.toMatchObject({
          code: 'PROJECTION_NOT_SERVING',
        });
      },
    });
    expect(halves).toEqual(Array.from({ length: FURTHER }, (_, piece) => piece * AT_ONCE));
    // A question that began before the first piece and ends after the last one met both.
    expect([await stands(before), await stands(await cursorNow())]).toEqual([false, true]);
    expect(await common()).toEqual({ servedBy: ['neo4j'], found: [1] });
    await undo(ctx, {});
    await expectEqual();
  });

  test('is brought to its end where the change was undone meanwhile, and the undoing comes after it', async () => {
    const { change } = await mergeHub(ctx);
    await expect(once(killedAt(4))).rejects.toThrow(Killed);
    await undo(ctx, {});
    expect((await once())?.cursor.position).toBe(change);
    await expectEqual();
    expect([await linksOf(HUB), await linksOf(TWIN)]).toEqual([LINKS, 0]);
  });

  test('stops where another worker has taken over, who does it again', async () => {
    await mergeHub(ctx);
    const taken = async () => void (await store.write((tx) => holdCursor(tx, 'summit', fence + 1)));
    await expect(once({ mayGoOn: taken })).rejects.toThrow(`fence ${fence} is older than ${fence + 1}`);
    fence++;
    await expectEqual();
    await undo(ctx, {});
    await expectEqual();
  });

  test('that the log does not hold any more is another history', async () => {
    await mergeHub(ctx);
    await expect(once(killedAt(2))).rejects.toThrow(Killed);
    const { uptoAnchor } = await cursorNow();
    const anchor = (text: string | null | undefined) =>
      store.write((tx) => tx.run(`MATCH (p:Projection {name: 'summit'}) SET p.uptoAnchor = $text`, { text }));
    await anchor('another');
    await expect(once()).rejects.toThrow(OtherHistory);
    await anchor(uptoAnchor);
    await expectEqual();
    await undo(ctx, {});
    await expectEqual();
  });
});
