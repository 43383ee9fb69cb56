import {
  type Details,
  type ErrorCode,
  errorBody,
  type PublicError,
  SummitError,
  toPublic,
} from '@summit/process/errors';
import type { Exchange } from './exchange.ts';
import { refusalPage } from './pages.ts';

/** A refusal whose `why` goes to the log and never to the caller. */
export function refusal(code: ErrorCode, why: string, details: Details = {}): SummitError {
  return new SummitError(code, details, new Error(why));
}

/**
 * Answers with the error: a page where a person navigates, GraphQL's shape at /graphql, JSON otherwise.
 * When an answer has begun already there is nothing honest left to send, so the connection breaks.
 */
export function refuse(exchange: Exchange, error: unknown): PublicError {
  const { request, response } = exchange;
  const told = toPublic(error, exchange.id);
  exchange.reason = reasonOf(error, told);
  if (response.headersSent || response.destroyed) {
    response.destroy();
    return told;
  }
  // The body was not read: what is left of it must not be taken for the next request.
  const unread = !request.complete;
  if (unread) response.setHeader('Connection', 'close');
  if (told.retryAfter !== undefined) response.setHeader('Retry-After', String(told.retryAfter));
  if (told.status === 401 && exchange.door === 'program') response.setHeader('WWW-Authenticate', 'Bearer');
  response.setHeader('Cache-Control', 'no-store');
  response.removeHeader('Content-Disposition');
  const [type, body] = wantsPage(exchange)
    ? ['text/html; charset=utf-8', refusalPage(told)]
    : ['application/json; charset=utf-8', exchange.path === '/graphql' ? graphqlBody(told) : errorBody(told)];
  response.writeHead(told.status, { 'Content-Type': type, 'Content-Length': Buffer.byteLength(body) });
  if (request.method !== 'HEAD') response.write(body);
  if (unread) hearOut(exchange);
  else response.end();
  return told;
}

function graphqlBody({ message, code, requestId, retryAfter }: PublicError): string {
  return JSON.stringify({
    errors: [{ message, extensions: { code, requestId, ...(retryAfter && { retryAfter }) } }],
  });
}

function wantsPage({ door, request, path }: Exchange): boolean {
  if (door !== 'browser' || path === '/graphql' || path.startsWith('/api/')) return false;
  return request.headers.accept?.includes('text/html') === true;
}

function reasonOf(error: unknown, told: PublicError): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : undefined;
  if (told.code === 'INTERNAL')
    return `INTERNAL: ${error instanceof Error ? (error.stack ?? error.message) : error}`;
  return cause ? `${told.code}: ${cause.message}` : told.code;
}

// Long enough for the caller to read the answer before the connection is reset under its upload.
const lingerMs = 1000;

/**
 * Ends an answer that came before the end of the upload, and was written whole: Node closes the connection with the answer,
 * and bytes that are still on their way would turn that into a reset, which takes the answer away from who has not read it.
 */
export function hearOut({ request, response }: Exchange): void {
  const over = (): void => {
    clearTimeout(timer);
    response.end();
  };
  const timer = setTimeout(over, lingerMs).unref();
  response.flushHeaders();
  request.unpipe();
  if (request.readableEnded) over();
  else request.once('end', over).resume();
}
