import { SummitError } from '@summit/process/errors';
import { z } from 'zod';
import type { Admission } from './admit.ts';
import { type CookieNames, clearCookie, readCookie, writeCookie } from './cookies.ts';
import { type EmbeddedProvider, embeddedIssuer } from './embeddedProvider.ts';
import { type Exchange, isLoopback } from './exchange.ts';
import type { IdentityDoor } from './identityDoor.ts';
import { createSealer } from './loginState.ts';
import { attemptShape, type OidcClient } from './oidc.ts';
import { pageFont } from './pageFont.ts';
import { linkPage, noLinkPage, pageStyles } from './pages.ts';
import { refusal } from './refuse.ts';
import type { Sessions } from './sessions.ts';
import { sendPage } from './staticFiles.ts';

export interface AuthParts {
  /** Where the built app lies: its typeface is that of these pages too. */
  uiFolder: string;
  publicUrl: URL;
  secure: boolean;
  names: CookieNames;
  sessionSecret: string;
  oidc: OidcClient;
  /** Absent with a company's provider: then there are no sign-in links. */
  embedded: EmbeddedProvider | undefined;
  identity: IdentityDoor;
  sessions: Sessions;
  admission: Admission;
}

const linkPath = /^\/auth\/link\/([A-Za-z0-9_-]{20,128})$/;

type Step = (exchange: Exchange) => Promise<void> | void;

