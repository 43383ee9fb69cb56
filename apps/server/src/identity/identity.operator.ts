import { parseArgs } from 'node:util';
import { SummitError } from '@summit/process/errors';
import { markings, roles as roleNames } from '@summit/process/internalIdentity';
import type { Database } from '../database/database.ts';
import type { Role } from '../tenant/actor.ts';
import { markingName, markingRank } from '../tenant/marking.ts';
import { listTokens, makeToken, revokeTokens } from './apiToken.ts';
import { makeLink } from './signinLink.ts';
import { addUser, foundTenant, setDisabled, systemContext } from './user.commands.ts';
import { type ListedTenant, type ListedUser, listTenants, listUsers, pick } from './user.ts';

export interface OperatorParts {
  /** As the owner: these commands are for who holds the machine. */
  db: Database;
  publicUrl: string;
  /** Key under which change ids leave the server (change/position.ts). */
  positionSecret: Uint8Array;
}

export interface OperatorCommand {
  usage: string;
  help: string;
  /** Takes rights away: gateways that remember them are told. */
  revokes?: boolean;
  /** Resolves to what `--json` prints. Throws INPUT_INVALID, NOT_FOUND, LAST_OWNER or NO_OWNER. */
  run(words: string[], parts: OperatorParts): Promise<object>;
}

const roleList = roleNames.join(', ');

/** What the operator can do about people, by name of the command. */
export const identityCommands: Record<string, OperatorCommand> = {
  'tenant-add': {
    usage: 'tenant-add NAME',
    help: 'Founds another tenant: a wall that nothing crosses.',
    async run(words, { db }) {
      const { positionals } = read(words, {});
      const name = one(positionals, 'a name');
      const tenants = await listTenants(db);
      if (tenants.some((tenant) => tenant.name.toLowerCase() === name.toLowerCase())) {
        throw invalid(`a tenant named ${name} exists.`);
      }
      return { tenant: { id: await foundTenant(db, name), name } };
    },
  },
  'user-add': {
    usage: 'user-add NAME [--role ROLE]… [--clearance TLP:…] [--email ADDRESS] [--tenant TENANT]',
    help: `Adds a person. Roles: ${roleList} (default analyst). An address lets a company's provider recognise them.`,
    async run(words, { db }) {
      const { positionals, values } = read(words, {
        role: { type: 'string', multiple: true },
        clearance: { type: 'string' },
        email: { type: 'string' },
        tenant: { type: 'string' },
      });
      const tenant = await tenantOf(db, values.tenant);
      const name = one(positionals, 'a name');
      const roles = rolesOf(values.role ?? ['analyst']);
      const clearance = markingRank(values.clearance ?? markings[4]);
      const id = await addUser(systemContext(db, tenant.id), {
        name,
        roles,
        clearance,
        email: emailOf(values.email),
      });
      return { user: { id, name, tenant: tenant.id, roles, clearance: markingName(clearance) } };
    },
  },
  'user-list': {
    usage: 'user-list [--tenant TENANT]',
    help: 'Lists the people.',
    async run(words, { db }) {
      const { values } = read(words, { tenant: { type: 'string' } });
      const tenant = await tenantOf(db, values.tenant);
      return { users: (await listUsers(db, tenant.id)).filter(({ kind }) => kind !== 'system') };
    },
  },
  'user-disable': {
    usage: 'user-disable USER [--tenant TENANT]',
    help: 'Cuts a person off within 5 seconds: sessions, tokens and open streams.',
    revokes: true,
    run: (words, { db }) => switchUser(words, db, true),
  },
  'user-enable': {
    usage: 'user-enable USER [--tenant TENANT]',
    help: 'Lets a disabled person in again.',
    run: (words, { db }) => switchUser(words, db, false),
  },
  'signin-link': {
    usage: 'signin-link [--user USER] [--tenant TENANT]',
    help: 'Makes a link that signs in once, within 15 minutes, on this machine (default: the first owner).',
    async run(words, { db, publicUrl }) {
      const { values } = read(words, { user: { type: 'string' }, tenant: { type: 'string' } });
      const user = await userOrFirstOwner(db, values);
      const { token, expiresAt } = await makeLink(db, user);
      return {
        url: new URL(`/auth/link/${token}`, publicUrl).href,
        expiresAt,
        user: { id: user.id, name: user.name },
      };
    },
  },
  'token-create': {
    usage:
      'token-create --name NAME [--user USER] [--role ROLE]… [--scope smoke]… [--days N] [--tenant TENANT]',
    help: 'Makes a bearer token for programs that acts as a person (default: the first owner). Shown once.',
    async run(words, { db }) {
      const { values } = read(words, {
        name: { type: 'string' },
        user: { type: 'string' },
        role: { type: 'string', multiple: true },
        scope: { type: 'string', multiple: true },
        days: { type: 'string' },
        tenant: { type: 'string' },
      });
      const name = values.name?.trim();
      if (!name) throw invalid('--name is missing.');
      const user = await userOrFirstOwner(db, values);
      const made = await makeToken(db, {
        tenant: user.tenant,
        userId: user.id,
        name,
        roles: rolesOf(values.role ?? user.roles),
        scopes: scopesOf(values.scope ?? []),
        days: daysOf(values.days),
      });
      return { token: made.token, id: made.id, name, user: { id: user.id, name: user.name } };
    },
  },
  'token-list': {
    usage: 'token-list [--tenant TENANT]',
    help: 'Lists tokens by name; the tokens themselves are stored nowhere.',
    async run(words, { db }) {
      const { values } = read(words, { tenant: { type: 'string' } });
      return { tokens: await listTokens(db, (await tenantOf(db, values.tenant)).id) };
    },
  },
  'token-revoke': {
    usage: 'token-revoke NAME|ID [--tenant TENANT]',
    help: 'Ends a token within 5 seconds.',
    revokes: true,
    async run(words, { db }) {
      const { positionals, values } = read(words, { tenant: { type: 'string' } });
      const tenant = await tenantOf(db, values.tenant);
      return { revoked: await revokeTokens(db, tenant.id, one(positionals, 'a token')) };
    },
  },
};

