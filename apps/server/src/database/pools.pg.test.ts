import pg from 'pg';
import { afterAll, expect, test } from 'vitest';
import { runCommand } from '../change/command.ts';
import type { Context } from '../context.ts';
import { Database, type DatabaseOptions } from './database.ts';
import { inTransaction } from './inTransaction.ts';
import { sql } from './sql.ts';
import { startTenant, testDatabase } from './testing.ts';

const { db: first, appUrl, ownerUrl } = await testDatabase();
const opened: Database[] = [];
afterAll(() => Promise.all(opened.map((db) => db.close())));

function database(options: Partial<DatabaseOptions> = {}): Database {
  const db = new Database({ url: appUrl, ...options });
  opened.push(db);
  return db;
}

async function asOwner<T>(work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: ownerUrl });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

const sessionsOf = (name: string) =>
  asOwner(async (client) => {
    const { rows } = await client.query<{ count: number }>(
      'select count(*)::int as count from pg_stat_activity where application_name = $1',
      [name],
    );
    return rows[0]!.count;
  });
const pidOf = async (db: Database, kind: 'read' | 'write'): Promise<number> => {
  const client = await db.connect(kind);
  try {
    return (await client.query<{ pid: number }>('select pg_backend_pid() as pid')).rows[0]!.pid;
  } finally {
    client.release();
  }
};

test.each(['read', 'write'] as const)('the size of the %s pool is its most connections', async (kind) => {
  const name = `pool-of-${kind}s`;
  const db = database({ [`${kind}Size`]: 3, applicationName: name });
  const held = await Promise.all([1, 2, 3].map(() => db.connect(kind)));
  const fourth = db.connect(kind);
  expect(await sessionsOf(name)).toBe(3);
  expect((kind === 'read' ? db.reads : db.writes).waitingCount).toBe(1);
  // The other pool has connections of its own.
  (await db.connect(kind === 'read' ? 'write' : 'read')).release();
  held[0]!.release();
  (await fourth).release();
  for (const client of held.slice(1)) client.release();
});

test('a connection is replaced after its lifetime, and not before', async () => {
  const short = database({ maxLifetimeMs: 1_000, writeSize: 1 });
  const long = database({ maxLifetimeMs: 60_000, writeSize: 1 });
  const [before, kept] = [await pidOf(short, 'write'), await pidOf(long, 'write')];
  expect(await pidOf(short, 'write')).toBe(before);
  await expect.poll(() => pidOf(short, 'write'), { timeout: 10_000, interval: 100 }).not.toBe(before);
  expect(await pidOf(long, 'write')).toBe(kept);
});

test('each session has its limits', async () => {
  const client = await database().connect();
  try {
    const limits = [];
    for (const name of ['statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout'])
      limits.push((await client.query(`show ${name}`)).rows[0][name]);
    expect(limits).toEqual(['30s', '10s', '30s']);
  } finally {
    client.release();
  }
});

test('who waits too long for a connection is told that there is none, and so is who comes behind 500', async () => {
  const db = database({ writeSize: 1, connectMs: 400 });
  const held = await db.connect();
  const waiting = Array.from({ length: 500 }, () =>
    db.connect().then(
      () => 'served',
      (error: { code: string }) => error.code,
    ),
  );
  const started = performance.now();
  await expect(db.connect()).rejects.toMatchObject({ code: 'DATABASE_BUSY', status: 503 });
  expect(performance.now() - started).toBeLessThan(200);
  expect(new Set(await Promise.all(waiting))).toEqual(new Set(['DATABASE_BUSY']));
  held.release();
  (await db.connect()).release();
});

const rename = (ctx: Context, name: string, before: () => Promise<unknown> = async () => {}) =>
  runCommand(ctx, { action: 'tenant.renamed' }, async (tx) => {
    await before();
    await tx.execute(
      sql`update tenants set name = ${name}, since_change = ${tx.change} where tenant_id = ${ctx.scope.tenant}`,
    );
  });
const changesOf = (ctx: Context) =>
  inTransaction(ctx.db, { tenant: ctx.scope.tenant, readOnly: true }, (tx) =>
    tx.query<{ action: string }>(
      sql`select action from changes where tenant_id = ${ctx.scope.tenant} and action = 'tenant.renamed'`,
    ),
  );

test('a command whose connection is ended before its commit runs again, and happens once', async () => {
  const db = database({ writeSize: 1 });
  const ctx = { ...(await startTenant(first)), db };
  let runs = 0;
  await rename(ctx, 'Renamed', async () => {
    if (runs++ > 0) return;
    const { rows } = await asOwner((client) =>
      client.query(`select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and state like 'idle in transaction%'`),
    );
    expect(rows.length).toBeGreaterThan(0);
  });
  expect(runs).toBe(2);
  expect(await changesOf(ctx)).toHaveLength(1);
});

test('connections to a server that only reads by now are left, and the command runs on another', async () => {
  const name = new URL(appUrl).pathname.slice(1);
  await asOwner((client) => client.query(`alter database ${name} set default_transaction_read_only = on`));
  const db = database({ writeSize: 2 });
  const held = await Promise.all([db.connect(), db.connect()]);
  for (const client of held) client.release();
  await asOwner(async (client) => {
    await client.query('set default_transaction_read_only = off');
    await client.query(`alter database ${name} reset default_transaction_read_only`);
  });
  const ctx = await startTenant(first);
  await rename({ ...ctx, db }, 'Renamed');
  expect(await changesOf(ctx)).toHaveLength(1);
});
