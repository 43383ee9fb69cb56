import { createHmac, generateKeyPairSync, sign } from 'node:crypto';
import { internalKeys } from '@summit/process/keys';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { send, sendRaw } from './testing/callers.ts';
import { startTestGateway, type TestGateway } from './testing/testGateway.ts';
import { secrets, type TestUser } from './testing/upstream.ts';

let gateway: TestGateway;
let user: TestUser;
let token: string;
let cookie: string;

beforeAll(async () => {
  gateway = await startTestGateway();
  user = gateway.upstream.addUser('Ada', ['analyst']);
  token = gateway.upstream.addToken(user);
  cookie = `${gateway.settings.cookies.session}=${gateway.upstream.addSession(user)}`;
});
afterAll(() => gateway.stop());
beforeEach(() => {
  gateway.upstream.seen.length = 0;
});

const origin = () => `http://localhost:${gateway.uiPort}`;
const fromScript = () => ({
  cookie,
  origin: origin(),
  'x-summit-request': '1',
  'sec-fetch-site': 'same-origin',
  'content-type': 'application/json',
});
const browserPost = (headers: object, path = '/graphql') =>
  send(gateway.uiPort, path, { method: 'POST', headers: { ...headers }, body: '{}' });
const programPost = (headers: object, path = '/graphql') =>
  send(gateway.apiPort, path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: '{}',
  });
const bearer = (given = token) => ({ authorization: `Bearer ${given}` });
const without = (name: string) =>
  Object.fromEntries(Object.entries(fromScript()).filter(([key]) => key !== name));

