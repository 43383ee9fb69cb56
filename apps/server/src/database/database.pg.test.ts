import { type EventEmitter, once } from 'node:events';
import pg from 'pg';
import { describe, expect, test } from 'vitest';
import type { Transaction } from './database.ts';
import { inTransaction } from './inTransaction.ts';
import { sql } from './sql.ts';
import { startTenant, testDatabase } from './testing.ts';

const { db, ownerUrl } = await testDatabase();

test('a connection that is lost between two statements is an unavailable database, and the next one works', async () => {
  const { scope } = await startTenant(db);
  const admin = new pg.Client({ connectionString: ownerUrl });
  await admin.connect();
  const cut = inTransaction(db, { tenant: scope.tenant }, async (tx) => {
    const { pid } = (await tx.first<{ pid: number }>(sql`select pg_backend_pid() as pid`))!;
    const gone = new Promise((done) => tx.client.once('end', done));
    await admin.query('select pg_terminate_backend($1)', [pid]);
    await gone;
    return tx.first(sql`select 1`);
  });
  await expect(cut).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE', details: { retryAfter: 1 } });
  await admin.end();
  const again = await inTransaction(db, { tenant: scope.tenant }, (tx) => tx.first(sql`select 1 as one`));
  expect(again).toEqual({ one: 1 });
});

describe('a time limit', () => {
  const slowly = (timeoutMs: number, between: (tx: Transaction) => Promise<unknown>) => async () => {
    const { scope } = await startTenant(db);
    return inTransaction(db, { tenant: scope.tenant, timeoutMs }, async (tx) => {
      await between(tx);
      return tx.first(sql`select 1`);
    });
  };

  test.each<[string, (tx: Transaction) => Promise<unknown>]>([
    ['of one statement', (tx) => tx.query(sql`select pg_sleep(60)`)],
    [
      'of many statements, each within it',
      async (tx) => {
        for (let time = 0; time < 30; time++) await tx.query(sql`select pg_sleep(0.2)`);
      },
    ],
    ['of nothing at all between two statements', (tx) => once(tx.client as unknown as EventEmitter, 'error')],
  ])('ends the transaction: %s', async (_, between) => {
    await expect(slowly(1_000, between)()).rejects.toMatchObject({ code: '57014' });
    expect(await slowly(30_000, async () => {})()).toMatchObject({});
  });
});
