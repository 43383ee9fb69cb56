import { randomUUID } from 'node:crypto';
import { createLogger, createLoggerTo, type Logger } from '@summit/process/log';
import { metrics } from '@summit/process/metrics';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startNeo4j } from '../../../../servers/neo4j.ts';
import { runCommand } from '../change/command.ts';
import type { Context } from '../context.ts';
import { sql } from '../database/sql.ts';
import { startTenant, testDatabase } from '../database/testing.ts';
import { projectionPosition, serveNext } from './cursor.neo4j.ts';
import { fill } from './fill.neo4j.ts';
import { dropGeneration, generationsIn } from './generations.neo4j.ts';
import { askRebuild, claimLease } from './lease.ts';
import { migrateStore } from './migrations.neo4j.ts';
import { storeOf, until } from './neo4j.testing.neo4j.ts';
import { Patrol } from './patrol.neo4j.ts';
import { neo4jProjecting } from './projecting.neo4j.ts';
import { beginGeneration } from './rebuild.neo4j.ts';
import { type VerifyReport, verifyNow } from './report.neo4j.ts';
import type { Neo4jStore } from './store.neo4j.ts';
import { createEntities } from './write.neo4j.ts';

const { db } = await testDatabase();
const server = await startNeo4j();
const store = storeOf(server);
afterAll(async () => {
  await store.close();
  await server.close();
});

const ENTITIES = 3_000;
const LINKS = 3_000;
let ctx: Context;
let neighbour: Context;

/** Records and links in a row, quicker than by hand. */
async function grow({ scope, ...rest }: Context): Promise<Context> {
  const context = { scope, ...rest };
  const dataset = randomUUID();
  await runCommand(context, { action: 'test.grew' }, async (tx) => {
    const { tenant } = scope;
    await tx.execute(sql`
      insert into datasets (tenant_id, id, since_change, key, title) values (${tenant}, ${dataset}, ${tx.change}, 'big', 'Big')`);
    await tx.execute(sql`
      insert into records (tenant_id, id, since_change, dataset_id, schema, caption, props, marking, digest, tokens, countries)
      select ${tenant}, md5('r' || n)::uuid, ${tx.change}, ${dataset}, 'Person', 'It', '{}', 1, '\\x00', '{}', '{}'
      from generate_series(1, ${ENTITIES}) n`);
    await tx.execute(sql`
      insert into relationships (tenant_id, id, since_change, dataset_id, type, source_record, target_record, props, marking, digest)
      select ${tenant}, md5('l' || n)::uuid, ${tx.change}, ${dataset}, 'Family', md5('r' || n)::uuid,
             md5('r' || (n * 7 % ${ENTITIES} + 1))::uuid, '{}', 1, '\\x00'
      from generate_series(1, ${LINKS}) n`);
  });
  return context;
}

beforeAll(async () => {
  await migrateStore(store);
  ctx = await grow(await startTenant(db));
  neighbour = await grow(await startTenant(db));
  const signal = new AbortController().signal;
  await fill({ db, store, fence: 1, signal, progressed: () => {} }, 1);
  await serveNext(store, 1);
});

const verify = (repair = false): Promise<VerifyReport> => verifyNow({ db, store, repair });

/** Some of the tenant's own, which no other kind was planted on. */
const pick = (pattern: string, from: number, count: number): string =>
  `MATCH ${pattern} WHERE x.tenant = $tenant WITH x ORDER BY x.key SKIP ${from} LIMIT ${count}`;

async function plant(text: string, parameters: Record<string, unknown> = {}): Promise<void> {
  await store.write((tx) =>
    tx.run(text, { tenant: ctx.scope.tenant, other: neighbour.scope.tenant, ...parameters }),
  );
}

const ofKind = (report: VerifyReport, kind: string, what: string) =>
  report.named.filter((each) => each.kind === kind && each.what === what);

