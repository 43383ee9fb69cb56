import { readdir, readFile } from 'node:fs/promises';
import pg from 'pg';

const FOLDER = new URL('../../migrations/', import.meta.url);

export interface Migrated {
  applied: string[];
  version: string;
}

/**
 * Brings the database at `ownerUrl` to this version: roles, then each numbered file in a transaction of its own, forward only.
 * Two at once are safe (advisory lock). `appLogin` becomes a member of the app role.
 */
export async function migrate(ownerUrl: string, appLogin?: string): Promise<Migrated> {
  const client = new pg.Client({ connectionString: ownerUrl, application_name: 'summit-migrate' });
  await client.connect();
  try {
    await client.query('select pg_advisory_lock(727275)');
    await ensureRoles(client, appLogin);
    await client.query(`create schema if not exists migrations;
      create table if not exists migrations.applied (name text primary key, at timestamptz not null default clock_timestamp())`);
    const done = new Set(
      (await client.query<{ name: string }>('select name from migrations.applied')).rows.map(
        ({ name }) => name,
      ),
    );
    const files = (await readdir(FOLDER)).filter((name) => /^\d{4}_\w+\.sql$/.test(name)).sort();
    const unknown = [...done].filter((name) => !files.includes(name));
    if (unknown.length > 0) {
      throw new Error(`the database is newer than this program: it has ${unknown.join(', ')}`);
    }
    const applied: string[] = [];
    for (const name of files) {
      if (done.has(name)) continue;
      await client.query(`begin; ${await readFile(new URL(name, FOLDER), 'utf8')};`);
      await client.query('insert into migrations.applied (name) values ($1)', [name]);
      await client.query('commit');
      applied.push(name);
    }
    await ensureEpoch(client);
    return { applied, version: files.at(-1) ?? 'none' };
  } finally {
    await client.end();
  }
}

async function ensureRoles(client: pg.Client, appLogin?: string): Promise<void> {
  await client.query(`do $$ begin
    create role summit_app nologin nosuperuser nobypassrls nocreatedb nocreaterole;
  exception when duplicate_object or unique_violation then null; end $$`);
  if (appLogin) await client.query(`grant summit_app to ${pg.escapeIdentifier(appLogin)}`);
}

/**
 * Opens a new epoch above the last id when this is another cluster than the one that gave the ids (a logical restore):
 * transaction ids start low again there, and every reader of the log would be blind.
 */
async function ensureEpoch(client: pg.ClientBase): Promise<void> {
  await client.query(`
    with here as (
      select (select system_identifier::text from pg_control_system()) as system_identifier,
             (select timeline_id from pg_control_checkpoint()) as timeline
    ), last as (
      select system_identifier, timeline, xid_offset from operations.epochs order by id desc limit 1
    ), top as (
      select coalesce(max(id), 0) as id from summit.changes
    )
    insert into operations.epochs (system_identifier, timeline, xid_offset)
    select here.system_identifier, here.timeline,
           case when last.system_identifier is null then 0
                when last.system_identifier = here.system_identifier then last.xid_offset
                else greatest(top.id - pg_current_xact_id()::text::bigint + 1000, 0) end
    from here cross join top left join last on true
    where last.system_identifier is distinct from here.system_identifier or last.timeline is distinct from here.timeline`);
}
