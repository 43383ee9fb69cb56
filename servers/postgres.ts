import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { appendFile, chown, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Account, databaseAccount } from '../apps/cli/src/postgresAccount.ts';
import { findBinaries } from '../apps/cli/src/postgresBinaries.ts';
import { creatingSql, hostRules } from '../apps/cli/src/postgresLogins.ts';
import { asArguments, type Settings } from '../apps/cli/src/postgresSettings.ts';
import { freePort } from '../checks/testPostgres.ts';
import type { Certificates } from './certificates.ts';
import { bringPackages } from './packages.ts';
import { runAs } from './runAs.ts';
import { type Recipe, type Server, startServer } from './server.ts';

export type PostgresOptions = {
  port?: number;
  /** Refuses whoever does not speak TLS. */
  tls?: Certificates;
  settings?: Settings;
};

/** The programs of one version, and the user who may run them. */
export type PostgresPrograms = {
  initdb: string;
  postgres: string;
  baseBackup: string;
  account: Account | undefined;
  env: Record<string, string>;
};

export type Postgres = Server & {
  major: 15 | 18;
  programs: PostgresPrograms;
  /** Of the login that owns the database `summit` and may create others. */
  ownerUrl: string;
  /** Of the login that owns nothing. */
  appUrl: string;
  /** Of the login that a replica copies with, as libpq reads it. */
  copying: string;
  /** What to set for Summit; through another port when a proxy stands before it. */
  variables(port?: number): { DATABASE_URL: string; DATABASE_OWNER_URL: string };
};

/** Starts the version that Summit brings itself. */
export const startPostgres18 = async (options: PostgresOptions = {}): Promise<Postgres> =>
  startPostgres(18, await postgres18(), options);

/** Starts Debian's version. */
export const startPostgres15 = async (options: PostgresOptions = {}): Promise<Postgres> =>
  startPostgres(15, await postgres15(), options);

const account = async () => (process.getuid?.() === 0 ? databaseAccount() : undefined);

async function postgres18(): Promise<PostgresPrograms> {
  const found = await findBinaries(process.getuid?.() === 0);
  return {
    ...found,
    baseBackup: join(found.postgres, '../pg_basebackup'),
    account: await account(),
    // A replica's server would take the machine's own, older libpq.
    env: { LD_LIBRARY_PATH: join(found.postgres, '../../lib') },
  };
}

const bin = (name: string) => `/usr/lib/postgresql/15/bin/${name}`;

export const bringPostgres15 = (): Promise<void> => bringPackages({ [bin('postgres')]: 'postgresql-15' });

async function postgres15(): Promise<PostgresPrograms> {
  await bringPostgres15();
  return {
    initdb: bin('initdb'),
    postgres: bin('postgres'),
    baseBackup: bin('pg_basebackup'),
    account: await account(),
    env: {},
  };
}

async function startPostgres(
  major: 15 | 18,
  programs: PostgresPrograms,
  options: PostgresOptions,
): Promise<Postgres> {
  const port = options.port ?? (await freePort());
  const password = () => randomBytes(18).toString('base64url');
  const logins = { owner: password(), app: password() };
  const copier = password();
  const { tls } = options;
  const server = await startServer({
    ...postgresRecipe(`postgres-${major}`, port, programs, options.settings),
    prepare: async (data) => {
      await makeCluster(data, major, programs);
      await runAs(
        programs.account,
        programs.postgres,
        [
          ...['--single', '-D', data],
          ...['-c', 'exit_on_error=on', '-c', 'unix_socket_directories=', 'postgres'],
        ],
        [...statementsFor(major, logins), ...copierStatements(copier)].join('\n').concat('\n'),
      );
      const rules = `${hostRules}host replication copier 127.0.0.1/32 scram-sha-256\n`;
      await writeFile(join(data, 'pg_hba.conf'), tls ? rules.replaceAll(/^host /gm, 'hostssl ') : rules);
      if (tls) await addCertificates(data, tls, programs.account);
    },
  });
  const urlAt = (login: string, secret: string, at: number) =>
    `postgres://${login}:${secret}@127.0.0.1:${at}/summit${
      tls ? `?sslmode=verify-full&sslrootcert=${tls.authorityPath}` : ''
    }`;
  return Object.assign(server, {
    major,
    programs,
    ownerUrl: urlAt('summit_owner', logins.owner, port),
    appUrl: urlAt('summit', logins.app, port),
    copying: `host=127.0.0.1 port=${port} user=copier password=${copier} application_name=replica`,
    variables: (at = port) => ({
      DATABASE_URL: urlAt('summit', logins.app, at),
      DATABASE_OWNER_URL: urlAt('summit_owner', logins.owner, at),
    }),
  });
}

