import type { IncomingMessage } from 'node:http';
import type { Exchange } from './exchange.ts';

/** The only headers of a caller that reach the server; identity, addresses, hosts and cookies never do. */
const fromCaller = [
  'accept',
  'accept-language',
  'content-type',
  'content-length',
  'content-encoding',
  'content-disposition',
  'idempotency-key',
  'if-match',
  'if-none-match',
  'if-modified-since',
  'if-range',
  'range',
  'last-event-id',
  'user-agent',
] as const;

/** Headers of the server that end here: those of its connection, and what the gateway alone decides. */
const hidden =
  /^(?:connection|keep-alive|transfer-encoding|te|trailer|upgrade|proxy-.*|set-cookie|server|x-powered-by|access-control-.*|vary|content-security-policy|strict-transport-security|x-request-id|www-authenticate)$/;

export function headersForServer(exchange: Exchange, token: string): Record<string, string | string[]> {
  const headers: Record<string, string | string[]> = {
    authorization: `Bearer ${token}`,
    traceparent: exchange.traceparent,
    'x-request-id': exchange.id,
  };
  for (const name of fromCaller) {
    const value = exchange.request.headers[name];
    if (value !== undefined) headers[name] = value;
  }
  return headers;
}

export function* answerHeaders(answer: IncomingMessage): Generator<[string, string | string[]]> {
  for (const [name, value] of Object.entries(answer.headers)) {
    if (value !== undefined && !hidden.test(name)) yield [name, value];
  }
}
