import { isDeepStrictEqual } from 'node:util';
import type { Exchange, Principal } from './exchange.ts';
import { refusal } from './refuse.ts';
import type { Sessions } from './sessions.ts';
import { bearerOf, type Tokens } from './tokens.ts';

/** Who is asking, and the question to ask again while a long answer is on its way. */
export interface Authenticated {
  principal: Principal;
  recheck(): Promise<void>;
}

export interface Credentials {
  sessions: Sessions;
  tokens: Tokens;
}

/**
 * A cookie at the browser door, a bearer token at the program door, never the other way round.
 * `beforeAsking` runs when the answer is not at hand, so that guessing is counted before it costs anything.
 */
export async function authenticate(
  exchange: Exchange,
  { sessions, tokens }: Credentials,
  beforeAsking: () => void,
): Promise<Authenticated> {
  if (exchange.door === 'program') {
    const token = bearerOf(exchange.request.headers.authorization);
    if (!tokens.isKnown(token)) beforeAsking();
    return rechecked(() => tokens.resolve(token, exchange.id));
  }
  const id = sessions.idOf(exchange);
  if (id === undefined) throw refusal('UNAUTHENTICATED', 'no session cookie');
  if (!sessions.isKnown(id)) beforeAsking();
  return rechecked(async () => (await sessions.resolve(id, exchange.id)).principal);
}

/** Another role or clearance ends what runs under the old one, as being disabled does. */
async function rechecked(resolve: () => Promise<Principal>): Promise<Authenticated> {
  const principal = await resolve();
  return {
    principal,
    async recheck() {
      if (!isDeepStrictEqual(await resolve(), principal))
        throw refusal('UNAUTHENTICATED', 'roles or clearance changed');
    },
  };
}
