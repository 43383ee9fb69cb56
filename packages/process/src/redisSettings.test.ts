import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readConfig } from './config.ts';
import { redisSettings } from './redisSettings.ts';

const from = (env: NodeJS.ProcessEnv) => redisSettings(readConfig(env));

test('nothing set is no Redis', () => {
  expect(from({ REDIS_URL: '', REDIS_HOST: '' })).toBeUndefined();
});

test('an address and host, port and password say the same', () => {
  const place = {
    host: 'cache',
    port: 6380,
    password: 'p@ss',
    username: undefined,
    database: 0,
    tls: false,
    ca: undefined,
  };
  expect(from({ REDIS_URL: 'redis://:p%40ss@cache:6380' })).toEqual(place);
  expect(from({ REDIS_HOST: 'cache', REDIS_PORT: '6380', REDIS_PASSWORD: 'p@ss' })).toEqual(place);
  expect(from({ REDIS_URL: 'rediss://user:pw@[::1]/3' })).toEqual({
    ...place,
    host: '::1',
    port: 6379,
    username: 'user',
    password: 'pw',
    database: 3,
    tls: true,
  });
  expect(from({ REDIS_HOST: 'cache', REDIS_TLS: 'true' })).toMatchObject({ port: 6379, tls: true });
});

test('a plain Redis on this machine is fine in production, a port of Redis collides with none of ours', () => {
  const production = {
    NODE_ENV: 'production',
    OIDC_ISSUER: 'https://id.example.org',
    OIDC_CLIENT_ID: 'summit',
  };
  expect(from({ ...production, REDIS_URL: 'redis://127.0.0.1' })?.host).toBe('127.0.0.1');
  expect(from({ ...production, REDIS_HOST: 'localhost', REDIS_PORT: '8080' })?.port).toBe(8080);
});

test('the private authority is read where TLS is spoken, and a wrong path is told', () => {
  const folder = mkdtempSync(join(tmpdir(), 'summit-ca-'));
  const path = join(folder, 'ca.pem');
  writeFileSync(path, 'a certificate');
  expect(from({ REDIS_URL: 'rediss://cache', STORE_CA_PATH: path })?.ca).toBe('a certificate');
  expect(from({ REDIS_URL: 'redis://cache', STORE_CA_PATH: path })?.ca).toBeUndefined();
  expect(() => from({ REDIS_URL: 'rediss://cache', STORE_CA_PATH: `${path}.gone` })).toThrow('STORE_CA_PATH');
  rmSync(folder, { recursive: true });
});
