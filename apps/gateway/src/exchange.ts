import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { currentTrace, traceparent } from '@summit/process/telemetry';

/** 3000 is for browsers (cookies), 8080 for programs (bearer tokens). */
export type Door = 'browser' | 'program';

/** Who is asking, as the server's identity door answered. */
export interface Principal {
  id: string;
  tenant: string;
  name: string;
  roles: string[];
  clearance: string;
  /** What an API token is let off (see admit.ts); it limits nothing. A session has none. */
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

/** Opens inside of the request's trace (see gateway.ts): the server goes on with our span. */
export function openExchange(door: Door, request: IncomingMessage, response: ServerResponse): Exchange {
  const target = request.url ?? '/';
  const split = target.indexOf('?');
  return {
    door,
    request,
    response,
    id: randomUUID(),
    traceId: currentTrace()?.traceId ?? '',
    traceparent: traceparent() ?? '',
    path: split < 0 ? target : target.slice(0, split),
    query: split < 0 ? '' : target.slice(split),
    // Only the socket is believed: there is no trusted proxy list, so X-Forwarded-For says nothing.
    address: (request.socket.remoteAddress ?? '').replace(/^::ffff:/, ''),
    startedAt: performance.now(),
  };
}

export function isLoopback(address: string): boolean {
  return address === '::1' || address.startsWith('127.');
}
