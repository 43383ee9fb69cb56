import { thisInstallation } from './installation.ts';
import { operator } from './operator.ts';
import { printJson, say, table } from './output.ts';

type Json = { json?: boolean };

const given = (options: Record<string, string | undefined>): string[] =>
  Object.entries(options).flatMap(([name, value]) => (value === undefined ? [] : [`--${name}`, value]));

/** Adds a person to the embedded identity provider. */
export async function addUser(
  name: string,
  { json, role, clearance, tenant }: { role: string; clearance: string; tenant?: string } & Json,
): Promise<void> {
  const { user } = await operator<{ user: { roles: string[]; clearance: string } }>(
    await thisInstallation(),
    ['user-add', name, ...given({ role, clearance, tenant })],
  );
  if (json) return printJson(user);
  const reads =
    user.clearance === 'TLP:RED' ? 'everything in the tenant' : `what is marked up to ${user.clearance}`;
  say(
    `${name} is now known: role ${user.roles.join(', ')}, clearance ${user.clearance}: reads ${reads}${user.roles.includes('reader') ? ', and changes nothing' : ''}.`,
  );
  say(`A sign-in link: bin/summit signin-link --user "${name}"`);
}

interface ListedPerson {
  id: string;
  name: string;
  kind: string;
  email: string | null;
  roles: string[];
  clearance: string;
  disabledAt: string | null;
}

export async function listUsers({ json, tenant }: { tenant?: string } & Json): Promise<void> {
  const { users } = await operator<{ users: ListedPerson[] }>(await thisInstallation(), [
    'user-list',
    ...given({ tenant }),
  ]);
  if (json) return printJson(users);
  const rows = users.map(({ name, roles, clearance, email, disabledAt }) => [
    name,
    roles.join(', '),
    clearance,
    email ?? '',
    disabledAt ? `disabled ${disabledAt}` : '',
  ]);
  say(table([['NAME', 'ROLES', 'CLEARANCE', 'ADDRESS', ''], ...rows]));
}

/** Cuts a person off, or lets them in again. */
export async function switchUser(
  name: string,
  able: 'disable' | 'enable',
  { json, tenant }: { tenant?: string } & Json,
): Promise<void> {
  const { user } = await operator<{ user: { id: string; name: string; disabled: boolean } }>(
    await thisInstallation(),
    [`user-${able}`, name, ...given({ tenant })],
  );
  if (json) return printJson(user);
  say(
    user.disabled
      ? `${user.name} is disabled: sessions, tokens and open streams end within 5 seconds.`
      : `${user.name} may sign in again.`,
  );
}

/** Makes a link that signs one person in, once. It is printed and nowhere else kept. */
export async function signInLink({ json, user }: { user?: string } & Json): Promise<void> {
  const link = await operator<{ url: string; expiresAt?: string }>(await thisInstallation(), [
    'signin-link',
    ...given({ user }),
  ]);
  if (json) return printJson(link);
  say(link.url);
  say('It works once, for 15 minutes, on this machine.');
}

/** Makes an API token. It is shown this once. */
export async function createToken({
  json,
  name,
  user,
}: { name: string; user?: string } & Json): Promise<void> {
  const made = await operator<{ token: string }>(await thisInstallation(), [
    'token-create',
    ...given({ name, user }),
  ]);
  if (json) return printJson(made);
  say(made.token);
  process.stderr.write('It is shown this once; keep it like a password.\n');
}

interface ListedToken {
  id: string;
  name: string;
  user: string | null;
  roles: string[];
  lastUsedAt: string | null;
  expiresAt: string | null;
  revokedAt: string | null;
}

/** Tokens by name; the tokens themselves are stored nowhere. */
export async function listTokens({ json, tenant }: { tenant?: string } & Json): Promise<void> {
  const { tokens } = await operator<{ tokens: ListedToken[] }>(await thisInstallation(), [
    'token-list',
    ...given({ tenant }),
  ]);
  if (json) return printJson(tokens);
  const rows = tokens.map(({ id, name, user, roles, lastUsedAt, expiresAt, revokedAt }) => [
    id,
    name,
    user ?? '',
    roles.join(', '),
    lastUsedAt ?? 'never',
    revokedAt ? `revoked ${revokedAt}` : expiresAt ? `until ${expiresAt}` : '',
  ]);
  say(table([['ID', 'NAME', 'ACTS AS', 'ROLES', 'LAST USED', ''], ...rows]));
}

/** Ends one token by id, or all of a name. */
export async function revokeToken(
  nameOrId: string,
  { json, tenant }: { tenant?: string } & Json,
): Promise<void> {
  const answer = await operator<{ revoked: string[] }>(await thisInstallation(), [
    'token-revoke',
    nameOrId,
    ...given({ tenant }),
  ]);
  if (json) return printJson(answer);
  const count = answer.revoked.length;
  say(`${count} ${count === 1 ? 'token ends' : 'tokens end'} within 5 seconds.`);
}

/** Prints the digest of all facts, or of one dataset, now or at a position. */
export async function digest({ json, dataset, at }: { dataset?: string; at?: string } & Json): Promise<void> {
  const found = await operator<Record<string, unknown>>(await thisInstallation(), [
    'digest',
    ...given({ dataset, at }),
  ]);
  if (json) return printJson(found);
  for (const [name, value] of Object.entries(found)) say(`${name.padEnd(14)} ${value}`);
}
