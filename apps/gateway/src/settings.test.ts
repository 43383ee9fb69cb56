import { readConfig } from '@summit/process/config';
import { expect, test } from 'vitest';
import { settingsFrom } from './settings.ts';

const secrets = {
  JWT_SECRET: 'abcdefghijklmnopqrstuvwxyz0123456789',
  SESSION_SECRET: '9876543210zyxwvutsrqponmlkjihgfedcba',
};
const settingsOf = (env: Record<string, string> = {}) =>
  settingsFrom(readConfig({ ...secrets, ...env }, ['JWT_SECRET', 'SESSION_SECRET']));

test('a trial is on loopback, without TLS, with the embedded provider', () => {
  const settings = settingsOf();
  expect(settings).toMatchObject({
    bind: ['127.0.0.1', '::1'],
    uiPort: 3000,
    apiPort: 8080,
    secure: false,
    provider: undefined,
    server: { host: '127.0.0.1', port: 4000 },
  });
  expect(settings.publicUrl.href).toBe('http://localhost:3000/');
  expect([...settings.hostnames]).toEqual(['localhost', '127.0.0.1', '[::1]']);
});

test('each variable changes what it says', () => {
  const settings = settingsOf({
    SUMMIT_PUBLIC_URL: 'https://Summit.example',
    SUMMIT_HOSTS: 'inner.example',
    UI_PORT: '3100',
    GATEWAY_PORT: '8180',
    SERVER_PORT: '4100',
    ALLOWED_ORIGINS: 'https://tools.example, null, *',
    RATE_LIMIT_MAX: '7',
    RATE_LIMIT_WINDOW_MS: '1000',
    BACKGROUND_RATE_LIMIT_MAX_REQUESTS: '3',
    OIDC_ISSUER: 'https://id.example/realm',
    OIDC_CLIENT_ID: 'summit',
    OIDC_CLIENT_SECRET: 'given by the provider',
    SUMMIT_BIND: '10.0.0.1',
  });
  expect(settings.secure).toBe(true);
  expect(settings.cookies.session).toMatch(/^__Host-summit-[0-9a-f]{10}-session$/);
  expect([...settings.hostnames].slice(3)).toEqual(['summit.example', 'inner.example']);
  expect([...settings.allowedOrigins]).toEqual(['https://tools.example']);
  expect(settings.rate).toEqual({ max: 7, backgroundMax: 3, windowMs: 1000 });
  expect(settings).toMatchObject({ uiPort: 3100, apiPort: 8180, server: { port: 4100 }, bind: ['10.0.0.1'] });
  expect(settings.provider).toMatchObject({ clientId: 'summit', scopes: 'openid profile email' });
});

test('two installations on one machine have cookies of their own', () => {
  const names = [{}, { SUMMIT_HOME: '/elsewhere' }, { UI_PORT: '3001' }].map(
    (env) => settingsOf(env).cookies.session,
  );
  expect(new Set(names).size).toBe(3);
});

test('a provider on another machine must speak TLS', () => {
  const at = (OIDC_ISSUER: string) => settingsOf({ OIDC_ISSUER, OIDC_CLIENT_ID: 'summit' });
  expect(() => at('http://id.example')).toThrow(/OIDC_ISSUER must begin with https/);
  expect(at('http://127.0.0.1:9000').provider?.issuer.port).toBe('9000');
});
