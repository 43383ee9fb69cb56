import { SummitError } from '@summit/process/errors';
import type { Exchange } from './exchange.ts';
import { refusal } from './refuse.ts';
import { namesThisHost } from './wellFormed.ts';

export interface OriginRules {
  publicUrl: URL;
  hostnames: ReadonlySet<string>;
  /** Exact origins of pages that may call the program door. */
  allowedOrigins: ReadonlySet<string>;
  tls: boolean;
}

const reads = new Set(['GET', 'HEAD']);
const bodies = /^(?:application\/json|multipart\/form-data)\s*(?:;|$)/i;

/**
 * The browser door answers its own pages only. Cookies ignore ports, so a page of another port of localhost is
 * "same-site" and its requests carry ours: SameSite alone is not enough.
 */
export function mustComeFromOurPage(exchange: Exchange, rules: OriginRules): void {
  const { request, path } = exchange;
  mustBeSameOrigin(exchange, rules);
  if (reads.has(request.method ?? '')) return;
  if (isFormOfOurs(path)) {
    if (request.headers.origin === undefined) throw crossOrigin('a form without Origin');
    return;
  }
  if (request.headers['x-summit-request'] !== '1') throw crossOrigin('without x-summit-request');
  if (request.headers.origin === undefined && request.headers['sec-fetch-site'] === undefined) {
    throw crossOrigin('without Origin and Sec-Fetch-Site');
  }
  const type = request.headers['content-type'];
  const hasBody =
    request.headers['transfer-encoding'] !== undefined || Number(request.headers['content-length'] ?? 0) > 0;
  if ((hasBody || type !== undefined) && !bodies.test(type ?? '')) {
    throw new SummitError('MEDIA_TYPE_NOT_ALLOWED', { expected: 'application/json or multipart/form-data' });
  }
}

/** A page's read by another site is refused too, navigations of the sign-in flow apart. */
function mustBeSameOrigin({ request, path }: Exchange, rules: OriginRules): void {
  const { origin } = request.headers;
  if (origin !== undefined && !isOurs(origin, request.headers.host, rules))
    throw crossOrigin(`Origin ${origin}`);
  const site = request.headers['sec-fetch-site'];
  if (site === undefined || site === 'same-origin' || site === 'none') return;
  const navigates = request.headers['sec-fetch-mode'] === 'navigate' && reads.has(request.method ?? '');
  if (navigates && !path.startsWith('/api')) return;
  throw crossOrigin(`Sec-Fetch-Site ${site}`);
}

function isOurs(origin: string, host: string | undefined, rules: OriginRules): boolean {
  if (origin === rules.publicUrl.origin) return true;
  return namesThisHost(host, rules.hostnames) && origin === `${rules.tls ? 'https' : 'http'}://${host}`;
}

/** The one HTML form of Summit: redeeming a sign-in link, a page without script. */
function isFormOfOurs(path: string): boolean {
  return path.startsWith('/auth/link/');
}

/**
 * CORS of the program door: an exact list, never credentials. Answers a preflight and returns true; a page
 * that is not on the list is refused before anything is asked on its behalf.
 */
export function answersCors({ request, response }: Exchange, allowed: ReadonlySet<string>): boolean {
  const { origin } = request.headers;
  response.setHeader('Vary', 'Origin');
  if (origin === undefined) return false;
  if (!allowed.has(origin)) throw crossOrigin(`Origin ${origin}`);
  response.setHeader('Access-Control-Allow-Origin', origin);
  response.setHeader('Access-Control-Expose-Headers', 'X-Request-Id, Retry-After, Content-Disposition');
  if (request.method !== 'OPTIONS') return false;
  response.setHeader('Access-Control-Allow-Methods', 'GET, HEAD, POST, PUT, PATCH, DELETE');
  response.setHeader(
    'Access-Control-Allow-Headers',
    'Authorization, Content-Type, Idempotency-Key, Traceparent',
  );
  response.setHeader('Access-Control-Max-Age', '600');
  response.writeHead(204).end();
  return true;
}

function crossOrigin(why: string): SummitError {
  return refusal('CROSS_ORIGIN_REFUSED', why);
}
