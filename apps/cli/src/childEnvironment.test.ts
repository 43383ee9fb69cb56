import { internalKeys } from '@summit/process/keys';
import { expect, test } from 'vitest';
import { childEnvironment, type Role } from './childEnvironment.ts';

const environment = {
  PATH: '/usr/bin',
  AWS_SECRET_ACCESS_KEY: 'of-another-program',
  JWT_SECRET: 'jwt-secret',
  JWT_REFRESH_SECRET: 'refresh-secret',
  SESSION_SECRET: 'session-secret',
  ENCRYPTION_KEY: 'encryption-key',
  OIDC_CLIENT_SECRET: 'client-secret',
  KAFKA_SASL_PASSWORD: 'kafka-password',
  UI_PORT: '3001',
};
const database = { ownerUrl: 'postgres://owner', appUrl: 'postgres://app' };
const envOf = (role: Role) => childEnvironment(role, environment, database);

test('only the gateway holds the seed of the keys; the others get the public key', () => {
  expect(envOf('gateway').JWT_SECRET).toBe('jwt-secret');
  for (const role of ['server', 'worker', 'migrate', 'operator'] as const) {
    expect(envOf(role).JWT_SECRET).toBeUndefined();
    expect(envOf(role).INTERNAL_PUBLIC_KEY).toBe(internalKeys('jwt-secret').publicRaw);
  }
});

test('the gateway sees no database and no data key; those who serve are never the owner', () => {
  expect(envOf('gateway').DATABASE_URL).toBeUndefined();
  expect(envOf('gateway').ENCRYPTION_KEY).toBeUndefined();
  expect(envOf('server').DATABASE_URL).toBe('postgres://app');
  for (const role of ['gateway', 'server', 'worker'] as const)
    expect(envOf(role).DATABASE_OWNER_URL).toBeUndefined();
  expect(envOf('migrate').DATABASE_OWNER_URL).toBe('postgres://owner');
});

test('settings go to all, the shell’s other secrets to none', () => {
  for (const role of ['gateway', 'server', 'worker'] as const) {
    expect(envOf(role)).toMatchObject({ UI_PORT: '3001', PATH: '/usr/bin', SUMMIT_MODE: 'embedded' });
    expect(envOf(role).AWS_SECRET_ACCESS_KEY).toBeUndefined();
  }
});

test('a database of one’s own is not the embedded mode; its replicas are told to who reads and who looks after them', () => {
  const given = { DATABASE_URL: 'postgres://app', DATABASE_READ_REPLICAS: 'postgres://app@db2' };
  const envWith = (role: Role) => childEnvironment(role, { ...environment, ...given }, database);
  for (const role of ['server', 'operator'] as const)
    expect(envWith(role).DATABASE_READ_REPLICAS).toBe('postgres://app@db2');
  for (const role of ['gateway', 'worker', 'migrate'] as const)
    expect(envWith(role).DATABASE_READ_REPLICAS).toBeUndefined();
  for (const role of ['gateway', 'server', 'worker', 'migrate', 'operator'] as const)
    expect(envWith(role).SUMMIT_MODE).toBeUndefined();
});

test('Neo4j is told to those who use it, login and all', () => {
  const neo4j = { NEO4J_URI: 'bolt://graph', NEO4J_USER: 'summit', NEO4J_PASSWORD: 'open sesame' };
  const envWith = (role: Role) => childEnvironment(role, { ...environment, ...neo4j }, database);
  for (const role of ['server', 'worker', 'operator'] as const) expect(envWith(role)).toMatchObject(neo4j);
  for (const role of ['gateway', 'migrate'] as const)
    for (const name of Object.keys(neo4j)) expect(envWith(role)).not.toHaveProperty(name);
});

test('Redis is told to those who use it, with all that belongs to it', () => {
  const redis = { REDIS_HOST: 'cache', REDIS_PASSWORD: 'open sesame', CACHE_STRATEGY: 'redis' };
  const envWith = (role: Role) => childEnvironment(role, { ...environment, ...redis }, database);
  for (const role of ['gateway', 'server', 'operator'] as const) expect(envWith(role)).toMatchObject(redis);
  for (const role of ['worker', 'migrate'] as const)
    for (const name of Object.keys(redis)) expect(envWith(role)).not.toHaveProperty(name);
});

test('the worker alone logs in at Kafka', () => {
  expect(envOf('worker').KAFKA_SASL_PASSWORD).toBe('kafka-password');
  for (const role of ['gateway', 'server', 'migrate', 'operator'] as const)
    expect(envOf(role).KAFKA_SASL_PASSWORD).toBeUndefined();
});
