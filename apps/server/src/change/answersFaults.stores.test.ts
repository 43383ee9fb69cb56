import { randomBytes } from 'node:crypto';
import { beforeEach, describe, expect, test } from 'vitest';
import { Database } from '../database/database.ts';
import { inTransaction } from '../database/inTransaction.ts';
import { sql } from '../database/sql.ts';
import { factCounts } from '../dataset/counts.ts';
import { uuidv7 } from '../ids.ts';
import { as, datasetIdOf } from '../judgement/worlds.testing.ts';
import { ontology } from '../ontology/ontology.ts';
import { writeRecords } from '../record/write.ts';
import {
  type Ask,
  answersOf,
  connect,
  ownerUrl,
  port,
  record,
  redisServer,
  same,
  standing,
  tenant,
  watch,
} from '../testing/keptAnswers.ts';
import { redisAnswers } from './answers.redis.ts';
import { runCommand } from './command.ts';
import { read } from './read.ts';

const server = await redisServer();
const redis = await connect(server);
/** Two processes. */
const processes = [answersOf(redis), answersOf(await connect(server))];
beforeEach(() => redis.ask((client) => client.flushAll()));

const around =
  (index: number): Ask =>
  (answers) =>
  (tx) =>
    port(answers).neighbourhood(tx, { ids: [record(index)], depth: 2, limit: 100 });
const [ask, other] = [around(0), around(4)];

async function keys(): Promise<string[]> {
  return (await redis.ask((client) => client.keys('summit:answer:*'))).sort();
}
async function everything(): Promise<string> {
  const found = await keys();
  const values = await Promise.all(found.map((key) => redis.askBytes((client) => client.get(key))));
  return found.join() + values.map((value) => value?.toString('latin1')).join();
}

test('what one reader was told no other reader and no other tenant finds', async () => {
  const [ctx, twin] = [await tenant(), await tenant()];
  const readers = [
    as(ctx, { datasets: ['red', 'green', 'blue'], clearance: 4 }),
    as(ctx, { datasets: ['red', 'green', 'blue'], clearance: 2 }),
    as(ctx, { datasets: ['red', 'green'], clearance: 4 }),
    as(twin, { datasets: ['red', 'green', 'blue'], clearance: 4 }),
  ];
  const came = await watch();
  for (const reader of readers) await same(reader, undefined, ask, processes[0]!);
  expect([await came('miss'), await came('hit')]).toEqual([4, 0]);
  // Nobody waits for an answer to be kept.
  await expect.poll(keys).toHaveLength(4);
  for (const reader of readers) await same(reader, undefined, ask, processes[1]!);
  expect(await came('hit')).toBe(4);

  const text = await everything();
  for (const told of [ctx.scope.tenant, record(0), datasetIdOf('red'), 'kalda'])
    expect(text).not.toContain(told);
});

describe('what is not ours is as nothing', () => {
  test('bytes that were changed, cut, emptied or moved', async () => {
    const ctx = await tenant();
    await same(ctx, undefined, ask, processes[0]!);
    const [place] = await keys();
    await same(ctx, undefined, other, processes[0]!);
    const elsewhere = (await keys()).find((key) => key !== place)!;
    const bytes = (await redis.askBytes((client) => client.get(place!)))!;
    const flipped = (at: number) => Buffer.from(bytes.map((byte, index) => (index === at ? byte ^ 1 : byte)));
    const forged = [
      ...[0, 12, 28, bytes.length - 1].map(flipped),
      bytes.subarray(0, bytes.length - 1),
      bytes.subarray(0, 20),
      Buffer.alloc(20_000_000),
      Buffer.from('{"entities":[],"links":[]}'),
      (await redis.askBytes((client) => client.get(elsewhere)))!,
    ];
    for (const value of forged) {
      const came = await watch();
      await redis.ask((client) => client.set(place!, value));
      await same(ctx, undefined, ask, processes[1]!);
      expect([await came('broken'), await came('hit')]).toEqual([1, 0]);
    }
    await redis.ask((client) => client.set(place!, ''));
    await same(ctx, undefined, ask, processes[1]!);
    await redis.ask(async (client) => {
      await client.del(place!);
      await client.hSet(place!, 'of', 'another kind');
    });
    await same(ctx, undefined, ask, processes[1]!);
  });

  test('a value larger than any answer: no more of it is read than an answer may have', async () => {
    await redis.ask((client) => client.set('summit:answer:large', Buffer.alloc(20_000_000)));
    expect(await redisAnswers(redis).get('summit:answer:large', 1_000)).toHaveLength(1_000);
  });

  test('what another version of the code has kept', async () => {
    const ctx = await tenant();
    await same(ctx, undefined, ask, answersOf(redis, 'yesterday'));
    const came = await watch();
    await same(ctx, undefined, ask, answersOf(redis, 'today'));
    expect(await came('hit')).toBe(0);
  });

  test('what was kept of a history that was taken back and goes on from another epoch', async () => {
    const ctx = await tenant();
    await same(ctx, undefined, ask, processes[0]!);
    const before = await standing(ctx);
    // Epoch, system, timeline, offset and the start of the server; the change and the moment at which it was written.
    expect(before.origin.split(' ')).toHaveLength(5);
    expect(before.latest).toMatch(/^\d+ \d+\.\d{6}$/);

    const owner = new Database({ url: ownerUrl, asOwner: true, writeSize: 1, readSize: 1 });
    await inTransaction(owner, ctx.scope, (tx) =>
      tx.execute(sql`
        insert into operations.epochs (system_identifier, timeline, xid_offset)
        select system_identifier, timeline + 1, xid_offset from operations.epochs order by id desc limit 1`),
    );
    await owner.close();
    expect((await standing(ctx)).origin).not.toBe(before.origin);
    const came = await watch();
    await same(ctx, undefined, ask, processes[0]!);
    expect(await came('hit')).toBe(0);
  });
});

