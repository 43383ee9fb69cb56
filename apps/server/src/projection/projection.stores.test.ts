import { afterAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { startNeo4j } from '../../../../servers/neo4j.ts';
import { runCommand } from '../change/command.ts';
import { Transaction } from '../database/database.ts';
import { startTenant, testDatabase } from '../database/testing.ts';
import { ensureDataset } from '../dataset/dataset.commands.ts';
import { uuidv5 } from '../ids.ts';
import { recordJudgement } from '../judgement/judgement.commands.ts';
import { ontology } from '../ontology/ontology.ts';
import { writeRecords } from '../record/write.ts';
import { writeRelationships } from '../relationship/write.ts';
import {
  Fenced,
  placeCursor,
  projectionPosition,
  readCursor,
  serveNext,
  stopServing,
} from './cursor.neo4j.ts';
import { fill } from './fill.neo4j.ts';
import { followOnce } from './follow.neo4j.ts';
import { dropGeneration, generationsIn } from './generations.neo4j.ts';
import { migrateStore } from './migrations.neo4j.ts';
import { catchUp, held, Killed, storeOf } from './neo4j.testing.neo4j.ts';
import { actAtRandom, randomFrom, wanted } from './projection.testing.ts';
import { beginGeneration } from './rebuild.neo4j.ts';
import { verifyNow } from './report.neo4j.ts';
import { inSnapshot, lagOf, tenantsOf } from './source.ts';

const { db } = await testDatabase();
const server = await startNeo4j();
const store = storeOf(server);
afterAll(async () => {
  await store.close();
  await server.close();
});

const SEED = Number(process.env.FC_SEED ?? Math.floor(Math.random() * 2 ** 31));
const RUNS = Number(process.env.FC_RUNS ?? 10);
console.info(`projection: FC_SEED=${SEED} FC_RUNS=${RUNS}`);

const signal = new AbortController().signal;

async function fillAndServe(fence = 1, more: { rows?: number } = {}): Promise<void> {
  const standing = await generationsIn(store);
  await fill({ db, store, fence, signal, progressed: () => {}, ...more }, Math.max(0, ...standing) + 1);
  const { generation } = await serveNext(store, fence);
  for (const old of standing.filter((each) => each !== generation)) await dropGeneration(store, old);
}

beforeEach(async () => {
  await migrateStore(store);
});

test('each Cypher migration is new to a store once; what was dropped comes back, where it can', async () => {
  const nothingNew = { applied: [], refused: [] };
  expect(await migrateStore(store)).toEqual(nothingNew);
  const keys = () =>
    store.alone(`SHOW INDEXES YIELD name WHERE name IN ['entity_key', 'link_key'] RETURN name`);
  for (const statement of ['DROP CONSTRAINT entity_key', 'DROP INDEX link_key']) await store.alone(statement);
  expect(await keys()).toHaveLength(0);
  expect(await migrateStore(store)).toEqual(nothingNew);
  expect(await keys()).toHaveLength(2);

  await store.alone('DROP CONSTRAINT entity_key');
  await store.write((tx) => tx.run(`UNWIND [1, 2] AS each CREATE (:Entity {key: '1|twice'})`));
  const { refused } = await migrateStore(store);
  expect(refused).toMatchObject([{ code: 'Neo.DatabaseError.Schema.ConstraintCreationFailed' }]);
  await store.write((tx) => tx.run(`MATCH (e:Entity {key: '1|twice'}) DELETE e`));
  expect(await migrateStore(store)).toEqual(nothingNew);

  await server.wipe();
  expect(await migrateStore(store)).toMatchObject({ applied: ['0001_keys.cypher'] });
});

test('a file that was applied in another form is refused; where nothing serves there is nothing to verify', async () => {
  await store.write((tx) => tx.run(`MATCH (m:ProjectionMigration) SET m.sha256 = 'another'`));
  await expect(migrateStore(store)).rejects.toMatchObject({ code: 'MIGRATION_CHANGED' });
  await server.wipe();
  await migrateStore(store);
  await expect(verifyNow({ db, store, repair: false })).rejects.toMatchObject({
    code: 'PROJECTION_NOT_SERVING',
  });
});

describe('random histories of two tenants', () => {
  test.for(Array.from({ length: RUNS }, (_, run) => SEED + run))('seed %i', async (seed) => {
    const random = randomFrom(seed);
    const tenants = [await startTenant(db), await startTenant(db)];
    const equal = async (): Promise<void> => {
      for (const ctx of tenants) expect(await held(ctx, store)).toEqual(await wanted(ctx));
      const report = await verifyNow({ db, store, repair: false });
      expect(report).toMatchObject({ equal: true, named: [] });
      expect(report.datasets.filter((each) => !each.equal)).toEqual([]);
    };
    for (let acts = random(30); acts > 0; acts--) await actAtRandom(tenants[random(2)]!, random);
    await fillAndServe();
    await equal();
    for (let round = 0; round < 3; round++) {
      for (let acts = 5 + random(25); acts > 0; acts--) await actAtRandom(tenants[random(2)]!, random);
      // Some in pieces, with workers that are killed between two of them; meanwhile people go on.
      let kills = random(4);
      const mayGoOn = async (): Promise<void> => {
        if (kills === 0 || random(4) > 0) return;
        kills--;
        await actAtRandom(tenants[random(2)]!, random);
        throw new Killed();
      };
      await catchUp(db, store, 1, () => 1 + random(40), { atOnce: 1 + random(12), mayGoOn });
      await equal();
    }
    // From the beginning of the log, one change after the other, it comes to the same.
    const { epoch } = (await projectionPosition(store))!;
    const next = Math.max(...(await generationsIn(store))) + 1;
    await store.write((tx) =>
      placeCursor(tx, 'summit', { generation: next, position: 0, anchor: '', epoch, fence: 1 }),
    );
    await catchUp(db, store, 1, () => 1);
    await equal();
  });
});

test('a filling reads a page at a time, with what shares a cluster with it, however much was judged the same', async () => {
  const [PAIRS, ROWS] = [80, 10];
  const ctx = await startTenant(db);
  const ids = Array.from({ length: 2 * PAIRS }, (_, at) => uuidv5(`of a pair ${at}`));
  await runCommand(ctx, { action: 'test.written' }, async (tx) => {
    const dataset = { key: 'crm', ...(await ensureDataset(tx, { key: 'crm' })) };
    const common = { dataset, props: {}, marking: 0 };
    await writeRecords(
      tx,
      ontology,
      ids.map((id) => ({ ...common, id, schema: 'Person' })),
    );
    await writeRelationships(
      tx,
      ids.map((source, at) => ({
        ...{
          ...common,
          id: uuidv5(`between pairs ${at}`),
          type: 'Family',
          directed: false,
          reference: false,
        },
        ...{ source, target: ids[(at + 2) % ids.length]!, validFrom: null, validTo: null },
      })),
    );
  });
  for (let pair = 0; pair < PAIRS; pair++) {
    const [left, right] = [ids[2 * pair]!, ids[2 * pair + 1]!];
    await recordJudgement(ctx, { left, right, verdict: 'same', reason: 'of a pair' });
  }
  const tenants = await inSnapshot(db, tenantsOf);
  const query = vi.spyOn(Transaction.prototype, 'query');
  await fillAndServe(1, { rows: ROWS });
  const answers = await Promise.all(query.mock.results.map(({ value }) => value as Promise<unknown[]>));
  query.mockRestore();
  // Of other tenants' records up to 24 share a cluster.
  const most = Math.max(tenants.length, ROWS * 2, ROWS + 24);
  expect(most).toBeLessThan(2 * PAIRS);
  expect(Math.max(...answers.map(({ length }) => length))).toBeLessThanOrEqual(most);
  expect(await held(ctx, store)).toEqual(await wanted(ctx));
  expect(await held(ctx, store)).toHaveLength(PAIRS + 2 * PAIRS);
});

test('a batch that was done already is done again and changes nothing', async () => {
  const random = randomFrom(SEED);
  const ctx = await startTenant(db);
  await fillAndServe();
  const before = (await projectionPosition(store))!;
  for (let acts = 0; acts < 20; acts++) await actAtRandom(ctx, random);
  await catchUp(db, store, 1, () => 7);
  const after = await held(ctx, store);
  await store.write((tx) => placeCursor(tx, 'summit', before));
  await catchUp(db, store, 1, () => 3);
  expect(await held(ctx, store)).toEqual(after);
  expect(after).toEqual(await wanted(ctx));
});

test('who holds an older fence writes nothing', async () => {
  const ctx = await startTenant(db);
  await fillAndServe(5);
  const cursor = (await projectionPosition(store))!;
  await store.write((tx) => placeCursor(tx, 'summit', { ...cursor, fence: 6 }));
  const random = randomFrom(SEED);
  while ((await inSnapshot(db, (tx) => lagOf(tx, cursor.position))).changes === 0)
    await actAtRandom(ctx, random);
  await expect(followOnce({ db, store, name: 'summit', fence: 5 }, cursor)).rejects.toThrow(Fenced);
  expect((await store.read((tx) => readCursor(tx)))?.position).toBe(cursor.position);
});

test('a generation that another worker has begun or serves is not dropped', async () => {
  await fillAndServe(6);
  const cursor = (await projectionPosition(store))!;
  const begun = await beginGeneration(store, cursor);
  for (const generation of [cursor.generation, begun])
    await expect(dropGeneration(store, generation)).rejects.toThrow(Fenced);
  expect(await store.read((tx) => readCursor(tx, 'summit.next'))).toMatchObject({ generation: begun });
  expect(await generationsIn(store)).toContain(cursor.generation);
});

test('who holds an older fence neither places a cursor nor removes one', async () => {
  await fillAndServe(7);
  const cursor = (await projectionPosition(store))!;
  const late = { db, store, fence: 6, signal, progressed: () => {} };
  await expect(fill(late, cursor.generation + 1)).rejects.toThrow(Fenced);
  await expect(beginGeneration(store, { ...cursor, fence: 6 })).rejects.toThrow(Fenced);
  await expect(stopServing(store, 6)).rejects.toThrow(Fenced);
  const placed = store.write((tx) => placeCursor(tx, 'summit', { ...cursor, position: 0, fence: 6 }));
  await expect(placed).rejects.toThrow(Fenced);
  expect(await projectionPosition(store)).toEqual(cursor);
  expect(await store.read((tx) => readCursor(tx, 'summit.next'))).toBeUndefined();

  // One that had begun to fill before the other came.
  await beginGeneration(store, { ...cursor, fence: 7 });
  await expect(fill(late, cursor.generation + 1)).rejects.toThrow(Fenced);
  expect(await store.read((tx) => readCursor(tx, 'summit.next'))).toMatchObject({ fence: 7 });
  await stopServing(store, 8);
  expect(await projectionPosition(store)).toBeUndefined();
});
