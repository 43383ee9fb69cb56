import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, inject } from 'vitest';
import { runCommand } from '../change/command.ts';
import type { Context } from '../context.ts';
import { Actor, type Role } from '../tenant/actor.ts';
import { Database } from './database.ts';
import { migrate } from './migrate.ts';
import { sql } from './sql.ts';

const TEMPLATE = 'summit_template';
const opened: (() => Promise<void>)[] = [];

const onDatabase = (url: string, name: string): string => {
  const changed = new URL(url);
  changed.pathname = `/${name}`;
  return changed.href;
};

export interface TestDatabase {
  db: Database;
  ownerUrl: string;
  appUrl: string;
}

/** A database of this test file's own, cloned from a migrated template on a real server; dropped at the end. */
export async function testDatabase(size = 10): Promise<TestDatabase> {
  const [ownerUrl, appUrl] = [inject('postgresOwnerUrl'), inject('postgresAppUrl')];
  const admin = new pg.Client({ connectionString: onDatabase(ownerUrl, 'postgres') });
  await admin.connect();
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  try {
    // One at a time: a template in use cannot be cloned.
    await admin.query('select pg_advisory_lock(727276)');
    const { rowCount } = await admin.query('select from pg_database where datname = $1', [TEMPLATE]);
    if (rowCount === 0) {
      await admin.query(`create database ${TEMPLATE}_new`);
      await migrate(onDatabase(ownerUrl, `${TEMPLATE}_new`), new URL(appUrl).username);
      await admin.query(`alter database ${TEMPLATE}_new rename to ${TEMPLATE}`);
    }
    await admin.query(`create database ${name} template ${TEMPLATE}`);
  } finally {
    await admin.end();
  }
  const urls = { ownerUrl: onDatabase(ownerUrl, name), appUrl: onDatabase(appUrl, name) };
  const db = new Database({ url: urls.appUrl, writeSize: size, readSize: size });
  opened.push(async () => {
    await db.close();
    const cleaner = new pg.Client({ connectionString: onDatabase(ownerUrl, 'postgres') });
    await cleaner.connect();
    await cleaner.query(`drop database ${name} with (force)`);
    await cleaner.end();
  });
  return { db, ...urls };
}

afterAll(async () => {
  for (const close of opened.splice(0)) await close();
});

export interface TenantOptions {
  roles?: Role[];
  clearance?: number;
  name?: string;
}

/** A new tenant with one person in it, and the context in which that person acts. */
export async function startTenant(db: Database, options: TenantOptions = {}): Promise<Context> {
  const tenant = randomUUID();
  const ctx: Context = {
    db,
    actor: new Actor(randomUUID(), options.name ?? 'Ada Owner', options.roles ?? ['owner']),
    scope: { tenant, clearance: options.clearance ?? 4 },
    requestId: 'test',
    positionSecret: new Uint8Array(32).fill(7),
  };
  await runCommand(ctx, { action: 'tenant.created' }, async (tx) => {
    await tx.execute(
      sql`insert into tenants (tenant_id, id, since_change, name) values (${tenant}, ${tenant}, ${tx.change}, 'Test')`,
    );
    await tx.execute(sql`
      insert into users (tenant_id, id, since_change, name, roles)
      values (${tenant}, ${ctx.actor.id}, ${tx.change}, ${ctx.actor.name}, ${ctx.actor.roles})`);
  });
  return ctx;
}

/** Another person of the same tenant. */
export async function joinTenant(ctx: Context, options: TenantOptions = {}): Promise<Context> {
  const actor = new Actor(randomUUID(), options.name ?? 'Ben Analyst', options.roles ?? ['analyst']);
  await runCommand(ctx, { action: 'user.added' }, (tx) =>
    tx.execute(sql`
      insert into users (tenant_id, id, since_change, name, roles)
      values (${ctx.scope.tenant}, ${actor.id}, ${tx.change}, ${actor.name}, ${actor.roles})`),
  );
  return { ...ctx, actor, scope: { ...ctx.scope, clearance: options.clearance ?? ctx.scope.clearance } };
}
