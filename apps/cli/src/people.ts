import { thisInstallation } from './installation.ts';
import { operator } from './operator.ts';
import { printJson, say } from './output.ts';

type Json = { json?: boolean };

const given = (options: Record<string, string | undefined>): string[] =>
  Object.entries(options).flatMap(([name, value]) => (value === undefined ? [] : [`--${name}`, value]));

/** Adds a person to the embedded identity provider. */
export async function addUser(
  name: string,
  { json, role, tenant }: { role: string; tenant?: string } & Json,
): Promise<void> {
  const { user } = await operator<{ user: { id: string; name: string; roles: string[] } }>(
    await thisInstallation(),
    ['user-add', name, ...given({ role, tenant })],
  );
  if (json) return printJson(user);
  say(`${name} is now known, as ${role}. A sign-in link: bin/summit signin-link --user "${name}"`);
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

/** Prints the digest of all facts, or of one dataset, now or at a position. */
export async function digest({ json, dataset, at }: { dataset?: string; at?: string } & Json): Promise<void> {
  const found = await operator<Record<string, unknown>>(await thisInstallation(), [
    'digest',
    ...given({ dataset, at }),
  ]);
  if (json) return printJson(found);
  for (const [name, value] of Object.entries(found)) say(`${name.padEnd(14)} ${value}`);
}
