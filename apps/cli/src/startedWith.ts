import { createHash, randomBytes } from 'node:crypto';
import { variableNames } from '@summit/process/variables';

/** What the variables were set to: to be compared, not to be read. */
export type Sealed = { salt: string; of: Record<string, string> };

export function seal(environment: NodeJS.ProcessEnv, salt = randomBytes(16).toString('hex')): Sealed {
  const set = variableNames.filter((name) => environment[name]);
  const sealed = (name: string): string =>
    createHash('sha256').update(`${salt} ${name} ${environment[name]}`).digest('base64url');
  return { salt, of: Object.fromEntries(set.map((name) => [name, sealed(name)])) };
}

/** The variables that are set otherwise here than they were for what runs. */
export function changedSince(started: Sealed | undefined, environment: NodeJS.ProcessEnv): string[] {
  if (!started) return [];
  const now = seal(environment, started.salt);
  return variableNames.filter((name) => now.of[name] !== started.of[name]);
}
