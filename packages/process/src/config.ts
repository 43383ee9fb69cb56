import { resolve } from 'node:path';
import { kafkaProblems } from './kafkaProblems.ts';
import { isLoopback } from './loopback.ts';
import { neo4jProblems } from './neo4jProblems.ts';
import { redisProblems } from './redisProblems.ts';
import { type Variable, type VariableName, variableNames, variables } from './variables.ts';

type TypeOf<V> = V extends { kind: 'integer' | 'port' }
  ? number
  : V extends { kind: 'flag' }
    ? boolean
    : V extends { kind: 'list' }
      ? string[]
      : V extends { choices: readonly (infer C)[] }
        ? C
        : string;
type Table = typeof variables;
type Parsed = {
  readonly [N in VariableName]: Table[N] extends { default: unknown }
    ? TypeOf<Table[N]>
    : TypeOf<Table[N]> | undefined;
};

/** The configuration of a process: every variable by its name, parsed, with defaults. */
export type Config = Omit<Parsed, 'SUMMIT_PUBLIC_URL' | 'GRAPHQL_INTROSPECTION'> & {
  readonly SUMMIT_PUBLIC_URL: string;
  readonly GRAPHQL_INTROSPECTION: boolean;
};

/** A configuration in which the named variables are certain to be set. */
export type ConfigWith<N extends VariableName> = Config & { readonly [K in N]: NonNullable<Config[K]> };

