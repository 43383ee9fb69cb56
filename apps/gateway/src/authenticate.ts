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
 * `beforeAsking` runs when the answer is not at hand and the credential was not good of late, so that guessing ends before it costs
 * anything, and shuts nobody out who has said who they are.
 */
export async function authenticate(
  exchange: Exchange,
  { sessions, tokens }: Credentials,
  beforeAsking: () => Promise<void>,
): Promise<Authenticated> {
  if (exchange.door === 'program') {
    const token = bearerOf(exchange.request.headers.authorization);
    if (!tokens.isKnown(token)) await beforeAsking();
    const ask = () => tokens.resolve(token, exchange.id);
    return watched(await ask(), ask);
  }
  const id = sessions.idOf(exchange);
  if (id === undefined) throw refusal('UNAUTHENTICATED', 'no session cookie');
  if (!sessions.isKnown(id)) await beforeAsking();
  const session = await sessions.resolve(id, exchange.id);
  await sessions.rotateWhereDue(exchange, id, session);
  return watched(session.principal, () => sessions.check(session.sessionId, exchange.id));
}

/** Another role or clearance ends what runs under the old one, as being disabled does. */
function watched(principal: Principal, ask: () => Promise<Principal>): Authenticated {
  return {
    principal,
    async recheck() {
      if (!isDeepStrictEqual(await ask(), principal)) {
        throw refusal('UNAUTHENTICATED', 'roles or clearance changed');
      }
    },
  };
}
