import type { IncomingMessage, ServerResponse } from 'node:http';
import { deriveBytes, providerKeys } from '@summit/process/keys';
import Provider, { type Configuration } from 'oidc-provider';
import { clearCookie } from './cookies.ts';
import { createInProcessFetch } from './inProcessFetch.ts';
import { createMemoryAdapter } from './memoryAdapter.ts';
import type { OidcSettings } from './oidc.ts';
import { signInAgainPage } from './pages.ts';
import { refusal } from './refuse.ts';

/** Users of the embedded provider carry this as their issuer at the server, so that ports and addresses may change. */
export const embeddedIssuer = 'urn:summit:embedded';

const mount = '/oidc';
const interactionPath = /^\/oidc\/interaction\/([A-Za-z0-9_-]{10,64})$/;
/** The steps that a browser takes. Token and key endpoints are reached in memory only. */
const browserPath = /^\/oidc\/auth(?:\/[A-Za-z0-9_-]{10,64})?$/;

const nameLifetimeMs = 10 * 60_000;

export interface EmbeddedProvider {
  /** For the same OIDC client that a company's provider gets. */
  clientSettings: OidcSettings;
  isBrowserStep(path: string): boolean;
  isInteraction(path: string): boolean;
  /** Lets the provider itself answer a browser step. */
  handle(request: IncomingMessage, response: ServerResponse): void;
  /** Throws SIGN_IN_FAILED when the browser is not in the middle of a sign-in. */
  mustBeSigningIn(request: IncomingMessage, response: ServerResponse): Promise<void>;
  /** The person has shown a good link: the flow goes on. */
  finishInteraction(
    request: IncomingMessage,
    response: ServerResponse,
    person: { subject: string; name: string },
  ): Promise<void>;
  /** Set-Cookie values that make the browser forget the provider, whose session is of no use after a sign-in. */
  forgettingCookies(): string[];
}

/** A real OpenID provider for trials, whose only proof of identity is a single-use sign-in link. */
export function createEmbeddedProvider(given: {
  publicUrl: URL;
  jwtSecret: string;
  cookiePrefix: string;
  report(error: unknown): void;
}): EmbeddedProvider {
  const issuer = new URL(mount, given.publicUrl);
  const clientId = 'summit-gateway';
  const clientSecret = deriveBytes(given.jwtSecret, 'embedded provider client').toString('base64url');
  const redirectUri = new URL('/auth/callback', given.publicUrl).href;
  const names = new Map<string, { name: string; until: number }>();

  const provider = new Provider(
    issuer.href,
    configurationOf({ ...given, clientId, clientSecret, redirectUri, nameOf: (id) => names.get(id)?.name }),
  );
  // The gateway strips what callers say about forwarding and states its own public address instead.
  provider.proxy = true;
  provider.on('server_error', (_context, error) => given.report(error));
  (provider as NodeJS.EventEmitter).on('error', given.report);
  const answer = provider.callback();

  function handle(request: IncomingMessage, response: ServerResponse): void {
    delete request.headers['x-forwarded-for'];
    request.headers['x-forwarded-proto'] = given.publicUrl.protocol.slice(0, -1);
    request.headers['x-forwarded-host'] = given.publicUrl.host;
    Object.assign(request, { originalUrl: request.url });
    request.url = (request.url ?? '').slice(mount.length) || '/';
    void answer(request, response);
  }

  return {
    clientSettings: {
      issuer,
      clientId,
      clientSecret,
      scopes: 'openid profile',
      redirectUri,
      fetch: createInProcessFetch(handle),
      prompt: 'login',
    },
    isBrowserStep: (path) => browserPath.test(path),
    isInteraction: (path) => interactionPath.test(path),
    handle,

    async mustBeSigningIn(request, response) {
      await provider.interactionDetails(request, response).catch((error: Error) => {
        throw refusal('SIGN_IN_FAILED', error.message);
      });
    },

    async finishInteraction(request, response, person) {
      const now = Date.now();
      for (const [id, { until }] of names) if (until <= now) names.delete(id);
      names.set(person.subject, { name: person.name, until: now + nameLifetimeMs });
      await provider.interactionFinished(request, response, {
        login: { accountId: person.subject, remember: false, amr: ['link'] },
      });
    },

    forgettingCookies: () =>
      ['', '.sig'].map((end) =>
        clearCookie(`${given.cookiePrefix}-session${end}`, given.publicUrl.protocol === 'https:').replace(
          'Path=/',
          `Path=${mount}`,
        ),
      ),
  };
}

function configurationOf(given: {
  jwtSecret: string;
  cookiePrefix: string;
  clientId: string;
  clientSecret: string;
  redirectUri: string;
  nameOf(id: string): string | undefined;
}): Configuration {
  const key = providerKeys(given.jwtSecret).privateKey.export({ format: 'jwk' });
  const cookie = { httpOnly: true, sameSite: 'lax', signed: true } as const;
  return {
    adapter: createMemoryAdapter(),
    clients: [
      {
        client_id: given.clientId,
        client_secret: given.clientSecret,
        redirect_uris: [given.redirectUri],
        response_types: ['code'],
        grant_types: ['authorization_code'],
        token_endpoint_auth_method: 'client_secret_basic',
        id_token_signed_response_alg: 'EdDSA',
      },
    ],
    clientAuthMethods: ['client_secret_basic'],
    responseTypes: ['code'],
    scopes: ['openid', 'profile'],
    claims: { openid: ['sub'], profile: ['name'] },
    conformIdTokenClaims: false,
    jwks: { keys: [{ ...key, use: 'sig', alg: 'EdDSA' }] },
    enabledJWA: { idTokenSigningAlgValues: ['EdDSA'] },
    pkce: { required: () => true },
    cookies: {
      keys: [deriveBytes(given.jwtSecret, 'embedded provider cookies').toString('base64url')],
      names: {
        session: `${given.cookiePrefix}-session`,
        interaction: `${given.cookiePrefix}-interaction`,
        resume: `${given.cookiePrefix}-resume`,
      },
      long: { ...cookie, path: mount },
      short: cookie,
    },
    features: {
      devInteractions: { enabled: false },
      userinfo: { enabled: false },
      rpInitiatedLogout: { enabled: false },
    },
    ttl: { AccessToken: 60, AuthorizationCode: 60, IdToken: 60, Interaction: 600, Session: 600, Grant: 600 },
    interactions: { url: (_context, interaction) => `${mount}/interaction/${interaction.uid}` },
    findAccount: (_context, id) => ({
      accountId: id,
      claims: () => ({ sub: id, name: given.nameOf(id) ?? 'unknown' }),
    }),
    // Our own client needs nobody's consent: it is the same product.
    async loadExistingGrant(context) {
      const grant = new context.oidc.provider.Grant({
        clientId: context.oidc.client!.clientId,
        accountId: context.oidc.session!.accountId!,
      });
      grant.addOIDCScope('openid profile');
      await grant.save();
      return grant;
    },
    // Its messages may quote the request; a person is told where to begin again instead.
    async renderError(context) {
      context.type = 'html';
      context.body = signInAgainPage();
    },
  };
}