describe('1,000 planted differences', () => {
  test('nothing is found where nothing is', async () => {
    const report = await verify();
    expect(report).toMatchObject({ equal: true, entities: ENTITIES * 2, links: LINKS * 2, named: [] });
    expect(report.datasets).toHaveLength(2);
  });

  test('every one is found, named and repaired', async () => {
    const [E, L] = ['(x:Entity)', '()-[x:LINK]->()'];
    // Their links are missing too.
    await plant(`MATCH (x:Entity {tenant: $tenant}) WITH x ORDER BY x.key SKIP 1500 LIMIT 50
      CALL (x) { MATCH (x)-[l:LINK]-() DELETE l } DELETE x`);
    await plant(`${pick(L, 0, 125)} DELETE x`);
    await plant(`${pick(L, 200, 100)} SET x.marking = 4`);
    await plant(`${pick(L, 400, 75)} SET x.dataset = 'elsewhere'`);
    await plant(`${pick(L, 600, 75)} SET x.tenant = $other`);
    await plant(`${pick(E, 0, 100)} SET x.marking = 4, x.schemas = ['Company']`);
    await plant(`${pick(E, 200, 75)} SET x.records = [x.id, 'another'], x.size = 2`);
    await plant(`${pick(E, 400, 75)} SET x.datasets = []`);
    await plant(`${pick(E, 600, 100)} SET x.tenant = $other`);
    await plant(
      `UNWIND range(1, 100) AS n CREATE (:Entity {key: '1|' + $tenant + '|' + randomUUID(), tenant: $tenant, id: randomUUID(),
        generation: 1, schemas: [], datasets: [], marking: 0, size: 1})`,
    );
    await plant(
      `MATCH (a:Entity {tenant: $tenant}) WITH a ORDER BY a.key SKIP 1000 LIMIT 75
       CREATE (a)-[:LINK {key: '1|' + $tenant + '|' + randomUUID(), tenant: $tenant, id: randomUUID(), generation: 1, type: 'Family',
         dataset: 'x', marking: 0, directed: true, reference: false, source: a.id, target: a.id}]->(a)`,
    );
    await plant(`UNWIND range(1, 25) AS n CREATE (:Entity {id: 'nobody wrote it'})`);
    await plant(
      `MATCH (a:Entity {tenant: $tenant}) WITH a ORDER BY a.key SKIP 1200 LIMIT 25 CREATE (a)-[:LINK {id: 'nor this'}]->(a)`,
    );
    const found = await verify();
    expect(found.equal).toBe(false);
    expect(ofKind(found, 'missing', 'entity')).toHaveLength(50);
    expect(ofKind(found, 'extra', 'entity')).toHaveLength(125);
    expect(ofKind(found, 'stale', 'entity')).toHaveLength(250);
    expect(ofKind(found, 'wrongTenant', 'entity')).toHaveLength(100);
    expect(ofKind(found, 'extra', 'link')).toHaveLength(100);
    expect(ofKind(found, 'stale', 'link').length).toBeGreaterThanOrEqual(170);
    expect(ofKind(found, 'wrongTenant', 'link').length).toBeGreaterThanOrEqual(70);
    // 125 of them by hand, the others with the entities that went.
    expect(ofKind(found, 'missing', 'link').length).toBeGreaterThanOrEqual(125);
    const counted = Object.values(found.differences).reduce((sum, each) => sum + each, 0);
    expect(counted).toBeGreaterThanOrEqual(1_000);
    const mine = found.datasets.find(({ tenant }) => tenant === ctx.scope.tenant)!;
    expect(mine.equal).toBe(false);
    expect(mine.postgres.digest).not.toBe(mine.neo4j.digest);
    expect(found.datasets.find(({ tenant }) => tenant === neighbour.scope.tenant)!.postgres.entities).toBe(
      ENTITIES,
    );

    expect((await verify(true)).repaired).toBe(true);
    expect(await verify()).toMatchObject({ equal: true, named: [] });
  });

  test('what stands under another tenant, key and all, is one difference and is put back', async () => {
    await plant(
      `MATCH (x:Entity {tenant: $tenant}) WITH x ORDER BY x.key SKIP 2000 LIMIT 40
       SET x.tenant = 'a0000000-0000-4000-8000-000000000000', x.key = '1|a0000000-0000-4000-8000-000000000000|' + x.id`,
    );
    const found = await verify();
    expect(ofKind(found, 'wrongTenant', 'entity')).toHaveLength(40);
    expect(ofKind(found, 'missing', 'entity')).toEqual([]);
    expect(ofKind(found, 'extra', 'entity')).toEqual([]);
    await verify(true);
    expect(await verify()).toMatchObject({ equal: true, named: [] });
  });
});

test('a link that stands twice is one difference, and stands once when it is repaired', async () => {
  await plant(
    `${pick('()-[x:LINK]->()', 300, 20)} MATCH (s)-[x]->(t) CREATE (s)-[y:LINK]->(t) SET y = properties(x)`,
  );
  expect(ofKind(await verify(), 'stale', 'link')).toHaveLength(20);
  await verify(true);
  expect(await verify()).toMatchObject({ equal: true, links: LINKS * 2, named: [] });
});

test('a hundredth of the writes that were lost is found by the patrol and set right', async () => {
  const patrol = new Patrol({ db, store, log: createLogger('test', 'fatal') });
  const cursor = (await projectionPosition(store))!;
  expect(await patrol.round(cursor)).toEqual([]);
  await plant(`${pick('()-[x:LINK]->()', 100, 30)} DELETE x`);
  expect(await patrol.round(cursor)).toHaveLength(30);
  expect(await verify()).toMatchObject({ equal: true });
});

