import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Context } from '../context.ts';
import { Database } from '../database/database.ts';
import { inTransaction } from '../database/inTransaction.ts';
import { sql } from '../database/sql.ts';
import { startTenant, type TestDatabase, testDatabase } from '../database/testing.ts';
import { publishingLag } from '../projection/publishing.ts';
import { Suspended } from './grant.ts';
import { ingestCommands } from './ingest.operator.ts';
import { forgetParked, ingestingTenants } from './offsets.ts';
import { takeIn } from './takeIn.ts';
import { eventText, messagesFrom, person, standingOf } from './testing.ts';

let database: TestDatabase;
let owner: Database;
beforeAll(async () => {
  database = await testDatabase();
  owner = new Database({ url: database.ownerUrl, asOwner: true, writeSize: 2, readSize: 2 });
});
afterAll(() => owner.close());

const run = (name: string, ctx: Context, ...words: string[]) =>
  ingestCommands[name]!.run([...words, '--tenant', ctx.scope.tenant], {
    db: owner,
    publicUrl: 'http://localhost',
    positionSecret: ctx.positionSecret,
  });
const take = (ctx: Context, key: string, first: number) =>
  takeIn(ctx, ctx.scope.tenant, {
    topic: '0199c0de-0000-7000-8000-000000000001',
    messages: messagesFrom([eventText({ data: person(key, `Person ${key}`) })], first),
    from: new Map([[0, first]]),
  });

test('a tenant takes events in from its grant to its revocation, and never without', async () => {
  const [ctx, other] = [await startTenant(database.db), await startTenant(database.db)];
  await expect(take(ctx, '1', 0)).rejects.toThrow(Suspended);
  const { grant } = (await run('kafka-grant', ctx, '--dataset', 'crm', '--clearance', 'TLP:GREEN')) as {
    grant: { user: string };
  };
  expect(await ingestingTenants(database.db)).toEqual([ctx.scope.tenant]);
  await take(ctx, '1', 0);
  await expect(take(other, '1', 0)).rejects.toThrow(Suspended);

  const [change] = await inTransaction(ctx.db, { tenant: ctx.scope.tenant, readOnly: true }, (tx) =>
    tx.query<{ actor: string; kind: string; roles: string[] }>(sql`
      select u.name as actor, u.kind, u.roles from summit.changes c
      join users u on u.tenant_id = c.tenant_id and u.id = c.actor_id
      where c.tenant_id = ${ctx.scope.tenant} and c.action = 'ingest.written' and u.id = ${grant.user}`),
  );
  expect(change).toEqual({ actor: 'Kafka ingest', kind: 'agent', roles: ['analyst'] });

  expect(await run('kafka-revoke', ctx)).toEqual({ revoked: true });
  expect(await ingestingTenants(database.db)).toEqual([]);
  expect(await run('kafka-status', ctx)).toMatchObject({
    grant: null,
    partitions: [{ partition: 0, next: 1 }],
  });
  await expect(take(ctx, '2', 1)).rejects.toThrow(Suspended);
  expect(await run('kafka-revoke', ctx)).toEqual({ revoked: false });

  // Granted again the same user goes on, under the rights of now.
  await run('kafka-grant', ctx, '--dataset', 'hr');
  expect(await take(ctx, '2', 1)).toMatchObject({ dead: 1 });
  await run('kafka-grant', ctx);
  await take(ctx, '3', 2);
  expect((await standingOf(ctx)).records.map(({ caption }) => caption)).toEqual(['Person 1', 'Person 3']);
  expect(await run('kafka-status', ctx)).toMatchObject({
    grant: { user: 'Kafka ingest', datasets: null, clearance: 'TLP:AMBER', disabled: false },
    partitions: [{ partition: 0, next: 3, end: null }],
    dead: [{ code: 'DATASET_NOT_GRANTED', messages: 1, unpublished: 1 }],
    published: null,
  });
});

