import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { SummitError } from '@summit/process/errors';
import pg from 'pg';
import { ensureRoles, mustSuit } from './roles.ts';

const FOLDER = new URL('../../migrations/', import.meta.url);

export interface Migrated {
  applied: string[];
  version: string;
}

interface Migration {
  name: string;
  text: string;
  sha256: string;
}

/**
 * Brings the database at `ownerUrl` to this version: roles, then each numbered file in a transaction of its own, forward only.
 * Two at once are safe (advisory lock). The login of `app`, its name or its address, becomes a member of the app role. Throws MIGRATION_CHANGED, before anything
 * is written, when a file was applied in another form than it has now.
 */
export async function migrate(ownerUrl: string, app?: string | URL, folder = FOLDER): Promise<Migrated> {
  const client = new pg.Client({
    connectionString: ownerUrl,
    application_name: 'summit-migrate',
    connectionTimeoutMillis: 10_000,
  });
  client.on('error', () => {});
  await client.connect().catch((cause: unknown) => {
    const { host, pathname } = new URL(ownerUrl);
    const code = (cause as { code?: unknown }).code;
    const why = typeof code === 'string' ? code : (cause as Error).message;
    throw new Error(`The database at ${host}${pathname} does not answer: ${why}`, { cause });
  });
  try {
    await client.query('select pg_advisory_lock(727275)');
    const { rows: begun } = await client.query<{ begun: boolean }>(
      `select to_regclass('migrations.applied') is not null as begun`,
    );
    if (!begun[0]!.begun) await mustSuit(client);
    await ensureRoles(client, typeof app === 'string' ? new URL(`postgres://${app}@none`) : app);
    await makeUpForAge(client);
    await client.query(`create schema if not exists migrations;
      create table if not exists migrations.applied (name text primary key, at timestamptz not null default clock_timestamp());
      alter table migrations.applied add column if not exists sha256 text`);
    const { rows } = await client.query<{ name: string; sha256: string | null }>(
      'select name, sha256 from migrations.applied',
    );
    const done = new Map(rows.map(({ name, sha256 }) => [name, sha256]));
    const files = await migrationsIn(folder);
    const unknown = [...done.keys()].filter((known) => !files.some(({ name }) => name === known));
    if (unknown.length > 0) {
      throw new Error(`the database is newer than this program: it has ${unknown.join(', ')}`);
    }
    const changed = files.find(({ name, sha256 }) => (done.get(name) ?? sha256) !== sha256);
    if (changed) throw new SummitError('MIGRATION_CHANGED', { file: changed.name });
    const applied: string[] = [];
    for (const { name, text, sha256 } of files) {
      if (done.has(name)) continue;
      await client.query(`begin; ${text};`);
      await client.query('insert into migrations.applied (name, sha256) values ($1, $2)', [name, sha256]);
      await client.query('commit');
      applied.push(name);
    }
    // Of a database from before they were kept nobody can tell any more what it was made with: from here on it can be told.
    for (const { name, sha256 } of files.filter(({ name }) => done.get(name) === null))
      await client.query('update migrations.applied set sha256 = $2 where name = $1', [name, sha256]);
    await ensureEpoch(client);
    return { applied, version: files.at(-1)?.name ?? 'none' };
  } finally {
    await client.end();
  }
}

/** What the migrations call and servers before 18 do not know. */
async function makeUpForAge(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ known: boolean }>(
    `select to_regprocedure('pg_catalog.uuidv7()') is not null as known`,
  );
  if (rows[0]!.known) return;
  await client.query(`
    create schema if not exists portable;
    create or replace function portable.uuidv7() returns uuid language sql volatile parallel safe return
      encode(set_bit(set_bit(overlay(uuid_send(gen_random_uuid())
        placing substring(int8send((extract(epoch from clock_timestamp()) * 1000)::bigint) from 3) from 1 for 6), 52, 1), 53, 1),
        'hex')::uuid;
    set search_path = public, portable`);
}

/** In their order. */
async function migrationsIn(folder: URL): Promise<Migration[]> {
  const names = (await readdir(folder)).filter((name) => /^\d{4}_\w+\.sql$/.test(name)).sort();
  return Promise.all(
    names.map(async (name) => {
      const text = await readFile(new URL(name, folder), 'utf8');
      return { name, text, sha256: createHash('sha256').update(text).digest('hex') };
    }),
  );
}

/**
 * Opens a new epoch above the last id when this is another cluster than the one that gave the ids (a logical restore):
 * transaction ids start low again there, and every reader of the log would be blind.
 */
async function ensureEpoch(client: pg.ClientBase): Promise<void> {
  await client.query(`
    with here as (
      select (select system_identifier::text from pg_control_system()) as system_identifier,
             operations.timeline() as timeline
    ), last as (
      select system_identifier, timeline, xid_offset from operations.epochs order by id desc limit 1
    ), top as (
      select coalesce(max(id), 0) as id from summit.changes
    )
    insert into operations.epochs (system_identifier, timeline, xid_offset)
    select here.system_identifier, here.timeline,
           case when last.system_identifier is null then 0
                when last.system_identifier = here.system_identifier then last.xid_offset + operations.lost_at_most()
                else greatest(top.id - pg_current_xact_id()::text::bigint + operations.lost_at_most(), 0) end
    from here cross join top left join last on true
    where last.system_identifier is distinct from here.system_identifier or last.timeline is distinct from here.timeline`);
}