/** How any Postgres on a data folder is started, asked and stopped. */
export const postgresRecipe = (
  name: string,
  port: number,
  { postgres, account, env }: PostgresPrograms,
  settings: Settings = {},
): Omit<Recipe, 'prepare'> => ({
  name,
  port,
  launch: (data) => ({
    command: postgres,
    arguments: ['-D', data, '-p', String(port), ...asArguments({ ...QUICK, ...settings })],
    account,
    env,
    orphanSignal: 'QUIT',
  }),
  // One that was killed leaves its file behind.
  isReady: ({ pid }, data) => {
    const text = pidFile(data);
    return text.startsWith(`${pid}\n`) && /^ready\s*$/m.test(text);
  },
  stopSignal: 'SIGINT',
  closeSignal: 'SIGQUIT',
  // After a kill its children need a moment to notice; until then a new server is refused.
  mayTryAgain: (said) => /pre-existing shared memory block|lock file .* already exists/.test(said),
});

/** Nothing is lost when a process is killed; that the machine itself fails is not tried here. */
const QUICK: Settings = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  fsync: 'off',
  shared_buffers: '128MB',
  max_connections: 100,
  jit: 'off',
  timezone: 'UTC',
  log_timezone: 'UTC',
  password_encryption: 'scram-sha-256',
};

async function makeCluster(
  data: string,
  major: number,
  { initdb, account }: PostgresPrograms,
): Promise<void> {
  await mkdir(data, { recursive: true, mode: 0o700 });
  if (account) await chown(data, account.uid, account.gid);
  const ordering =
    major >= 17
      ? ['--no-locale', '--locale-provider=builtin', '--builtin-locale=C.UTF-8']
      : ['--locale=C.UTF-8'];
  await runAs(account, initdb, [
    ...['-D', data, '-U', 'postgres', '-A', 'reject', '-E', 'UTF8', '--no-sync', ...ordering],
  ]);
}

const statementsFor = (major: number, logins: { owner: string; app: string }): string[] =>
  creatingSql(logins, true).flatMap((statement) =>
    // How 16 and later say it.
    major >= 16
      ? statement
      : statement.includes('pg_use_reserved_connections')
        ? []
        : statement.replace('with admin true, inherit false, set true', 'with admin option'),
  );

const copierStatements = (password: string): string[] => [
  `create role copier login replication password '${password}'`,
  ...['pg_wal_replay_pause()', 'pg_wal_replay_resume()', 'pg_promote(boolean, integer)'].map(
    (signature) => `grant execute on function ${signature} to summit_owner`,
  ),
];

async function addCertificates(data: string, tls: Certificates, owner: Account | undefined): Promise<void> {
  for (const [name, text] of [
    ['server.key', tls.key],
    ['server.crt', tls.certificate],
  ] as const) {
    await writeFile(join(data, name), text, { mode: 0o600 });
    if (owner) await chown(join(data, name), owner.uid, owner.gid);
  }
  await appendFile(
    join(data, 'postgresql.conf'),
    "ssl = on\nssl_cert_file = 'server.crt'\nssl_key_file = 'server.key'\n",
  );
}

function pidFile(data: string): string {
  try {
    return readFileSync(join(data, 'postmaster.pid'), 'utf8');
  } catch {
    return '';
  }
}
