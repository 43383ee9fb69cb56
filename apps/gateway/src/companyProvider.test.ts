import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair } from 'jose';
import Provider from 'oidc-provider';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createMemoryAdapter } from './memoryAdapter.ts';
import { Browser, send } from './testing/callers.ts';
import { freePort, startTestGateway, type TestGateway } from './testing/testGateway.ts';

/** Another OpenID provider, on a port of its own, that signs in whoever `state.person` is. */
async function startCompanyProvider(redirectUri: string) {
  const state = { person: { id: 'grace', email: 'grace@example.org', verified: true } };
  const { privateKey } = await generateKeyPair('ES256', { extractable: true });
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const provider = new Provider(issuer, {
    adapter: createMemoryAdapter(),
    clients: [
      {
        client_id: 'summit',
        client_secret: 'a client secret',
        redirect_uris: [redirectUri],
        token_endpoint_auth_method: 'client_secret_post',
        id_token_signed_response_alg: 'ES256',
      },
    ],
    clientAuthMethods: ['client_secret_post'],
    claims: { openid: ['sub'], profile: ['name'], email: ['email', 'email_verified'] },
    conformIdTokenClaims: false,
    jwks: { keys: [{ ...(await exportJWK(privateKey)), use: 'sig', alg: 'ES256' }] },
    cookies: { keys: ['cookie key of a test'] },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_context, { uid }) => `/interaction/${uid}` },
    findAccount: (_context, id) => ({
      accountId: id,
      claims: () => ({
        sub: id,
        email: state.person.email,
        email_verified: state.person.verified,
      }),
    }),
    async loadExistingGrant(context) {
      const grant = new context.oidc.provider.Grant({
        clientId: 'summit',
        accountId: context.oidc.session!.accountId!,
      });
      grant.addOIDCScope('openid profile email');
      await grant.save();
      return grant;
    },
  });
  const answer = provider.callback();
  server.on('request', (request, response) => {
    if (!request.url?.startsWith('/interaction/')) return void answer(request, response);
    void provider.interactionFinished(request, response, {
      login: { accountId: state.person.id, remember: false },
    });
  });
  return {
    issuer,
    state,
    port: (server.address() as AddressInfo).port,
    stop: () => new Promise((done) => server.close(done).closeAllConnections()),
  };
}

let uiPort: number;
let company: Awaited<ReturnType<typeof startCompanyProvider>>;
let gateway: TestGateway;

beforeAll(async () => {
  uiPort = await freePort();
  const publicUrl = new URL(`http://localhost:${uiPort}`);
  company = await startCompanyProvider(`${publicUrl.origin}/auth/callback`);
  gateway = await startTestGateway({
    uiPort,
    publicUrl,
    provider: {
      issuer: new URL(company.issuer),
      clientId: 'summit',
      clientSecret: 'a client secret',
      scopes: 'openid profile email',
    },
  });
});
afterAll(async () => {
  await gateway.stop();
  await company.stop();
});

/** Goes to the provider and back, with each one's cookies. */
async function signIn(browser: Browser) {
  const away = await browser.go('/auth/login?return=/home');
  const there = new Browser(company.port);
  let url = new URL(away.headers.location!);
  for (;;) {
    const answer = await there.once(url.pathname + url.search, {
      headers: { host: `127.0.0.1:${company.port}` },
    });
    url = new URL(answer.headers.location!, company.issuer);
    if (url.port === String(uiPort)) return browser.go(url.pathname + url.search);
  }
}

test("a company's provider signs in by the same code path", async () => {
  const user = gateway.upstream.addUser('Grace');
  gateway.upstream.invited.set(`${company.issuer} grace`, user);
  const browser = new Browser(uiPort);
  expect((await signIn(browser)).status).toBe(200);
  expect(browser.visited.at(-1)).toBe('/home');
  expect((await browser.script('/auth/me')).json.user).toEqual(user);
  expect(gateway.upstream.signIns.at(-1)).toMatchObject({
    subject: 'grace',
    email: 'grace@example.org',
  });
});

test.each([
  ['that the provider has not verified', { email: 'grace@example.org', verified: false }],
  ['longer than any that mail reaches', { email: `${'g'.repeat(320)}@example.org`, verified: true }],
])('an address %s is not passed on', async (_, person) => {
  company.state.person = { id: 'heidi', ...person };
  const browser = new Browser(uiPort);
  const refused = await signIn(browser);
  expect(refused.status).toBe(403);
  expect(refused.text).toContain('nobody has invited you');
  expect(gateway.upstream.signIns.at(-1)).not.toHaveProperty('email');
  expect(browser.cookies.has(gateway.settings.cookies.session)).toBe(false);
});

test('there are no sign-in links and no embedded provider beside it', async () => {
  const link = `/auth/link/${gateway.upstream.addLink(gateway.upstream.addUser('Ivan'))}`;
  for (const path of [link, '/oidc/auth', '/oidc/interaction/aaaaaaaaaaaaaaaaaaaa']) {
    expect((await send(uiPort, path)).status).toBe(404);
  }
});

test('a provider that is down is said so, and works when it is back', async () => {
  const port = await freePort();
  const alone = await startTestGateway({
    provider: {
      issuer: new URL(`http://127.0.0.1:${port}`),
      clientId: 'x',
      clientSecret: undefined,
      scopes: 'openid',
    },
  });
  const answer = await send(alone.uiPort, '/auth/login');
  expect(answer).toMatchObject({ status: 503, json: { error: { code: 'PROVIDER_UNAVAILABLE' } } });
  expect(answer.text).not.toContain(String(port));
  const back = createServer((_request, response) => {
    response.setHeader('content-type', 'application/json').end(
      JSON.stringify({
        issuer: `http://127.0.0.1:${port}`,
        authorization_endpoint: `http://127.0.0.1:${port}/authorize`,
        token_endpoint: `http://127.0.0.1:${port}/token`,
        jwks_uri: `http://127.0.0.1:${port}/jwks`,
        response_types_supported: ['code'],
        code_challenge_methods_supported: ['S256'],
      }),
    );
  });
  await new Promise<void>((done) => back.listen(port, '127.0.0.1', done));
  expect((await send(alone.uiPort, '/auth/login')).headers.location).toContain(
    `http://127.0.0.1:${port}/authorize?`,
  );
  await new Promise((done) => back.close(done).closeAllConnections());
  await alone.stop();
});