describe('the door for browsers', () => {
  test('lets our own page change things as the person of its session', async () => {
    expect((await browserPost(fromScript())).status).toBe(200);
    const [seen] = gateway.upstream.seen;
    expect(seen!.identity).toMatchObject({
      sub: user.id,
      tenant: user.tenant,
      roles: ['analyst'],
      scope: 'user',
    });
    expect(seen!.headers.cookie).toBeUndefined();
  });

  test('lets our own page come by another name of this machine', async () => {
    const host = `127.0.0.1:${gateway.uiPort}`;
    expect((await browserPost({ ...fromScript(), host, origin: `http://${host}` })).status).toBe(200);
  });

  test.each([
    ['another site', { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }],
    ['another port of localhost', { origin: 'http://localhost:1234', 'sec-fetch-site': 'same-site' }],
    ['a sandboxed frame', { origin: 'null' }],
    ['a page that hides its origin', { origin: undefined, 'sec-fetch-site': 'cross-site' }],
    ['a form, which sends no header of ours', { 'x-summit-request': undefined }],
    ['something that names no origin at all', { origin: undefined, 'sec-fetch-site': undefined }],
  ])('refuses %s', async (_who, changed) => {
    const headers = Object.fromEntries(
      Object.entries({ ...fromScript(), ...changed }).filter(([, value]) => value !== undefined),
    );
    const answer = await browserPost(headers);
    expect(answer.status).toBe(403);
    expect(answer.json.errors[0].extensions.code).toBe('CROSS_ORIGIN_REFUSED');
    expect(gateway.upstream.seen).toEqual([]);
  });

  test.each(['text/plain', 'application/x-www-form-urlencoded', 'application/jsonp', undefined])(
    'refuses a change as %s',
    async (type) => {
      const answer = await browserPost(
        type ? { ...fromScript(), 'content-type': type } : without('content-type'),
        '/api/x',
      );
      expect(answer).toMatchObject({ status: 415, json: { error: { code: 'MEDIA_TYPE_NOT_ALLOWED' } } });
    },
  );

  test('refuses a multipart mutation at /graphql and takes it at /api', async () => {
    const type = { 'content-type': 'multipart/form-data; boundary=x' };
    expect((await browserPost({ ...fromScript(), ...type })).status).toBe(415);
    expect((await browserPost({ ...fromScript(), ...type }, '/api/imports')).status).toBe(200);
  });

  test('shows nothing to another page that only reads', async () => {
    const read = (headers: object) =>
      send(gateway.uiPort, '/api/exports/1', { headers: { cookie, ...headers } });
    expect((await read({ 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'no-cors' })).status).toBe(403);
    expect((await read({ 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' })).status).toBe(403);
    expect((await read({ 'sec-fetch-site': 'none', 'sec-fetch-mode': 'navigate' })).status).toBe(200);
    expect((await read({ 'sec-fetch-site': 'same-origin' })).status).toBe(200);
  });

  test('knows no bearer tokens', async () => {
    const answer = await browserPost({ ...without('cookie'), ...bearer() });
    expect(answer.status).toBe(401);
    expect((await browserPost({ ...fromScript(), authorization: 'Bearer forged' })).status).toBe(200);
    expect(gateway.upstream.seen[0]!.headers.authorization).not.toContain('forged');
  });

  test('refuses GET and WebSocket at /graphql', async () => {
    const get = await send(gateway.uiPort, '/graphql?query={a}', { headers: { cookie } });
    expect(get).toMatchObject({ status: 405, headers: { allow: 'POST' } });
    const upgraded = await send(gateway.uiPort, '/graphql', {
      headers: { cookie, connection: 'upgrade', upgrade: 'websocket', origin: 'https://evil.example' },
    });
    expect(upgraded.status).toBe(400);
    expect(gateway.upstream.seen).toEqual([]);
  });
});

describe('the door for programs', () => {
  test('lets a token in and tells the server who it is', async () => {
    expect((await programPost(bearer())).status).toBe(200);
    expect(gateway.upstream.seen[0]!.identity).toMatchObject({ sub: user.id, tenant: user.tenant });
  });

  test('knows no cookies', async () => {
    expect((await programPost({ cookie })).status).toBe(401);
    await programPost({ cookie, ...bearer() });
    expect(gateway.upstream.seen[0]!.headers.cookie).toBeUndefined();
  });

  test('serves neither pages nor sign-in', async () => {
    for (const path of [
      '/',
      '/index.html',
      '/auth/me',
      '/auth/login',
      '/oidc/auth',
      '/internal/identity/token-resolve',
      '/metrics',
    ]) {
      expect((await send(gateway.apiPort, path, { headers: bearer() })).json.error.code).toBe('NOT_FOUND');
    }
  });

  test('answers pages on the list, without credentials, and no others', async () => {
    const ask = (from: string, method = 'OPTIONS') =>
      send(gateway.apiPort, '/graphql', {
        method,
        headers: { origin: from, ...bearer(), 'content-type': 'application/json' },
      });
    const preflight = await ask('https://tools.example');
    expect(preflight.status).toBe(204);
    expect(preflight.headers).toMatchObject({
      'access-control-allow-origin': 'https://tools.example',
      vary: 'Origin',
    });
    expect(preflight.headers['access-control-allow-credentials']).toBeUndefined();
    expect((await ask('https://tools.example', 'POST')).headers['access-control-allow-origin']).toBe(
      'https://tools.example',
    );
    for (const other of [
      'null',
      'https://tools.example.evil',
      'https://evil.example',
      'http://tools.example',
      '*',
    ]) {
      for (const method of ['OPTIONS', 'POST']) {
        const answer = await ask(other, method);
        expect(answer.status).toBe(403);
        expect(answer.headers['access-control-allow-origin']).toBeUndefined();
      }
    }
  });
});

describe('forged tokens', () => {
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const { privateKey } = generateKeyPairSync('ed25519');
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const claims = (changed: object = {}) => ({
    iss: 'summit-gateway',
    aud: 'summit-server',
    sub: '00000000-0000-4000-8000-000000000001',
    tenant: '00000000-0000-4000-8000-000000000002',
    name: 'Mallory',
    roles: ['owner'],
    clearance: 'TLP:RED',
    scope: 'user',
    iat: Math.floor(Date.now() / 1000),
    exp: Math.floor(Date.now() / 1000) + 60,
    ...changed,
  });
  const jwt = (header: object, body: object, signature: (text: string) => Buffer) => {
    const text = `${encode(header)}.${encode(body)}`;
    return `${text}.${signature(text).toString('base64url')}`;
  };
  const ed = (text: string) => sign(null, Buffer.from(text), privateKey);
  const real = (text: string) => sign(null, Buffer.from(text), internalKeys(secrets.jwt).privateKey);
  const hmac = (text: string) =>
    createHmac('sha256', rsa.publicKey.export({ type: 'spki', format: 'pem' }))
      .update(text)
      .digest();
  const header = { alg: 'EdDSA', typ: 'JWT' };

  const forms: Record<string, () => string> = {
    'alg none': () => jwt({ alg: 'none', typ: 'JWT' }, claims(), () => Buffer.alloc(0)),
    'HS256 with a public key': () => jwt({ alg: 'HS256', typ: 'JWT' }, claims(), hmac),
    'another key': () => jwt(header, claims(), ed),
    'kid as a path': () => jwt({ ...header, kid: '../../dev/null' }, claims(), ed),
    'kid as SQL': () => jwt({ ...header, kid: "' or 1=1 --" }, claims(), ed),
    'jku elsewhere': () => jwt({ ...header, jku: 'https://evil.example/keys' }, claims(), ed),
    'a jwk of its own': () => jwt({ ...header, jwk: { kty: 'OKP' } }, claims(), ed),
    'another audience': () => jwt(header, claims({ aud: 'other' }), real),
    'another issuer': () => jwt(header, claims({ iss: 'other' }), real),
    expired: () => jwt(header, claims({ exp: 1 }), real),
    'not yet valid': () => jwt(header, claims({ nbf: 4e9 }), real),
    'an ID token': () => jwt({ ...header, typ: 'id+jwt' }, claims({ nonce: 'n' }), real),
    // Even the gateway's own internal token is none of a caller's.
    'the internal identity itself': () => jwt(header, claims(), real),
    'no signature': () => `${encode(header)}.${encode(claims())}.`,
    nonsense: () => 'nonsense',
    'an unknown token': () => `smt_${'x'.repeat(43)}`,
    'a token with a tail': () => `${token}x`,
    nothing: () => '',
    'two tokens': () => `${token}, ${token}`,
  };

  test('all hear the same words, and the log knows why', async () => {
    const heard = new Set<string>();
    for (const [what, make] of Object.entries(forms)) {
      const answer = await programPost(bearer(make()));
      expect(answer.status, what).toBe(401);
      const { requestId, ...told } = answer.json.errors[0].extensions;
      expect(requestId).toBe(answer.headers['x-request-id']);
      heard.add(JSON.stringify([answer.json.errors[0].message, told, answer.headers['www-authenticate']]));
      expect(gateway.lines.find((line) => line.requestId === requestId)?.reason ?? '', what).toMatch(
        /^UNAUTHENTICATED/,
      );
    }
    expect(heard.size).toBe(1);
    expect(gateway.upstream.seen).toEqual([]);
  });

  test('a token of a megabyte is refused by the parser', async () => {
    expect((await programPost(bearer('a'.repeat(1_000_000)))).status).toBe(431);
  });

  test('basic credentials and no credentials are refused alike', async () => {
    expect((await programPost({})).status).toBe(401);
    expect(
      (await programPost({ authorization: `Basic ${Buffer.from('a:b').toString('base64')}` })).status,
    ).toBe(401);
  });
});

describe('hosts and headers', () => {
  test.each([
    'evil.example',
    'localhost.evil.example',
    '127.0.0.1.nip.io',
    '169.254.169.254',
    'localhost@evil.example',
  ])('refuses the host "%s" at both doors (DNS rebinding)', async (host) => {
    for (const port of [gateway.uiPort, gateway.apiPort]) {
      const answer = await send(port, '/api/x', { headers: { host, cookie, ...bearer() } });
      expect(answer).toMatchObject({ status: 421, json: { error: { code: 'HOST_NOT_ALLOWED' } } });
    }
  });

  test('refuses a request without a host name', async () => {
    const ask = (host: string) =>
      sendRaw(gateway.apiPort, `GET /api/x HTTP/1.1\r\n${host}Connection: close\r\n\r\n`);
    expect(await ask('Host: \r\n')).toMatch(/^HTTP\/1\.1 421 /);
    expect(await ask('')).toMatch(/^HTTP\/1\.1 400 /);
  });

  test('what callers say about themselves does not reach the server', async () => {
    await programPost({
      ...bearer(),
      'x-forwarded-for': '10.0.0.1',
      'x-forwarded-host': 'evil.example',
      'x-forwarded-proto': 'https',
      forwarded: 'for=10.0.0.1',
      'x-real-ip': '10.0.0.1',
      'x-tenant-id': 'other',
      'x-user-id': 'other',
      'x-request-id': 'mine',
      'x-summit-identity': 'other',
      'idempotency-key': 'k-1',
      traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    });
    const { headers } = gateway.upstream.seen[0]!;
    expect(Object.keys(headers).sort()).toEqual(
      [
        'authorization',
        'connection',
        'content-length',
        'content-type',
        'host',
        'idempotency-key',
        'traceparent',
        'x-request-id',
      ].sort(),
    );
    expect(headers['x-request-id']).not.toBe('mine');
    expect(headers.traceparent).toMatch(
      /^00-0af7651916cd43dd8448eb211c80319c-(?!b7ad6b7169203331)[0-9a-f]{16}-01$/,
    );
    expect(gateway.lines.at(-1)?.address ?? '127.0.0.1').toBe('127.0.0.1');
  });

  test('what the server says about itself does not reach callers', async () => {
    const { headers } = await send(gateway.apiPort, '/api/download?bytes=1', { headers: bearer() });
    expect(headers['set-cookie']).toBeUndefined();
    expect(headers.server).toBeUndefined();
    expect(headers['cache-control']).toBe('no-store');
  });

  test('every answer carries the security headers', async () => {
    for (const [port, path] of [
      [gateway.uiPort, '/'],
      [gateway.uiPort, '/auth/me'],
      [gateway.apiPort, '/graphql'],
      [gateway.apiPort, '/healthz'],
    ] as const) {
      const { headers } = await send(port, path);
      expect(headers['content-security-policy']).toContain("default-src 'none'");
      expect(headers['content-security-policy']).toContain("frame-ancestors 'none'");
      expect(headers['content-security-policy']).not.toContain('unsafe');
      expect(headers['x-content-type-options']).toBe('nosniff');
      expect(headers['referrer-policy']).toBe('same-origin');
      expect(headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
      expect(headers['strict-transport-security']).toBeUndefined();
    }
  });
});
