import { type CookieNames, clearCookie, readCookie, writeCookie } from './cookies.ts';
import type { Exchange, Principal } from './exchange.ts';
import type { IdentityDoor, KnownUser } from './identityDoor.ts';
import { nameOfCredential, rememberResolutions } from './resolutions.ts';

export interface Session {
  principal: Principal;
  /** Stays the same while the id in the cookie rotates. */
  sessionId: string;
  expiresAt: string;
  rotationDue: boolean;
}

export interface SignedInPerson {
  issuer: string;
  subject: string;
  /** Only an address that the provider says it has verified. */
  email?: string;
}

const shape = /^[A-Za-z0-9_-]{40,128}$/;

export type Sessions = ReturnType<typeof createSessions>;

/** Browser sessions: an opaque id in one cookie, everything else at the server. */
export function createSessions(given: {
  identity: IdentityDoor;
  names: CookieNames;
  secure: boolean;
  report(error: unknown, what: string): void;
  /** Tells the other gateways to forget this credential too. */
  announce(name: string): Promise<void>;
}) {
  const { identity, names, secure, report } = given;
  const resolutions = rememberResolutions<Session>();
  const checks = rememberResolutions<Principal>();
  const rotating = new Set<string>();

  function idOf({ request }: Exchange): string | undefined {
    const id = readCookie(request.headers.cookie, names.session);
    return id !== undefined && shape.test(id) ? id : undefined;
  }

  function keep(exchange: Exchange, id: string, expiresAt: string): void {
    const maxAgeSeconds = Math.max(0, Math.floor((Date.parse(expiresAt) - Date.now()) / 1000));
    exchange.response.appendHeader('Set-Cookie', writeCookie(names.session, id, { maxAgeSeconds, secure }));
    resolutions.trust(id);
  }

  return {
    idOf,

    /** That asking about it is no guess. */
    isKnown: (id: string) => resolutions.holds(id) || resolutions.trusts(id),

    resolve: (id: string, requestId: string): Promise<Session> =>
      resolutions.resolve(id, async () => {
        const { user, ...rest } = await identity.ask('session-resolve', { session: id }, requestId);
        return { ...rest, principal: principalOf(user) };
      }),

    /** For a stream that outlives the id it began with. */
    check: (sessionId: string, requestId: string): Promise<Principal> =>
      checks.resolve(sessionId, async () =>
        principalOf((await identity.ask('session-check', { sessionId }, requestId)).user),
      ),

    /** Signing in always makes a new id: one that was in the browser before (fixation) is revoked. */
    async create(exchange: Exchange, person: SignedInPerson): Promise<void> {
      const before = idOf(exchange);
      const clientInfo = (exchange.request.headers['user-agent'] ?? '').slice(0, 200);
      const made = await identity.ask('session-create', { ...person, clientInfo }, exchange.id);
      if (before) await this.revoke(before, exchange.id);
      keep(exchange, made.session, made.expiresAt);
    },

    /** Gives the browser the next id where one is due. The old one works until the new one has come back. */
    async rotateWhereDue(exchange: Exchange, id: string, session: Session): Promise<void> {
      if (!session.rotationDue || rotating.has(id)) return;
      rotating.add(id);
      try {
        const next = await identity.ask('session-rotate', { session: id }, exchange.id);
        if (next.session) keep(exchange, next.session, next.expiresAt);
        resolutions.forget(nameOfCredential(id));
      } catch (error) {
        // Another request will try again; this one is good as it is.
        report(error, 'a session did not get its next id');
      } finally {
        rotating.delete(id);
      }
    },

    async revoke(id: string, requestId: string): Promise<void> {
      const name = nameOfCredential(id);
      resolutions.forget(name);
      await identity.ask('session-revoke', { session: id }, requestId);
      // And what was resolved while the server was told.
      this.forget(name);
      await given.announce(name);
    },

    /** Asks again about this credential, or about everybody's, at its next request. */
    forget(name?: string): void {
      resolutions.forget(name);
      // By what a session is called nobody knows here whose it is.
      checks.forget();
    },

    clear(exchange: Exchange): void {
      exchange.response.appendHeader('Set-Cookie', clearCookie(names.session, secure));
    },
  };
}

function principalOf(user: KnownUser): Principal {
  return { ...user, scopes: [], countedAs: `user:${user.id}` };
}
