import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, expect, test } from 'vitest';
import { startPostgres18 } from '../../../../servers/postgres.ts';
import { migrate } from './migrate.ts';

const server = await startPostgres18();
afterAll(() => server.close());
const app = new URL(server.appUrl);

async function rowsOf(text: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: server.ownerUrl });
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}

/** Everything that migrations make. */
const made = () =>
  rowsOf(`
    select format('%s.%s.%s %s', table_schema, table_name, column_name, data_type) as what
    from information_schema.columns where table_schema not in ('pg_catalog', 'information_schema')
    union all
    select format('%s.%s %s', n.nspname, p.proname, md5(pg_get_functiondef(p.oid)))
    from pg_proc p join pg_namespace n on n.oid = p.pronamespace
    where n.nspname not in ('pg_catalog', 'information_schema') and p.prokind = 'f'
    union all
    select indexdef from pg_indexes where schemaname not in ('pg_catalog', 'information_schema')
    union all
    select name from migrations.applied
    order by what`);

let whole: unknown[];

test('two who migrate at once: one does it, the other finds it done', async () => {
  const both = await Promise.all([migrate(server.ownerUrl, app), migrate(server.ownerUrl, app)]);
  const [none, all] = both.map(({ applied }) => applied).sort((one, other) => one.length - other.length);
  expect(none).toEqual([]);
  expect(all!.length).toBeGreaterThan(10);
  whole = await made();
});

test('killed at any moment, it is gone on with, and comes to the same', async () => {
  await server.wipe();
  for (let patienceMs = 300, ended = false; !ended; patienceMs += 150) {
    const child = spawn(process.execPath, [join(import.meta.dirname, '../main.ts'), 'migrate'], {
      stdio: 'ignore',
      env: { PATH: process.env.PATH, DATABASE_URL: server.appUrl, DATABASE_OWNER_URL: server.ownerUrl },
    });
    const exit = once(child, 'exit') as Promise<[number | null]>;
    await Promise.race([exit, delay(patienceMs)]);
    child.kill('SIGKILL');
    const [code] = await exit;
    expect([0, null]).toContain(code);
    ended = code === 0;
  }
  expect(await made()).toEqual(whole);
  expect((await migrate(server.ownerUrl, app)).applied).toEqual([]);
});

test('a program that is older than the database refuses it', async () => {
  await rowsOf("insert into migrations.applied (name) values ('9999_later.sql')");
  await expect(migrate(server.ownerUrl, app)).rejects.toThrow(
    'the database is newer than this program: it has 9999_later.sql',
  );
});
