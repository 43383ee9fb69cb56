import { randomBytes, randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';

/** 3000 is for browsers (cookies), 8080 for programs (bearer tokens). */
export type Door = 'browser' | 'program';

/** Who is asking, as the server's identity door answered. */
export interface Principal {
  id: string;
  tenant: string;
  name: string;
  roles: string[];
  clearance: string;
  /** Limits of an API token; a session has none. */
  scopes: string[];
  /** What the rate limit counts by: the user of a session, or one token. */
  countedAs: string;
}

/** One request on its way through the gateway. */
export interface Exchange {
  readonly door: Door;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly id: string;
  readonly traceId: string;
  readonly traceparent: string;
  /** The raw path before any query. */
  readonly path: string;
  /** The raw query with its question mark, or ''. */
  readonly query: string;
  readonly address: string;
  readonly startedAt: number;
  principal?: Principal;
  /** Why it was refused, for the log only. */
  reason?: string;
}

export function openExchange(door: Door, request: IncomingMessage, response: ServerResponse): Exchange {
  const target = request.url ?? '/';
  const split = target.indexOf('?');
  const trace = continueTrace(request.headers.traceparent);
  return {
    door,
    request,
    response,
    id: randomUUID(),
    ...trace,
    path: split < 0 ? target : target.slice(0, split),
    query: split < 0 ? '' : target.slice(split),
    // Only the socket is believed: there is no trusted proxy list, so X-Forwarded-For says nothing.
    address: (request.socket.remoteAddress ?? '').replace(/^::ffff:/, ''),
    startedAt: performance.now(),
  };
}

/** A caller's W3C trace goes on with a span of ours; anything malformed starts a new one. */
function continueTrace(header: string | string[] | undefined): { traceId: string; traceparent: string } {
  const given =
    typeof header === 'string' ? /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/.exec(header) : null;
  const valid = given && !/^0+$/.test(given[1]!) && !/^0+$/.test(given[2]!);
  const traceId = valid ? given[1]! : randomBytes(16).toString('hex');
  return {
    traceId,
    traceparent: `00-${traceId}-${randomBytes(8).toString('hex')}-${valid ? given[3]! : '01'}`,
  };
}

export function isLoopback(address: string): boolean {
  return address === '::1' || address.startsWith('127.');
}
