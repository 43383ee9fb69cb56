import { randomBytes } from 'node:crypto';
import { chmod, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** Passwords of the two logins: the owner migrates and administers, the app serves. */
export type Logins = { owner: string; app: string };

const loginsFile = (dataDir: string) => join(dirname(dataDir), 'postgres-logins.json');

/** Reads the passwords kept beside the data folder; undefined when there are none. */
export async function readLogins(dataDir: string): Promise<Logins | undefined> {
  try {
    return JSON.parse(await readFile(loginsFile(dataDir), 'utf8')) as Logins;
  } catch {
    return undefined;
  }
}

/** Makes new passwords and keeps them readable by this user alone. */
export async function makeLogins(dataDir: string): Promise<Logins> {
  const logins = { owner: randomBytes(24).toString('base64url'), app: randomBytes(24).toString('base64url') };
  await writeFile(loginsFile(dataDir), `${JSON.stringify(logins)}\n`, { mode: 0o600 });
  await chmod(loginsFile(dataDir), 0o600);
  return logins;
}

/** Statements for a new cluster. The superuser has no password and no way in over the network. */
export function creatingSql(logins: Logins, ownerMayCreateDatabases: boolean): string[] {
  const createDb = ownerMayCreateDatabases ? ' createdb' : '';
  return [
    `create role summit_owner login createrole${createDb} password '${logins.owner}'`,
    `create role summit login password '${logins.app}'`,
    // The owner may grant to and act as the app login (tests do), but inherits nothing from it.
    'grant summit to summit_owner with admin true, inherit false, set true',
    // Doctor must see every session to name the one that holds back the change log, and may end it.
    'grant pg_monitor, pg_signal_backend to summit_owner',
    // When everything else is taken the operator still gets in.
    'grant pg_use_reserved_connections to summit_owner',
    'create database summit owner summit_owner',
  ];
}

/** Statements that give an existing cluster new passwords. */
export const changingSql = (logins: Logins): string[] => [
  `alter role summit_owner password '${logins.owner}'`,
  `alter role summit password '${logins.app}'`,
];

/** Only the two logins, only over loopback, only with a password. */
export const hostRules = `host all summit,summit_owner 127.0.0.1/32 scram-sha-256\n`;
