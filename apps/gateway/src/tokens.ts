import type { Principal } from './exchange.ts';
import type { IdentityDoor } from './identityDoor.ts';
import { refusal } from './refuse.ts';
import { rememberResolutions } from './resolutions.ts';

/** An API token: opaque, so no header, algorithm or claim of the caller's is ever read. */
const shape = /^smt_[A-Za-z0-9_-]{20,128}$/;

export interface Tokens {
  /** That asking about it is no guess. */
  isKnown(token: string): boolean;
  resolve(token: string, requestId: string): Promise<Principal>;
  /** Asks again about everybody's. */
  forget(): void;
}

export function createTokens(identity: IdentityDoor): Tokens {
  const resolutions = rememberResolutions<Principal>();
  return {
    isKnown: (token) => resolutions.holds(token) || resolutions.trusts(token),
    forget: () => resolutions.forget(),
    resolve: (token, requestId) =>
      resolutions.resolve(token, async () => {
        const { user, tokenId, scopes } = await identity.ask('token-resolve', { token }, requestId);
        return { ...user, scopes, countedAs: `token:${tokenId}` };
      }),
  };
}

/**
 * The bearer token of a request. Everything that is not one of our tokens is refused with the same words,
 * a signed JWT of any kind too: the log says why, the caller learns nothing.
 */
export function bearerOf(header: string | undefined): string {
  if (header === undefined) throw refusal('UNAUTHENTICATED', 'no authorization header');
  const token = /^Bearer ([^\s,]+)$/i.exec(header)?.[1];
  if (token === undefined) throw refusal('UNAUTHENTICATED', 'not a bearer token');
  if (!shape.test(token)) throw refusal('UNAUTHENTICATED', 'not a token of ours');
  return token;
}
