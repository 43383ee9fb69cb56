import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, expect, inject, test } from 'vitest';
import { migrate } from './migrate.ts';

const ownerUrl = inject('postgresOwnerUrl');
const made: string[] = [];
const name = (kind: string) => `${kind}_${randomUUID().replaceAll('-', '').slice(0, 12)}`;
const at = (database: string, login?: string, password = 'a password') => {
  const url = new URL(ownerUrl);
  url.pathname = `/${database}`;
  if (login) Object.assign(url, { username: login, password: encodeURIComponent(password) });
  return url;
};
const admin = new pg.Client({ connectionString: at('postgres').href });
await admin.connect();
const run = (text: string) => admin.query(text);
afterAll(async () => {
  for (const statement of made.reverse()) await run(statement);
  await admin.end();
});

async function database(options = ''): Promise<string> {
  const database = name('roles');
  await run(`create database ${database} template template0 ${options}`);
  made.push(`drop database ${database} with (force)`);
  return database;
}

async function login(attributes = ''): Promise<string> {
  const login = name('login');
  await run(`create role ${login} login ${attributes} password 'a password'`);
  made.push(`drop role ${login}`);
  // A database can be given to it only then.
  await run(`grant ${login} to current_user`);
  return login;
}

test('a missing login of DATABASE_URL is made, and may act as the role that serves', async () => {
  const [db, missing] = [await database(), name('serving')];
  made.push(`drop role ${missing}`);
  await migrate(at(db).href, at(db, missing, 'p@ss/wörd'));
  const { rows } = await admin.query(
    `select rolcanlogin as logs_in, rolsuper or rolcreaterole or rolbypassrls as rises, pg_has_role(oid, 'summit_app', 'member') as serves
     from pg_roles where rolname = $1`,
    [missing],
  );
  expect(rows).toEqual([{ logs_in: true, rises: false, serves: true }]);
  expect((await migrate(at(db).href, at(db, missing))).applied).toEqual([]);
});

test('an owner who may make no roles is told the statement for who may', async () => {
  const owner = await login();
  // Only the two logins of the embedded server get in: it acts as this one.
  const acting = at(await database());
  acting.searchParams.set('options', `-c role=${owner}`);
  await expect(migrate(acting.href, at('any', 'not-there'))).rejects.toThrow(
    `the login not-there of DATABASE_URL is missing, and ${owner} may not make it so. As a superuser: create role "not-there" login password '…';`,
  );
  const other = await login();
  await expect(migrate(acting.href, at('any', other))).rejects.toThrow(
    `the login ${other} may not act as summit_app, and ${owner} may not make it so. As a superuser: grant summit_app to "${other}";`,
  );
});

test('a database that does not order by code point is refused before anything stands in it', async () => {
  const db = await database("encoding 'SQL_ASCII' locale_provider libc locale 'C'");
  await expect(migrate(at(db).href, at(db, 'nobody'))).rejects.toThrow(
    `the database ${db} is SQL_ASCII, ordered by C, letters by C; make one for Summit: create database summit template template0 encoding 'UTF8'`,
  );
});

test('one that does not answer is named without its password', async () => {
  const gone = at('gone');
  gone.port = '1';
  await expect(migrate(gone.href)).rejects.toThrow(
    `The database at ${gone.host}/gone does not answer: ECONNREFUSED`,
  );
});
