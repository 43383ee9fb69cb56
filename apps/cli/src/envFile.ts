import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, copyFile, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Variable, variableNames, variables } from '@summit/process/variables';

/** Reads `NAME=value` lines; quotes around a value are taken off, `#` starts a comment after a space. */
export function parseEnvFile(text: string): Record<string, string> {
  const found: Record<string, string> = {};
  for (const line of text.split(/\r?\n/)) {
    const matched = /^\s*(?:export\s+)?([A-Za-z_]\w*)\s*=\s*(.*?)\s*$/.exec(line);
    if (!matched) continue;
    const [, name, value] = matched as unknown as [string, string, string];
    const quoted = /^(["'])(.*)\1(?:\s+#.*)?$/.exec(value);
    found[name] = quoted ? quoted[2]! : value.replace(/(^|\s+)#.*$/, '');
  }
  return found;
}

/** The environment of this clone: `.env`, overridden by whatever the environment itself sets. */
export async function readEnvironment(clone: string, env = process.env): Promise<NodeJS.ProcessEnv> {
  const file = await readFile(join(clone, '.env'), 'utf8').catch(() => '');
  const own = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  return { ...parseEnvFile(file), ...own };
}

/** A value for a secret: base64url, so that nothing in it means anything to Compose; hexadecimal for the one key. */
const makeSecret = (variable: Variable): string =>
  variable.kind === 'hexKey' ? randomBytes(32).toString('hex') : randomBytes(36).toString('base64url');

/** Fills what is empty in the text of an `.env` file and leaves every other byte alone. Returns the names filled. */
export function fillSecrets(text: string): { text: string; filled: string[] } {
  const filled: string[] = [];
  let result = text;
  const present = parseEnvFile(text);
  for (const name of variableNames) {
    const variable: Variable = variables[name];
    if (!variable.generated || present[name]) continue;
    filled.push(name);
    const line = `${name}=${makeSecret(variable)}`;
    const empty = new RegExp(`^[ \\t]*(?:export[ \\t]+)?${name}[ \\t]*=.*$`, 'm');
    if (empty.test(result)) result = result.replace(empty, line);
    else result += `${result === '' || result.endsWith('\n') ? '' : '\n'}${line}\n`;
  }
  return { text: result, filled };
}

/** Makes `.env` from `.env.example` when there is none, fills empty secrets, and keeps it private. */
export async function prepareEnvFile(clone: string): Promise<{ created: boolean; filled: string[] }> {
  const path = join(clone, '.env');
  const created = !existsSync(path);
  if (created) await copyFile(join(clone, '.env.example'), path);
  await chmod(path, 0o600);
  const before = await readFile(path, 'utf8');
  const { text, filled } = fillSecrets(before);
  if (filled.length > 0) {
    // Written beside and renamed: a full disk never leaves half a file of secrets.
    await writeFile(`${path}.new`, text, { mode: 0o600 });
    await rename(`${path}.new`, path);
  }
  return { created, filled };
}