/** Everything under /auth and /oidc at the browser door. */
export function createAuth(parts: AuthParts) {
  const { names, secure, sessions, admission, embedded } = parts;
  const sealing = { secret: parts.sessionSecret };
  const attempts = createSealer({
    ...sealing,
    purpose: 'sign-in attempt',
    shape: attemptShape,
    maxAgeSeconds: 600,
  });
  const links = createSealer({
    ...sealing,
    purpose: 'sign-in link',
    shape: z.object({ token: z.string() }),
    maxAgeSeconds: 60,
  });

  function remember({ response }: Exchange, name: string, value: string, maxAgeSeconds: number): void {
    response.appendHeader('Set-Cookie', writeCookie(name, value, { maxAgeSeconds, secure }));
  }

  function forget({ response }: Exchange, name: string): void {
    response.appendHeader('Set-Cookie', clearCookie(name, secure));
  }

  /** Cookies belong to one host name: a sign-in happens at the public one from the first step. */
  function isElsewhere({ request }: Exchange): boolean {
    return request.headers.host?.replace(/:\d+$/, '').toLowerCase() !== parts.publicUrl.hostname;
  }

  const login: Step = async (exchange) => {
    await admission.admitAddress(exchange);
    if (isElsewhere(exchange))
      return redirect(exchange, new URL(exchange.path + exchange.query, parts.publicUrl).href);
    const returnTo = ownPath(new URLSearchParams(exchange.query).get('return'));
    const { url, attempt } = await parts.oidc.begin(returnTo);
    remember(exchange, names.login, await attempts.seal(attempt), attempts.maxAgeSeconds);
    redirect(exchange, url.href);
  };

  const showLink: Step = (exchange) => {
    if (isElsewhere(exchange)) return redirect(exchange, new URL(exchange.path, parts.publicUrl).href);
    sendPage(exchange, 200, linkPage(exchange.path));
  };

  /** The link itself is redeemed inside the provider's flow; here it only moves from the page into a cookie. */
  const useLink: Step = async (exchange) => {
    await admission.admitAddress(exchange);
    if (!isLoopback(exchange.address)) throw refusal('LINK_SPENT', `used from ${exchange.address}`);
    const token = linkPath.exec(exchange.path)![1]!;
    for (const cookie of embedded!.forgettingCookies()) exchange.response.appendHeader('Set-Cookie', cookie);
    remember(exchange, names.link, await links.seal({ token }), links.maxAgeSeconds);
    redirect(exchange, '/auth/login');
  };

  const interact: Step = async (exchange) => {
    const { request, response } = exchange;
    await embedded!.mustBeSigningIn(request, response);
    const link = await links.open(readCookie(request.headers.cookie, names.link));
    // A person asked how to come in, and this tells them: nothing was refused yet.
    if (!link) return sendPage(exchange, 200, noLinkPage());
    forget(exchange, names.link);
    await admission.mustNotBeGuessing(exchange);
    const { user } = await parts.identity.ask('redeem-link', link, exchange.id);
    await embedded!.finishInteraction(request, response, {
      subject: `${user.tenant}/${user.id}`,
      name: user.name,
    });
  };

  const callback: Step = async (exchange) => {
    await admission.admitAddress(exchange);
    const attempt = await attempts.open(readCookie(exchange.request.headers.cookie, names.login));
    forget(exchange, names.login);
    if (!attempt) throw refusal('SIGN_IN_FAILED', 'no attempt was begun in this browser');
    const person = await parts.oidc.finish(exchange.query, attempt);
    await sessions.create(exchange, embedded ? { ...person, issuer: embeddedIssuer } : person);
    for (const cookie of embedded?.forgettingCookies() ?? [])
      exchange.response.appendHeader('Set-Cookie', cookie);
    redirect(exchange, attempt.returnTo);
  };

  const logout: Step = async (exchange) => {
    const id = sessions.idOf(exchange);
    if (id) await sessions.revoke(id, exchange.id);
    sessions.clear(exchange);
    sendJson(exchange, { signedOut: true });
  };

  const me: Step = async (exchange) => {
    const id = sessions.idOf(exchange);
    if (id === undefined) throw refusal('UNAUTHENTICATED', 'no session cookie');
    if (!sessions.isKnown(id)) await admission.mustNotBeGuessing(exchange);
    const session = await sessions.resolve(id, exchange.id);
    exchange.principal = session.principal;
    await admission.admit(exchange);
    await sessions.rotateWhereDue(exchange, id, session);
    const { scopes: _scopes, countedAs: _countedAs, ...user } = session.principal;
    sendJson(exchange, { user, expiresAt: session.expiresAt });
  };

  /**
   * The same question for a page that does not know yet whether somebody is signed in: nobody is an answer, not an error. A
   * session that is not one counts as a guess, as everywhere.
   */
  const whoever: Step = async (exchange) => {
    if (sessions.idOf(exchange) === undefined) {
      await admission.admitAddress(exchange);
      return sendJson(exchange, { user: null });
    }
    try {
      await me(exchange);
    } catch (error) {
      if (!(error instanceof SummitError) || error.code !== 'UNAUTHENTICATED') throw error;
      await admission.countFailure(exchange);
      sendJson(exchange, { user: null });
    }
  };

  const styles: Step = async ({ response }) => {
    const sheet = pageStyles(await pageFont(parts.uiFolder));
    response.setHeader('Cache-Control', 'no-cache');
    response.writeHead(200, { 'Content-Type': 'text/css; charset=utf-8' }).end(sheet);
  };

  function stepsOf(path: string): Record<string, Step> | undefined {
    if (path === '/auth/login') return { GET: login };
    if (path === '/auth/callback') return { GET: callback };
    if (path === '/auth/logout') return { POST: logout };
    if (path === '/auth/me') return { GET: me };
    if (path === '/auth/session') return { GET: whoever };
    if (path === '/auth/page.css') return { GET: styles };
    if (!embedded) return undefined;
    if (linkPath.test(path)) return { GET: showLink, POST: useLink };
    if (embedded.isInteraction(path)) return { GET: interact };
    if (embedded.isBrowserStep(path)) {
      return {
        GET: async (exchange) => {
          await admission.admitAddress(exchange);
          embedded.handle(exchange.request, exchange.response);
        },
      };
    }
    return undefined;
  }

  return {
    owns: (path: string) => path.startsWith('/auth/') || path.startsWith('/oidc/') || path === '/oidc',

    async answer(exchange: Exchange): Promise<void> {
      const steps = stepsOf(exchange.path);
      if (!steps) throw new SummitError('NOT_FOUND');
      const step = steps[exchange.request.method ?? ''];
      if (!step) {
        exchange.response.setHeader('Allow', Object.keys(steps).join(', '));
        throw new SummitError('METHOD_REFUSED', { method: exchange.request.method });
      }
      await step(exchange);
    },
  };
}

/** A place of ours to come back to; anything that a browser could read as another site becomes the start page. */
function ownPath(given: string | null): string {
  if (!given || !/^\/[A-Za-z0-9/._~!$&'()*+,;=:@%?#-]*$/.test(given)) return '/';
  if (given.startsWith('//') || given.length > 2000 || /^\/(?:auth|oidc|api|graphql)(?:[/?#]|$)/.test(given))
    return '/';
  return given;
}

function redirect({ response }: Exchange, location: string): void {
  response.setHeader('Cache-Control', 'no-store');
  response.writeHead(303, { Location: location, 'Content-Length': 0 }).end();
}

function sendJson({ response }: Exchange, body: object): void {
  response.setHeader('Cache-Control', 'no-store');
  response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
}
