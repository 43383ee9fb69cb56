import { internalKeys } from '@summit/process/keys';
import { isSecret, type VariableName, variableNames } from '@summit/process/variables';
import type { DatabaseUrls } from './givenDatabase.ts';

export type Role = 'gateway' | 'server' | 'worker' | 'migrate' | 'operator';

/** Which secrets each process gets; whatever is not named here it never sees. */
const secretsOf: Record<Role, VariableName[]> = {
  gateway: [
    'JWT_SECRET',
    'JWT_REFRESH_SECRET',
    'SESSION_SECRET',
    'OIDC_CLIENT_SECRET',
    'OTEL_EXPORTER_OTLP_HEADERS',
    'REDIS_URL',
    'REDIS_PASSWORD',
  ],
  server: [
    'DATABASE_URL',
    'DATABASE_READ_REPLICAS',
    'SESSION_SECRET',
    'ENCRYPTION_KEY',
    'OTEL_EXPORTER_OTLP_HEADERS',
    'NEO4J_PASSWORD',
    'REDIS_URL',
    'REDIS_PASSWORD',
  ],
  worker: [
    'DATABASE_URL',
    'SESSION_SECRET',
    'ENCRYPTION_KEY',
    'OTEL_EXPORTER_OTLP_HEADERS',
    'NEO4J_PASSWORD',
    'KAFKA_SASL_PASSWORD',
  ],
  migrate: ['DATABASE_OWNER_URL', 'DATABASE_URL'],
  operator: [
    'DATABASE_READ_REPLICAS',
    'DATABASE_OWNER_URL',
    'DATABASE_URL',
    'SESSION_SECRET',
    'ENCRYPTION_KEY',
    'NEO4J_PASSWORD',
    'REDIS_URL',
    'REDIS_PASSWORD',
  ],
};

/** Settings that contradict themselves without the secret which stands beside them: who does not see it does not see them. */
const beside: Partial<Record<VariableName, VariableName>> = {
  NEO4J_URI: 'NEO4J_PASSWORD',
  NEO4J_USER: 'NEO4J_PASSWORD',
  REDIS_HOST: 'REDIS_PASSWORD',
  REDIS_PORT: 'REDIS_PASSWORD',
  REDIS_TLS: 'REDIS_PASSWORD',
  CACHE_STRATEGY: 'REDIS_PASSWORD',
  KAFKA_SASL_MECHANISM: 'KAFKA_SASL_PASSWORD',
  KAFKA_SASL_USERNAME: 'KAFKA_SASL_PASSWORD',
};

/** What any program on the machine may need, and nothing that a shell happens to carry beside it. */
const passedOn =
  /^(PATH|HOME|USER|LANG|LC_\w+|TZ|TMPDIR|XDG_CACHE_HOME|NODE_COMPILE_CACHE|NODE_EXTRA_CA_CERTS|https?_proxy|no_proxy|HTTPS?_PROXY|NO_PROXY)$/;

/** The environment of one child: settings for all, secrets by need, the internal public key instead of its seed. */
export function childEnvironment(
  role: Role,
  environment: NodeJS.ProcessEnv,
  database: DatabaseUrls,
): NodeJS.ProcessEnv {
  const all: NodeJS.ProcessEnv = {
    ...environment,
    ...(environment.DATABASE_URL ? {} : { SUMMIT_MODE: 'embedded' }),
    DATABASE_URL: database.appUrl,
    DATABASE_OWNER_URL: database.ownerUrl,
  };
  if (environment.JWT_SECRET) all.INTERNAL_PUBLIC_KEY = internalKeys(environment.JWT_SECRET).publicRaw;
  const holds = (name: VariableName): boolean => !isSecret(name) || secretsOf[role].includes(name);
  const names = variableNames.filter((name) => holds(beside[name] ?? name));
  const settings = names.filter((name) => all[name]).map((name) => [name, all[name]]);
  const machine = Object.entries(environment).filter(([name]) => passedOn.test(name));
  return Object.fromEntries([...machine, ...settings]);
}
