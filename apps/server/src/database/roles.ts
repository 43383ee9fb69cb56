import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto';
import pg from 'pg';

const APP_ROLE = 'summit_app';
const OLDEST = 150_000;
const NEWEST = 190_000;

/**
 * The role that owns nothing and the login that serves in it: made where the owner may, else whoever may is told what to run.
 * `appUrl` names the login, and its password where it has to be made.
 */
export async function ensureRoles(client: pg.Client, appUrl?: URL): Promise<void> {
  if (!(await exists(client, APP_ROLE)))
    await asOwner(
      client,
      `create role ${APP_ROLE} nologin nosuperuser nobypassrls nocreatedb nocreaterole`,
      'the role that serves is missing',
    );
  if (!appUrl) return;
  const login = decodeURIComponent(appUrl.username);
  const name = pg.escapeIdentifier(login);
  if (!(await exists(client, login))) {
    const password = decodeURIComponent(appUrl.password);
    await asOwner(
      client,
      `create role ${name} login${password === '' ? '' : ` password ${pg.escapeLiteral(verifierOf(password))}`}`,
      `the login ${login} of DATABASE_URL is missing`,
      `create role ${name} login password '…'`,
    );
  }
  const { rows } = await client.query<{ serves: boolean; rises: boolean }>(
    `select pg_has_role($1, '${APP_ROLE}', 'member') as serves, rolsuper or rolbypassrls as rises
     from pg_roles where rolname = $1`,
    [login],
  );
  if (rows[0]!.rises)
    throw new Error(
      `the login ${login} of DATABASE_URL is a superuser or passes by row-level security; take another one, which is neither`,
    );
  if (!rows[0]!.serves)
    await asOwner(client, `grant ${APP_ROLE} to ${name}`, `the login ${login} may not act as ${APP_ROLE}`);
}

/** Of a database in which nothing of ours stands yet: what would be found out too late. */
export async function mustSuit(client: pg.Client): Promise<void> {
  const { rows } = await client.query<Record<string, string>>(`
    select current_setting('server_version_num') as version, pg_encoding_to_char(encoding) as encoding, datlocprovider as provider,
           datcollate as collation, datctype as ctype, to_jsonb(d) ->> 'datlocale' as locale, datname as name
    from pg_database d where datname = current_database()`);
  const { version, encoding, provider, collation, ctype, locale, name } = rows[0]!;
  if (Number(version) < OLDEST || Number(version) >= NEWEST)
    throw new Error(
      `the database is Postgres ${Math.floor(Number(version) / 10_000)}; Summit needs 15 to 18`,
    );
  // Texts are compared by code point, as our own code does it; upper and lower case are known of every letter.
  const isPlain =
    provider === 'b'
      ? locale === 'C.UTF-8'
      : provider === 'c' && /^(C|POSIX|C\.utf-?8)$/i.test(collation!) && /utf-?8$/i.test(ctype!);
  if (encoding !== 'UTF8' || !isPlain)
    throw new Error(
      `the database ${name} is ${encoding}, ordered by ${locale ?? collation}, letters by ${locale ?? ctype}; make one for Summit: create database summit template template0 encoding 'UTF8' lc_collate 'C' lc_ctype 'C.UTF-8' owner …`,
    );
}

async function exists(client: pg.Client, role: string): Promise<boolean> {
  return ((await client.query('select from pg_roles where rolname = $1', [role])).rowCount ?? 0) > 0;
}

/** Two at once, for two databases of one server, make what is the server's: the second finds it made. */
async function asOwner(
  client: pg.Client,
  statement: string,
  missing: string,
  told = statement,
): Promise<void> {
  try {
    await client.query(statement);
  } catch (error) {
    const { code } = error as { code?: string };
    if (code === '42710' || code === '23505') return;
    if (code !== '42501') throw error;
    const { rows } = await client.query<{ name: string }>('select current_user as name');
    throw new Error(`${missing}, and ${rows[0]!.name} may not make it so. As a superuser: ${told};`, {
      cause: error,
    });
  }
}

/** What Postgres keeps of a password: the password itself would stand in its logs when the statement fails. */
function verifierOf(password: string): string {
  const salt = randomBytes(16);
  const salted = pbkdf2Sync(password.normalize('NFKC'), salt, 4096, 32, 'sha256');
  const keyed = (text: string) => createHmac('sha256', salted).update(text).digest();
  const stored = createHash('sha256').update(keyed('Client Key')).digest('base64');
  return `SCRAM-SHA-256$4096:${salt.toString('base64')}$${stored}:${keyed('Server Key').toString('base64')}`;
}