test('the app role can neither grant itself a topic nor look across tenants', async () => {
  const ctx = await startTenant(database.db);
  const { tenant } = ctx.scope;
  await expect(
    inTransaction(ctx.db, { tenant }, (tx) =>
      tx.execute(
        sql`insert into operations.ingest_grants (tenant_id, user_id) values (${tenant}, ${ctx.actor.id})`,
      ),
    ),
  ).rejects.toMatchObject({ code: '42501' });
  const other = await startTenant(database.db);
  await run('kafka-grant', other);
  const seen = await inTransaction(ctx.db, { tenant, readOnly: true }, (tx) =>
    tx.query(sql`select from operations.ingest_grants`),
  );
  expect(seen).toEqual([]);
});

test('a parked message is known for thirty days after it stands in its topic, and until then for ever', async () => {
  const ctx = await startTenant(database.db);
  const { tenant } = ctx.scope;
  await run('kafka-grant', ctx, '--dataset', 'hr');
  for (const at of [0, 1, 2]) expect(await take(ctx, `${at}`, at)).toMatchObject({ dead: 1 });
  // The first was told long ago, the second lately, the third waits for its topic since long ago.
  await inTransaction(ctx.db, { tenant }, (tx) =>
    tx.execute(sql`
      update operations.ingest_dead set at = now() - interval '60 days',
        published_at = case message_offset when 0 then now() - interval '31 days' when 1 then now() - interval '29 days' end
      where tenant_id = ${tenant}`),
  );
  expect(await forgetParked(database.db)).toBe(1);
  expect((await standingOf(ctx)).dead.map(({ offset }) => offset)).toEqual([1, 2]);
  expect(await forgetParked(database.db)).toBe(0);
});

test('what waits to be published is told, also what a transaction holds back and what was not counted', async () => {
  const ctx = await startTenant(database.db);
  const { tenant } = ctx.scope;
  const waiting = async () => {
    const { waiting, waitingIsExact } = (await run('kafka-status', ctx)) as Record<string, unknown>;
    const { changes, isExact } = await publishingLag(database.db);
    return { waiting, waitingIsExact, changes, isExact };
  };
  const holder = new pg.Client({ connectionString: database.ownerUrl });
  await holder.connect();
  try {
    await holder.query('begin');
    await holder.query('select pg_current_xact_id()');
    const before = await waiting();
    expect(before).toMatchObject({ waiting: 1, waitingIsExact: true, isExact: true });
    await run('kafka-grant', ctx);
    expect(await waiting()).toEqual({ ...before, waiting: 2, changes: before.changes + 1 });
    expect((await publishingLag(database.db)).seconds).toBeGreaterThan(0);

    // So many, without the commands that would make them.
    await holder.query('alter table summit.changes disable trigger begins');
    await holder.query(`select set_config('summit.tenant', $1, true)`, [tenant]);
    await holder.query(
      `insert into summit.changes (tenant_id, id, tx, at, actor_id, action, summary, targets)
       select $1::uuid, 1000000000 + n, '1', now(), $2::uuid, 'test.said', 'It', '[]' from generate_series(1, 9997) n`,
      [tenant, ctx.actor.id],
    );
    await holder.query('alter table summit.changes enable trigger begins');
    await holder.query('commit');
  } finally {
    await holder.end();
  }
  expect(await waiting()).toMatchObject({ waiting: 9_999, waitingIsExact: true, isExact: true });
  await run('kafka-grant', ctx, '--clearance', 'TLP:GREEN');
  expect(await waiting()).toMatchObject({ waiting: 10_000, waitingIsExact: false, isExact: false });
});

test('what is not meant is refused', async () => {
  const ctx = await startTenant(database.db);
  await expect(run('kafka-grant', ctx, '--dataset', 'Our CRM')).rejects.toMatchObject({
    code: 'INPUT_INVALID',
  });
  await expect(run('kafka-grant', ctx, '--clearance', 'SECRET')).rejects.toMatchObject({
    code: 'INPUT_INVALID',
  });
  await expect(run('kafka-status', ctx, '--what')).rejects.toMatchObject({ code: 'INPUT_INVALID' });
  await expect(
    ingestCommands['kafka-status']!.run(['--tenant', randomUUID()], {
      db: owner,
      publicUrl: 'http://localhost',
      positionSecret: ctx.positionSecret,
    }),
  ).rejects.toMatchObject({ code: 'INPUT_INVALID' });
});