/** Every variable that is wrong, at once. A process that meets it exits with 2. */
export class ConfigError extends Error {
  readonly problems: string[];
  constructor(problems: string[]) {
    super(`The configuration is wrong:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
    this.name = 'ConfigError';
    this.problems = problems;
  }
}

/** The folder of the clone; relative paths in variables start here. */
export const cloneRoot = resolve(import.meta.dirname, '../../..');

/**
 * Parses the environment. `needs` names what this process cannot run without.
 * @throws ConfigError naming each bad, missing, misspelt or contradictory variable
 */
export function readConfig<N extends VariableName = never>(
  env: NodeJS.ProcessEnv = process.env,
  needs: readonly N[] = [],
): ConfigWith<N> {
  const problems: string[] = [];
  const values: Record<string, unknown> = {};

  for (const name of variableNames) {
    const variable: Variable = variables[name];
    const text = env[name]?.trim();
    if (text === undefined || text === '') {
      if (variable.default !== undefined) values[name] = absolute(variable, variable.default);
      continue;
    }
    if (variable.later && !(variable.kind === 'flag' && text === 'false')) {
      problems.push(`${name} is not in this version; leave it empty.`);
      continue;
    }
    const parsed = parse(name, variable, text);
    if (typeof parsed === 'object' && 'problem' in parsed) problems.push(`${name} ${parsed.problem}`);
    else values[name] = absolute(variable, parsed.value);
  }

  for (const name of needs) {
    if (values[name] === undefined && !problems.some((problem) => problem.startsWith(`${name} `))) {
      const variable: Variable = variables[name];
      const mend = variable.generated ? 'Run `make bootstrap`, which makes one.' : variable.help;
      problems.push(`${name} is missing. ${mend}`);
    }
  }
  problems.push(...misspelt(env), ...contradictions(values));
  if (problems.length > 0) throw new ConfigError(problems);

  values.SUMMIT_PUBLIC_URL ??= `${values.TLS_CERT_PATH ? 'https' : 'http'}://localhost:${values.UI_PORT}`;
  values.GRAPHQL_INTROSPECTION ??= values.NODE_ENV !== 'production';
  return values as ConfigWith<N>;
}

const absolute = (variable: Variable, value: unknown): unknown =>
  variable.kind === 'path' ? resolve(cloneRoot, value as string) : value;

type Outcome = { value: unknown } | { problem: string };

function parse(name: VariableName, variable: Variable, text: string): Outcome {
  switch (variable.kind) {
    case 'integer':
    case 'port':
      return parseInteger(
        text,
        variable.min ?? (variable.kind === 'port' ? 1 : 0),
        variable.max ?? (variable.kind === 'port' ? 65_535 : Number.MAX_SAFE_INTEGER),
      );
    case 'flag':
      return text === 'true' || text === 'false'
        ? { value: text === 'true' }
        : { problem: `must be true or false, not "${text}".` };
    case 'choice':
      return variable.choices!.includes(text)
        ? { value: text }
        : { problem: `must be one of ${variable.choices!.join(', ')}, not "${text}".` };
    case 'list':
      return {
        value: text
          .split(',')
          .map((item) => item.trim())
          .filter(Boolean),
      };
    case 'url':
      return parseAddress(text, variable.schemes);
    case 'hexKey':
      if (!/^[0-9a-f]{64}$/i.test(text)) return { problem: 'must be 64 hexadecimal digits.' };
      return isWeak(text, 8) ? { problem: weak } : { value: text };
    case 'secret':
      return isWeak(text, 12) || text.length < 32 ? { problem: weak } : { value: text };
    default:
      return name.endsWith('_SECRET') && /^(change.?me|secret|password|example)/i.test(text)
        ? { problem: weak }
        : { value: text };
  }
}

function parseAddress(text: string, schemes: readonly string[] | undefined): Outcome {
  if (!URL.canParse(text))
    return { problem: `must be a full address, such as ${schemes?.[0] ?? 'https:'}//host/path.` };
  return schemes && !schemes.includes(new URL(text).protocol)
    ? { problem: `must begin with ${schemes.map((scheme) => `${scheme}//`).join(' or ')}.` }
    : { value: text };
}

function parseInteger(text: string, min: number, max: number): Outcome {
  const value = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(value))
    return { problem: `must be a whole number, not "${text}".` };
  if (value < min || value > max) return { problem: `must be between ${min} and ${max}, not ${text}.` };
  return { value };
}

const weak = 'is weak. Leave it empty and run `make bootstrap`, or give at least 32 random characters.';

/** Placeholders and repeated characters; a random value of the right length passes. */
const isWeak = (text: string, distinct: number): boolean =>
  new Set(text).size < distinct ||
  /change.?me|example|password|placeholder|your.?secret|insert.?here/i.test(text);

function misspelt(env: NodeJS.ProcessEnv): string[] {
  const known = new Set<string>(variableNames);
  return Object.keys(env)
    .filter((name) => !known.has(name) && env[name] !== '')
    .flatMap((name) => {
      const meant = variableNames.find((candidate) => isSlip(name, candidate));
      if (meant) return [`${name} is unknown. Did you mean ${meant}?`];
      return name.startsWith('SUMMIT_') ? [`${name} is unknown.`] : [];
    });
}

/** One letter missing, added, changed or swapped with its neighbour, in names long enough to be no accident. */
function isSlip(name: string, meant: string): boolean {
  if (meant.length < 8 || Math.abs(name.length - meant.length) > 1 || name === meant) return false;
  let start = 0;
  while (start < name.length && name[start] === meant[start]) start++;
  const [left, right] = [name.slice(start), meant.slice(start)];
  return (
    left.slice(1) === right ||
    left === right.slice(1) ||
    left.slice(1) === right.slice(1) ||
    (left[0] === right[1] && left[1] === right[0] && left.slice(2) === right.slice(2))
  );
}

function contradictions(values: Record<string, unknown>): string[] {
  const problems: string[] = [];
  // REDIS_PORT is another machine's.
  const portNames = variableNames.filter(
    (name) => name.endsWith('_PORT') && name !== 'REDIS_PORT' && values[name] !== undefined,
  );
  for (const [index, name] of portNames.entries()) {
    const twin = portNames.slice(0, index).find((earlier) => values[earlier] === values[name]);
    if (twin) problems.push(`${name} is the same port as ${twin} (${values[name]}).`);
  }
  if (Boolean(values.TLS_KEY_PATH) !== Boolean(values.TLS_CERT_PATH)) {
    problems.push('TLS_KEY_PATH and TLS_CERT_PATH go together; one is empty.');
  }
  if (!values.OIDC_ISSUER) {
    const open = ((values.SUMMIT_BIND as string[] | undefined) ?? []).filter(
      (address) => !isLoopback(address),
    );
    if (open.length > 0)
      problems.push(`SUMMIT_BIND is open to others (${open.join(', ')}), which needs OIDC_ISSUER.`);
  } else if (!values.OIDC_CLIENT_ID) {
    problems.push('OIDC_CLIENT_ID is missing, but OIDC_ISSUER is set.');
  }
  problems.push(...neo4jProblems(values), ...redisProblems(values), ...kafkaProblems(values));
  const replicas = (values.DATABASE_READ_REPLICAS as string[] | undefined) ?? [];
  if (replicas.some((address) => !/^postgres(ql)?:\/\/./.test(address) || !URL.canParse(address)))
    problems.push('DATABASE_READ_REPLICAS must be addresses such as DATABASE_URL, with commas in between.');
  if (values.NODE_ENV === 'production') problems.push(...productionProblems(values));
  return problems;
}

const databaseAddresses = (values: Record<string, unknown>): [string, string][] =>
  ['DATABASE_URL', 'DATABASE_OWNER_URL', 'DATABASE_READ_REPLICAS'].flatMap((name) =>
    [(values[name] as string | string[] | undefined) ?? []]
      .flat()
      .map((address): [string, string] => [name, address]),
  );

function productionProblems(values: Record<string, unknown>): string[] {
  const problems: string[] = [];
  if (values.SUMMIT_MODE === 'embedded') problems.push('NODE_ENV=production refuses the embedded database.');
  if (!values.OIDC_ISSUER) problems.push('OIDC_ISSUER is missing; production needs an identity provider.');
  for (const [name, address] of databaseAddresses(values)) {
    if (!URL.canParse(address)) continue;
    const url = new URL(address);
    const encrypted = /sslmode=(require|verify-ca|verify-full)/.test(url.search);
    if (!isLoopback(url.hostname) && !encrypted) {
      problems.push(`${name} is not encrypted; production needs sslmode=verify-full (or require).`);
    }
  }
  return problems;
}
