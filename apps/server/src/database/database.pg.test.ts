import pg from 'pg';
import { expect, test } from 'vitest';
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