async function switchUser(words: string[], db: Database, disabled: boolean): Promise<object> {
  const { positionals, values } = read(words, { tenant: { type: 'string' } });
  const tenant = await tenantOf(db, values.tenant);
  const user = pick('person', await peopleOf(db, tenant.id), one(positionals, 'a person'));
  await setDisabled(systemContext(db, tenant.id), user, disabled);
  return { user: { id: user.id, name: user.name, disabled } };
}

/** The named tenant, or the first; a fresh database gets one. */
async function tenantOf(db: Database, wanted: string | undefined): Promise<ListedTenant> {
  const tenants = await listTenants(db);
  if (wanted !== undefined) return pick('tenant', tenants, wanted);
  const [first] = tenants;
  if (first) return first;
  const name = 'Summit';
  return { id: await foundTenant(db, name), name };
}

const peopleOf = async (db: Database, tenant: string): Promise<ListedUser[]> =>
  (await listUsers(db, tenant)).filter(({ kind }) => kind !== 'system');

/** A fresh installation gets its first owner here, so that `make up` can print a link. */
async function userOrFirstOwner(
  db: Database,
  wanted: { user?: string | undefined; tenant?: string | undefined },
): Promise<Pick<ListedUser, 'id' | 'tenant' | 'name' | 'roles'>> {
  const tenant = await tenantOf(db, wanted.tenant);
  const everybody = await peopleOf(db, tenant.id);
  const people = everybody.filter(({ disabledAt }) => disabledAt === null);
  if (wanted.user !== undefined) return pick('person', people, wanted.user);
  const owner = people.find(({ roles }) => roles.includes('owner'));
  if (owner) return owner;
  const disabled = everybody.find(({ roles }) => roles.includes('owner'));
  if (disabled) throw new SummitError('NO_OWNER', { name: disabled.name });
  const first = { name: 'Owner', roles: ['owner'] as Role[], clearance: 4 };
  return { ...first, tenant: tenant.id, id: await addUser(systemContext(db, tenant.id), first) };
}

type Options = NonNullable<Parameters<typeof parseArgs>[0]>['options'];

function read<const O extends NonNullable<Options>>(words: string[], options: O) {
  try {
    return parseArgs({
      args: words.filter((word) => word !== '--json'),
      options,
      allowPositionals: true,
      strict: true,
    });
  } catch (error) {
    throw invalid(`${(error as Error).message}.`);
  }
}

function one(words: string[], what: string): string {
  const [word, ...rest] = words;
  if (!word?.trim() || rest.length > 0) throw invalid(`give exactly ${what}.`);
  return word.trim();
}

function rolesOf(words: readonly string[]): Role[] {
  const wanted = words.flatMap((word) => word.split(',')).map((word) => word.trim());
  const unknown = wanted.find((word) => !(roleNames as readonly string[]).includes(word));
  if (unknown !== undefined || wanted.length === 0)
    throw invalid(`role is one of ${roleList}, not "${unknown}".`);
  return [...new Set(wanted)] as Role[];
}

/** `smoke` is let off the request limit (apps/gateway/src/admit.ts). What a token may do is what its roles may. */
const scopeNames = ['smoke'];

function scopesOf(words: readonly string[]): string[] {
  const unknown = words.find((word) => !scopeNames.includes(word));
  if (unknown !== undefined)
    throw invalid(
      `scope is one of ${scopeNames.join(', ')}, not "${unknown}"; --role limits what a token may.`,
    );
  return [...new Set(words)];
}

function emailOf(word: string | undefined): string | undefined {
  if (word === undefined) return undefined;
  if (word.length > 320 || !/^[^\s@]+@[^\s@]+$/.test(word))
    throw invalid(`"${word}" is not an e-mail address.`);
  return word.toLowerCase();
}

function daysOf(word: string | undefined): number | undefined {
  if (word === undefined) return undefined;
  const days = Number(word);
  if (!Number.isInteger(days) || days < 1 || days > 3650)
    throw invalid('--days is a whole number from 1 to 3650.');
  return days;
}

const invalid = (problem: string): SummitError => new SummitError('INPUT_INVALID', { problem });
