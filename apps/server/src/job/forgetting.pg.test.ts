import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { runCommand } from '../change/command.ts';
import type { Context } from '../context.ts';
import { inTransaction } from '../database/inTransaction.ts';
import { sql } from '../database/sql.ts';
import { startTenant, testDatabase } from '../database/testing.ts';
import { Forgetting } from './forgetting.ts';
import { cancelJob, queueJob } from './job.commands.ts';

const { db } = await testDatabase();

const create = (ctx: Context, key: string) =>
  runCommand({ ...ctx, idempotencyKey: key }, { action: 'dataset.created', input: key }, (tx) =>
    tx.execute(sql`
      insert into datasets (tenant_id, id, since_change, key, title, marking)
      values (${tx.reader.tenant}, ${randomUUID()}, ${tx.change}, ${key}, ${key}, 0)`),
  );
const inTenant = <Row>({ scope: { tenant } }: Context, statement: ReturnType<typeof sql>) =>
  inTransaction(db, { tenant }, (tx) => tx.query<Row>(statement));

test('what was answered under a key goes after a day, of every tenant and however much it is', async () => {
  const [ada, eve] = [await startTenant(db), await startTenant(db)];
  const [yesterday, today] = [await create(ada, 'yesterday'), await create(ada, 'today')];
  await inTenant(
    ada,
    sql`update operations.idempotency_keys set at = clock_timestamp() - interval '25 hours' where key like 'yesterday%'`,
  );
  // More than go at once.
  await inTenant(
    eve,
    sql`
    insert into operations.idempotency_keys (tenant_id, principal, key, body_hash, result, at)
    select ${eve.scope.tenant}::uuid, ${eve.actor.id}::uuid, n::text, '', '{}', clock_timestamp() - interval '25 hours'
    from generate_series(1, 2500) n`,
  );
  expect(await new Forgetting(db).forget()).toBe(2_501);
  const keys = (ctx: Context) => inTenant(ctx, sql`select key from operations.idempotency_keys`);
  expect(await keys(ada)).toEqual([{ key: 'today:1' }]);
  expect(await keys(eve)).toEqual([]);
  expect(yesterday.change).not.toBeNull();
  expect((await create(ada, 'today')).change).toBe(today.change);
});

test('jobs go when they ended long ago; those that wait or are at work stay however old they are', async () => {
  const ctx = await startTenant(db);
  const { tenant } = ctx.scope;
  const queue = (kind: string) =>
    inTransaction(db, { tenant }, (tx) => queueJob(tx, tenant, { kind, payload: {} }));
  const [waiting, ended, lately] = [await queue('a'), await queue('b'), await queue('c')];
  for (const id of [ended, lately]) await inTransaction(db, { tenant }, (tx) => cancelJob(tx, tenant, id));
  await inTenant(
    ctx,
    sql`
    update operations.jobs set queued_at = clock_timestamp() - interval '90 days',
      finished_at = finished_at - case id when ${ended}::uuid then interval '31 days' else interval '29 days' end`,
  );
  expect(await new Forgetting(db).forget()).toBe(1);
  const left = await inTenant<{ id: string }>(ctx, sql`select id from operations.jobs order by kind`);
  expect(left.map(({ id }) => id)).toEqual([waiting, lately]);
});