describe('whatever Redis does', () => {
  test('dead, standing still, or emptied in between: answers come, and soon', async () => {
    const own = await redisServer();
    const connection = await connect(own, 50);
    const answers = answersOf(connection);
    const ctx = await tenant();
    await same(ctx, undefined, ask, answers);
    for (const disturb of [() => own.kill(), () => own.start(), () => own.wipe(), async () => own.freeze()]) {
      await disturb();
      const from = performance.now();
      for (let time = 0; time < 10; time++) await same(ctx, undefined, ask, answers);
      expect(performance.now() - from).toBeLessThan(3_000);
    }
    own.thaw();
    const came = await watch();
    await expect
      .poll(
        async () => {
          await same(ctx, undefined, ask, answers);
          return came('hit');
        },
        { timeout: 10_000 },
      )
      .toBeGreaterThan(0);
  });

  test.each(['noeviction', 'allkeys-lru', 'volatile-lfu'])('full under %s', async (policy) => {
    const own = await redisServer({ maxmemory: '3mb', 'maxmemory-policy': policy });
    const connection = await connect(own);
    const answers = answersOf(connection);
    const ctx = await tenant();
    for (let round = 0; round < 4; round++) {
      for (let key = 0; key < 40; key++)
        await connection
          .ask((client) =>
            client.set(uuidv7(), 'x'.repeat(50_000), { expiration: { type: 'EX', value: 600 } }),
          )
          .catch(() => {});
      for (let time = 0; time < 5; time++) await same(ctx, undefined, ask, answers);
    }
  });
});

test('what would be too much to keep is not kept', async () => {
  const ctx = await tenant();
  const asking = {
    name: 'search' as const,
    question: 'much',
    fits: (answer: string[]) => answer.length < 10,
  };
  const much = Array.from({ length: 20 }, () => uuidv7());
  const came = await watch();
  for (let time = 0; time < 2; time++)
    expect(await read(ctx, undefined, (tx) => processes[0]!.of(tx, asking, async () => much))).toEqual(much);
  expect([await came('miss'), await came('hit'), await came('large')]).toEqual([2, 0, 2]);
  // What nobody counted beforehand, and is too much only when it is packed.
  const noise = Array.from({ length: 16_000 }, () => randomBytes(40).toString('base64'));
  const packed = { ...asking, question: 'noise', fits: () => true };
  await read(ctx, undefined, (tx) => processes[0]!.of(tx, packed, async () => noise));
  expect(await came('large')).toBe(3);
  expect(await keys()).toEqual([]);
});

test('each answer that is kept has an end', async () => {
  const ctx = await tenant();
  await same(ctx, undefined, ask, processes[0]!);
  const [place] = await keys();
  const left = await redis.ask((client) => client.pTTL(place!));
  expect(left).toBeGreaterThan(500_000);
  expect(left).toBeLessThanOrEqual(600_000);
});

test('counts of a dataset are shared until one of its facts changes, and only then counted again', async () => {
  const ctx = await tenant();
  const [red, green] = [datasetIdOf('red'), datasetIdOf('green')];
  const counted = (of: readonly string[] = [red, green]) =>
    read(ctx, undefined, (tx) => factCounts(tx, of, processes[0]!));
  const first = await counted();
  expect(await keys()).toHaveLength(2);
  await runCommand(ctx, { action: 'test.added' }, async (tx) => {
    const within = { key: 'green', id: green };
    await writeRecords(tx, ontology, [
      { id: uuidv7(), schema: 'Person', marking: 0, props: { name: ['new'] }, dataset: within },
    ]);
  });
  const then = await counted();
  expect(then.get(red)).toEqual(first.get(red));
  expect(then.get(green)!.records).toBe(first.get(green)!.records + 1);
});