/** The store, with another way to read or write. */
const storeWith = (changed: Partial<Pick<Neo4jStore, 'read' | 'write'>>): Neo4jStore =>
  new Proxy(store, {
    get(target, name) {
      const value = Reflect.get(changed, name) ?? Reflect.get(target, name);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });

test('a generation that is begun while it is looked for what belongs to none is neither told of nor touched', async () => {
  let generation = 0;
  const rows = Array.from({ length: 3 }, () => ({
    ...{ tenant: ctx.scope.tenant, id: randomUUID(), schemas: [], datasets: [], marking: 0, size: 1 },
    records: null,
  }));
  const begun = storeWith({
    read: async (work, call) => {
      // What belongs to none is counted: the one statement that may take so long.
      if (call?.timeoutMs === 120_000 && generation === 0) {
        generation = await beginGeneration(store, (await projectionPosition(store))!);
        await store.write((tx) => createEntities(tx, { generation, tenant: ctx.scope.tenant }, rows));
      }
      return store.read(work, call);
    },
  });
  try {
    expect(await verifyNow({ db, store: begun, repair: true })).toMatchObject({
      ...{ equal: true, named: [], straysSeen: false, repaired: false },
    });
    const [row] = await store.ask<{ n: number }>(
      'MATCH (x:Entity) WHERE x.key STARTS WITH $prefix RETURN count(*) AS n',
      { prefix: `${generation}|` },
    );
    expect(row!.n).toBe(3);
    expect(await verify()).toMatchObject({ equal: true, straysSeen: false });
  } finally {
    await store.alone("MATCH (p:Projection {name: 'summit.next'}) DELETE p");
    await dropGeneration(store, generation);
  }
  expect(await verify()).toMatchObject({ equal: true, straysSeen: true });
});

test('more that belongs to nobody than is noted in one go is counted, and all of it removed', async () => {
  const many = 100_050;
  await store.alone(
    `UNWIND range(1, ${many}) AS n CALL (n) { CREATE (:Entity {id: 'nobody wrote it'}) } IN TRANSACTIONS OF 10000 ROWS`,
  );
  expect((await verify()).differences.extra).toBe(many);
  expect(await verify(true)).toMatchObject({ repaired: true, differences: { extra: many } });
  expect(await verify()).toMatchObject({ equal: true, straysSeen: true });
});

const drifted = async (): Promise<number> =>
  (await metrics.projectionDrift.get()).values.reduce((sum, { value }) => sum + value, 0);

test('what a patrol repaired before it was interrupted is told', async () => {
  const said: unknown[] = [];
  const log = { error: (told: unknown) => said.push(told) } as unknown as Logger;
  let isRepaired = false;
  const cut = storeWith({
    write: async (work, call) => {
      const result = await store.write(work, call);
      isRepaired = true;
      return result;
    },
    read: (work, call) => (isRepaired ? Promise.reject(new Error('gone')) : store.read(work, call)),
  });
  await plant(`${pick('(x:Entity)', 0, 5)} SET x.marking = 4`);
  const before = await drifted();
  const cursor = (await projectionPosition(store))!;
  await expect(new Patrol({ db, store: cut, log }).round(cursor)).rejects.toThrow('gone');
  expect(said).toMatchObject([{ projection: 'neo4j', count: 5 }]);
  expect((await drifted()) - before).toBe(5);
  expect(await verify()).toMatchObject({ equal: true });
});

test('what was lost is found while changes keep coming, too', async () => {
  const log = createLogger('test', 'fatal');
  const projecting = neo4jProjecting({ db, store, log, patrolMs: 0 });
  const standing = (await claimLease(db, 'neo4j', 'test', 600_000))!;
  const change = () =>
    runCommand(ctx, { action: 'test.grew' }, (tx) =>
      tx.execute(sql`
        insert into records (tenant_id, id, since_change, dataset_id, schema, caption, props, marking, digest, tokens, countries)
        select ${ctx.scope.tenant}, ${randomUUID()}, ${tx.change}, id, 'Person', 'It', '{}', 1, '\\x00', '{}', '{}'
        from datasets where tenant_id = ${ctx.scope.tenant}`),
    );
  await plant(`${pick('()-[x:LINK]->()', 100, 30)} DELETE x`);
  const before = await drifted();
  try {
    for (const began = performance.now(); (await drifted()) === before; ) {
      expect(performance.now() - began).toBeLessThan(60_000);
      await change();
      expect(await projecting.step(standing, 'test', async () => {})).toBe(true);
    }
  } finally {
    await projecting.stop();
  }
  expect((await drifted()) - before).toBe(30);
  expect(await verify()).toMatchObject({ equal: true });
});

test('a stop while the generation that served before is dropped is told, but not as trouble', async () => {
  const lines: { level: string; message: string; generation?: number }[] = [];
  const log = createLoggerTo((line) => void lines.push(JSON.parse(line)), 'test');
  const { generation } = (await projectionPosition(store))!;
  await askRebuild(db, 'neo4j');
  const standing = (await claimLease(db, 'neo4j', 'test', 600_000))!;
  const projecting = neo4jProjecting({ db, store, log, patrolMs: 3_600_000 });
  try {
    await until(async () => {
      await projecting.step(standing, 'test', async () => {});
      return lines.some(({ message }) => message === 'the new generation serves');
    });
    // Nothing was answered since: it is at the first piece, and stops before the next.
  } finally {
    await projecting.stop();
  }
  expect(await generationsIn(store)).toContain(generation);
  expect(lines.at(-1)).toMatchObject({
    level: 'info',
    message: 'an old generation is dropped with the next rebuild',
    generation,
  });
  expect(lines.filter(({ level }) => level !== 'info')).toEqual([]);
});
