import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cloneRoot } from '@summit/process/config';
import { childEnvironment } from './childEnvironment.ts';
import { type DatabaseUrls, givenDatabase } from './givenDatabase.ts';
import { CommandError, type Installation } from './installation.ts';
import { lastWords } from './lastWords.ts';
import { readLogins } from './postgresLogins.ts';
import { runToEnd } from './runToEnd.ts';

/** Runs one of the server's operator commands, which act on this machine's database as its owner. */
export async function operator<T>(installation: Installation, arguments_: string[]): Promise<T> {
  const env = childEnvironment('operator', installation.environment, await databaseUrls(installation));
  const main = join(cloneRoot, 'apps/server/src/main.ts');
  const { code, stdout, output } = await runToEnd(
    process.execPath,
    [main, 'operator', ...arguments_, '--json'],
    { env },
  );
  const answer = lastJson(stdout);
  if (code !== 0 || answer === undefined) throw new CommandError(failure(lastJson(output), output));
  return answer as T;
}

/** Addresses of the database for its two logins. */
export async function databaseUrls({ config, home }: Installation): Promise<DatabaseUrls> {
  const given = givenDatabase(config);
  if (given) return given;
  const logins = await readLogins(home.postgres);
  if (!logins) throw new CommandError('There is no database yet; run `make up` first.');
  const at = `127.0.0.1:${config.POSTGRES_PORT}/summit`;
  return {
    ownerUrl: `postgres://summit_owner:${logins.owner}@${at}`,
    appUrl: `postgres://summit:${logins.app}@${at}`,
  };
}

/** The last line that is a JSON object; log lines may come before it. */
function lastJson(text: string): unknown {
  for (const line of text.trim().split('\n').reverse()) {
    try {
      return JSON.parse(line);
    } catch {
      // Not this line.
    }
  }
  return undefined;
}

function failure(answer: unknown, output: string): string {
  const { error } = (answer ?? {}) as { error?: { message?: string } | string };
  if (typeof error === 'string') return error;
  if (error?.message) return error.message;
  if (/ECONNREFUSED/.test(output)) return 'Summit is not running; start it with `make up`.';
  return lastWords(output.trim().split('\n')) || 'The command failed without a word.';
}

/** The bearer token of the command line, made on first use and kept private. */
export async function cliToken(
  installation: Installation,
  write: (path: string, token: string) => Promise<void>,
): Promise<string> {
  const { cliToken: path } = installation.home;
  const kept = await readFile(path, 'utf8').catch(() => '');
  if (kept.trim()) return kept.trim();
  const { token } = await operator<{ token: string }>(installation, [
    'token-create',
    '--name',
    'command line',
  ]);
  await write(path, token);
  return token;
}
