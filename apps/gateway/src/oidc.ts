import * as client from 'openid-client';
import { z } from 'zod';
import { refusal } from './refuse.ts';
import type { SignedInPerson } from './sessions.ts';

/** What the gateway must remember of one sign-in until the browser comes back. */
export const attemptShape = z.object({
  state: z.string(),
  nonce: z.string(),
  verifier: z.string(),
  returnTo: z.string(),
});
export type Attempt = z.infer<typeof attemptShape>;

export interface OidcClient {
  begin(returnTo: string): Promise<{ url: URL; attempt: Attempt }>;
  /** Throws SIGN_IN_FAILED or PROVIDER_UNAVAILABLE. */
  finish(query: string, attempt: Attempt): Promise<SignedInPerson>;
}

export interface OidcSettings {
  issuer: URL;
  clientId: string;
  clientSecret: string | undefined;
  scopes: string;
  redirectUri: string;
  /** The embedded provider's: asked in memory, and every sign-in is a new one. */
  fetch?: client.CustomFetch;
  prompt?: 'login';
}

const timeoutSeconds = 5;

/** Code flow with PKCE, state and nonce: the same for a company's provider and for the embedded one. */
export function createOidcClient(settings: OidcSettings): OidcClient {
  let discovered: Promise<client.Configuration> | undefined;

  function configuration(): Promise<client.Configuration> {
    discovered ??= discover(settings).catch((error) => {
      // The next attempt asks again: a provider that was down at first is not down for ever.
      discovered = undefined;
      throw refusal('PROVIDER_UNAVAILABLE', textOf(error));
    });
    return discovered;
  }

  return {
    async begin(returnTo) {
      const config = await configuration();
      const attempt: Attempt = {
        state: client.randomState(),
        nonce: client.randomNonce(),
        verifier: client.randomPKCECodeVerifier(),
        returnTo,
      };
      const url = client.buildAuthorizationUrl(config, {
        redirect_uri: settings.redirectUri,
        scope: settings.scopes,
        state: attempt.state,
        nonce: attempt.nonce,
        code_challenge: await client.calculatePKCECodeChallenge(attempt.verifier),
        code_challenge_method: 'S256',
        ...(settings.prompt && { prompt: settings.prompt }),
      });
      return { url, attempt };
    },

    async finish(query, attempt) {
      const config = await configuration();
      const answered = new URL(settings.redirectUri + query);
      const tokens = await client
        .authorizationCodeGrant(config, answered, {
          expectedState: attempt.state,
          expectedNonce: attempt.nonce,
          pkceCodeVerifier: attempt.verifier,
          idTokenExpected: true,
        })
        .catch((error) => {
          const code = isUnreachable(error) ? 'PROVIDER_UNAVAILABLE' : 'SIGN_IN_FAILED';
          throw refusal(code, textOf(error));
        });
      return personOf(tokens.claims()!);
    },
  };
}

async function discover(settings: OidcSettings): Promise<client.Configuration> {
  const { issuer, clientId, clientSecret, fetch } = settings;
  const execute = allowsPlainHttp(issuer) ? [client.allowInsecureRequests] : [];
  const found = await client.discovery(issuer, clientId, undefined, client.None(), {
    execute,
    timeout: timeoutSeconds,
    ...(fetch && { [client.customFetch]: fetch }),
  });
  const metadata = found.serverMetadata();
  const methods = metadata.token_endpoint_auth_methods_supported ?? ['client_secret_basic'];
  const config = new client.Configuration(
    metadata,
    clientId,
    undefined,
    authentication(methods, clientSecret),
  );
  config.timeout = timeoutSeconds;
  if (fetch) config[client.customFetch] = fetch;
  for (const apply of execute) apply(config);
  return config;
}

function authentication(methods: readonly string[], secret: string | undefined): client.ClientAuth {
  if (!secret) return client.None();
  return methods.includes('client_secret_basic')
    ? client.ClientSecretBasic(secret)
    : client.ClientSecretPost(secret);
}

/** Without TLS only on this machine. */
function allowsPlainHttp({ protocol, hostname }: URL): boolean {
  return protocol === 'http:' && ['localhost', '127.0.0.1', '[::1]'].includes(hostname);
}

/** The longest that mail allows (64 before the @, 255 after it). */
const emailMost = 320;

function personOf(claims: client.IDToken): SignedInPerson {
  const text = (name: string) => (typeof claims[name] === 'string' ? (claims[name] as string).trim() : '');
  const email = text('email').toLowerCase();
  // An unverified address is whatever its owner typed: nobody is recognised by it, nor by one that no mail could reach.
  const isAddress = claims.email_verified === true && email !== '' && email.length <= emailMost;
  return { issuer: claims.iss, subject: claims.sub, ...(isAddress && { email }) };
}

function isUnreachable(error: unknown): boolean {
  return error instanceof TypeError || (error as { code?: string }).code === 'OAUTH_TIMEOUT';
}

function textOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause instanceof Error ? `: ${error.cause.message}` : '';
  return `${error.message}${cause}`.slice(0, 500);
}
