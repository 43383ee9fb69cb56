import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ConfigError, cloneRoot, readConfig } from './config.ts';
import { type Variable, variableNames, variables } from './variables.ts';

const strong = 'k3Jq8vWz1Yb6Tn0Rf5Hd9Lm2Xc7Pg4Sa';

const problems = (env: NodeJS.ProcessEnv, needs: Parameters<typeof readConfig>[1] = []): string[] => {
  try {
    readConfig(env, needs);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
};

test('an empty environment gives the defaults', () => {
  const config = readConfig({ GATEWAY_PORT: '' });
  expect(config.GATEWAY_PORT).toBe(8080);
  expect(config.SUMMIT_HOME).toBe(resolve(cloneRoot, '.summit'));
  expect(config.SUMMIT_PUBLIC_URL).toBe('http://localhost:3000');
  expect(config.GRAPHQL_INTROSPECTION).toBe(true);
  expect(config.SUMMIT_BIND).toEqual(['127.0.0.1', '::1']);
  expect(config.JWT_SECRET).toBeUndefined();
});

test('what is needed and missing, bad, weak and misspelt is all reported at once', () => {
  const found = problems(
    { UI_PORT: 'three', LOG_LEVEL: 'loud', ENCRYPTION_KEY: 'abc', JWT_SECRET: 'changeme', GATEWAY_PROT: '1' },
    ['SESSION_SECRET'],
  );
  expect(found.map((text) => text.split(' ')[0])).toEqual([
    'UI_PORT',
    'JWT_SECRET',
    'ENCRYPTION_KEY',
    'LOG_LEVEL',
    'SESSION_SECRET',
    'GATEWAY_PROT',
  ]);
  expect(found.at(-1)).toContain('Did you mean GATEWAY_PORT?');
});

test.each(['SUMMIT_HOEM', 'RATE_LIMIT_MX', 'SUMMIT_WHATEVER'])('%s is not silently ignored', (name) => {
  expect(problems({ [name]: 'x' })).toHaveLength(1);
});

test('names of other programs are left alone', () => {
  expect(problems({ SESSION_MANAGER: 'x', PGPORT: '5432', HOME: '/', NODE_OPTIONS: '' })).toEqual([]);
});

describe('every variable', () => {
  test.each(variableNames)('%s', (name) => {
    const variable: Variable = variables[name];
    expect(problems({ [name]: '' })).toEqual([]);
    expect(variable.help).toMatch(/\.$|\)$/);
    if (variable.later) {
      expect(problems({ [name]: variable.kind === 'flag' ? 'true' : 'x' })[0]).toContain(
        'not in this version',
      );
      if (variable.kind === 'flag') expect(problems({ [name]: 'false' })).toEqual([]);
      return;
    }
    const [bad, good] = {
      integer: ['-1', String((variable.min ?? 0) + 1)],
      port: ['70000', '12345'],
      flag: ['yes', 'true'],
      choice: ['?', variable.choices?.[0] ?? ''],
      url: ['nowhere', `${variable.schemes?.[0] ?? 'https:'}//localhost/`],
      hexKey: ['0'.repeat(64), '0123456789abcdef'.repeat(4)],
      secret: ['password'.repeat(8), strong],
      text: [undefined, 'some text'],
      list:
        name === 'DATABASE_READ_REPLICAS' ? ['db2:5432', 'postgres://localhost/'] : [undefined, 'localhost'],
      path: [undefined, 'some/path'],
    }[variable.kind] as [string | undefined, string];
    if (bad) expect(problems({ [name]: bad }).join()).toContain(name);
    const company = { OIDC_ISSUER: 'https://id.example.org', OIDC_CLIENT_ID: 'summit' };
    const pair = name.startsWith('TLS_')
      ? { TLS_KEY_PATH: 'a', TLS_CERT_PATH: 'b' }
      : /^REDIS_(PORT|PASSWORD|TLS)$/.test(name)
        ? { REDIS_HOST: 'localhost' }
        : name.startsWith('NEO4J_')
          ? { NEO4J_URI: 'bolt://localhost/', NEO4J_PASSWORD: 'p' }
          : name === 'KAFKA_ENABLED'
            ? { KAFKA_BROKERS: 'localhost:9092' }
            : {};
    const found = readConfig({ ...company, ...pair, [name]: good })[name];
    expect(String(found)).toContain(good);
  });
});

test.each([
  [{ UI_PORT: '8080' }, 'same port'],
  [{ TLS_KEY_PATH: 'key.pem' }, 'go together'],
  [{ SUMMIT_BIND: '0.0.0.0' }, 'needs OIDC_ISSUER'],
  [{ OIDC_ISSUER: 'https://id.example.org' }, 'OIDC_CLIENT_ID is missing'],
  [{ NODE_ENV: 'production' }, 'OIDC_ISSUER is missing'],
  [{ NODE_ENV: 'production', SUMMIT_MODE: 'embedded' }, 'refuses the embedded database'],
  [{ NODE_ENV: 'production', DATABASE_URL: 'postgres://u:p@db.example.org/summit' }, 'not encrypted'],
  [
    { NODE_ENV: 'production', DATABASE_READ_REPLICAS: 'postgres://127.0.0.1/s,postgres://u:p@db2/s' },
    'DATABASE_READ_REPLICAS is not encrypted',
  ],
  [{ NEO4J_URI: 'http://graph.example.org' }, 'must begin with bolt:// or bolt+s://'],
  [{ NEO4J_URI: 'bolt://localhost' }, 'NEO4J_PASSWORD is missing'],
  [{ NEO4J_PASSWORD: 'p' }, 'NEO4J_URI is empty'],
  [{ NEO4J_URI: 'bolt://neo4j:p@localhost', NEO4J_PASSWORD: 'p' }, 'holds a login'],
  [{ NEO4J_URI: 'bolt://localhost/graph', NEO4J_PASSWORD: 'p' }, 'ends with the port at most'],
  [
    { NODE_ENV: 'production', NEO4J_URI: 'bolt://graph.example.org', NEO4J_PASSWORD: 'p' },
    'NEO4J_URI is not encrypted',
  ],
  [{ REDIS_URL: 'http://cache.example.org' }, 'must begin with redis:// or rediss://'],
  [{ REDIS_URL: 'redis://cache.example.org/0?tls=yes' }, 'number of a database at most'],
  [{ REDIS_URL: 'redis://a', REDIS_HOST: 'b' }, 'both set'],
  [{ REDIS_URL: 'redis://a', REDIS_PASSWORD: 'open sesame' }, 'write it into the address'],
  [{ REDIS_PORT: '6379' }, 'REDIS_HOST is empty'],
  [{ CACHE_STRATEGY: 'redis' }, 'neither REDIS_URL nor REDIS_HOST'],
  [{ NODE_ENV: 'production', REDIS_URL: 'redis://:p@cache.example.org' }, 'production needs rediss://'],
  [{ NODE_ENV: 'production', REDIS_HOST: 'cache.example.org' }, 'production needs REDIS_TLS=true'],
])('%o is refused', (env, text) => {
  expect(problems(env).join()).toContain(text);
});
