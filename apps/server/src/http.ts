import type { KeyObject } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { errorBody, SummitError, toPublic } from '@summit/process/errors';
import { type InternalIdentity, identityVerifier } from '@summit/process/internalIdentity';
import type { Part } from '@summit/process/lifecycle';
import type { Logger } from '@summit/process/log';
import { continueTrace, currentTrace, withSpan } from '@summit/process/telemetry';
import type { Context } from './context.ts';
import type { Database } from './database/database.ts';
import { asRefusal } from './database/refusals.ts';
import type { FilePlace } from './file/file.ts';
import { Actor } from './tenant/actor.ts';
import { markingRank } from './tenant/marking.ts';

export interface Call {
  request: IncomingMessage;
  response: ServerResponse;
  url: URL;
  identity: InternalIdentity;
  ctx: Context;
  /** Values of the path's `:name` parts. */
  params: Record<string, string>;
}

export interface Route {
  method: string;
  /** For example /api/imports/:id/rejects; a trailing * takes the rest. */
  path: string;
  /** Whom it serves: people and programs (through the gateway), or the gateway itself. */
  scope: 'user' | 'gateway';
  handle(call: Call): Promise<void> | void;
}

export interface HttpOptions {
  port: number;
  publicKey: KeyObject;
  db: Database;
  positionSecret: Uint8Array;
  files: FilePlace;
  log: Logger;
  routes: readonly Route[];
  /** Unauthenticated: /health and its kin, on the internal network only. */
  health(path: string, url: URL): Promise<{ status: number; body: object }> | undefined;
}

/** The internal door: accepts nothing but calls signed by the gateway. */
export function httpServer(options: HttpOptions): Part {
  const routes = options.routes.map((route) => ({ ...route, pattern: patternOf(route.path) }));
  const verify = identityVerifier(options.publicKey);
  const server: Server = createServer({
    requestTimeout: 0,
    headersTimeout: 10_000,
    keepAliveTimeout: 65_000,
  });
  server.on('request', (request, response) => {
    const requestId = String(request.headers['x-request-id'] ?? 'none').slice(0, 100);
    const trace = request.headers.traceparent;
    void continueTrace(Array.isArray(trace) ? trace[0] : trace, async () => {
      try {
        await withSpan('server.request', {}, () => dispatch(request, response, requestId));
      } catch (error) {
        refuse(response, error, requestId, options.log);
      }
    });
  });

  async function dispatch(
    request: IncomingMessage,
    response: ServerResponse,
    requestId: string,
  ): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://server');
    const health = options.health(url.pathname, url);
    if (health) return json(response, await health);

    const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1] ?? '';
    const identity = verify(token);
    const matching = routes.filter(({ pattern }) => pattern.test(url.pathname));
    const route = matching.find(({ method }) => method === request.method);
    if (!route || route.scope !== identity.scope) {
      throw matching.length > 0 && !route
        ? new SummitError('METHOD_REFUSED', { method: String(request.method) })
        : new SummitError('NOT_FOUND');
    }
    const params = route.pattern.exec(url.pathname)?.groups ?? {};
    await route.handle({
      request,
      response,
      url,
      identity,
      params,
      ctx: contextOf(identity, requestId, request),
    });
  }

  function contextOf(identity: InternalIdentity, requestId: string, request: IncomingMessage): Context {
    const key = request.headers['idempotency-key'];
    if (typeof key === 'string' && !/^[\x21-\x7e]{1,200}$/.test(key)) {
      throw new SummitError('INPUT_INVALID', { problem: 'Idempotency-Key is 1 to 200 printable characters' });
    }
    const traceId = currentTrace()?.traceId;
    return {
      db: options.db,
      actor: new Actor(identity.sub, identity.name, identity.roles),
      scope: { tenant: identity.tenant, clearance: markingRank(identity.clearance) },
      requestId,
      positionSecret: options.positionSecret,
      files: options.files,
      log: options.log,
      ...(traceId !== undefined && { traceId }),
      ...(typeof key === 'string' && { idempotencyKey: key }),
    };
  }

  return {
    run: () =>
      new Promise((done, failed) => {
        server.once('error', failed);
        server.listen(options.port, '127.0.0.1', () => done());
      }),
    stop: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeIdleConnections();
      }),
  };
}

function patternOf(path: string): RegExp {
  const source = path
    .replace(/[.+?^${}()|[\]\\]/g, '\\$&')
    .replace(/\*$/, '.*')
    .replace(/:(\w+)/g, '(?<$1>[^/]+)');
  return new RegExp(`^${source}$`);
}

export function json(response: ServerResponse, { status, body }: { status: number; body: object }): void {
  const text = JSON.stringify(body);
  response
    .writeHead(status, { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' })
    .end(text);
}

/** What writing to somebody, or reading from somebody, who hangs up comes to. */
const LEFT = new Set([
  'ERR_STREAM_PREMATURE_CLOSE',
  'ERR_STREAM_DESTROYED',
  'ECONNRESET',
  'EPIPE',
  'ABORT_ERR',
]);

const hasLeft = ({ destroyed, writableFinished }: ServerResponse, error: unknown): boolean =>
  destroyed && !writableFinished && LEFT.has(String((error as { code?: unknown } | null)?.code));

function refuse(response: ServerResponse, error: unknown, requestId: string, log: Logger): void {
  const known = toPublic(asRefusal(error), requestId);
  if (hasLeft(response, error)) log.debug({ requestId }, 'the caller left before the answer was complete');
  else if (known.code === 'INTERNAL') log.error({ error, requestId }, 'a request failed unexpectedly');
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const retry: Record<string, string> =
    known.retryAfter === undefined ? {} : { 'retry-after': String(known.retryAfter) };
  response
    .writeHead(known.status, {
      'content-type': 'application/json; charset=utf-8',
      'cache-control': 'no-store',
      ...retry,
    })
    .end(errorBody(known));
}
