import type { IncomingMessage, ServerResponse } from 'node:http';
import { SummitError } from '@summit/process/errors';
import { continueTrace, withSpan } from '@summit/process/telemetry';
import { type AccessLine, followExchange, routeOf } from './accessLog.ts';
import type { Admission } from './admit.ts';
import type { createAuth } from './auth.ts';
import { authenticate, type Credentials } from './authenticate.ts';
import { type Door, type Exchange, openExchange, type Principal } from './exchange.ts';
import { type Forwarder, isForwarded } from './forward.ts';
import { setSecurityHeaders } from './headers.ts';
import type { Health } from './health.ts';
import { answersCors, mustComeFromOurPage } from './origin.ts';
import { refuse } from './refuse.ts';
import type { Settings } from './settings.ts';
import type { createStaticFiles } from './staticFiles.ts';
import { mustBeWellFormed, mustNameThisHost } from './wellFormed.ts';

export interface GatewayParts {
  settings: Settings;
  health: Health;
  auth: ReturnType<typeof createAuth>;
  admission: Admission;
  credentials: Credentials;
  forwarder: Forwarder;
  serveFile: ReturnType<typeof createStaticFiles>;
  /** A token that tells the server who asks. */
  sign(principal: Principal): string;
  report(line: AccessLine): void;
  countRefusal(code: string): void;
}

/** The way of every request through the gateway, in order. Each step lets it pass, answers it, or throws. */
export function createGateway(parts: GatewayParts) {
  const { settings, health, auth, admission, credentials, forwarder } = parts;
  const origins = { ...settings, tls: settings.tls !== undefined };

  async function pass(exchange: Exchange): Promise<void> {
    setSecurityHeaders(exchange.response, settings);
    mustBeWellFormed(exchange);
    if (health.answers(exchange.path)) return health.answer(exchange);
    mustNameThisHost(exchange, settings.hostnames);

    if (exchange.door === 'browser') {
      mustComeFromOurPage(exchange, origins);
      if (auth.owns(exchange.path)) return auth.answer(exchange);
      if (!isForwarded(exchange.path)) return parts.serveFile(exchange);
    } else {
      if (answersCors(exchange, settings.allowedOrigins)) return;
      if (!isForwarded(exchange.path)) throw new SummitError('NOT_FOUND');
    }

    const { principal, recheck } = await authenticate(exchange, credentials, () =>
      admission.mustNotBeGuessing(exchange),
    );
    exchange.principal = principal;
    await admission.admit(exchange);
    // Who has left meanwhile will not leave again: what waits for that, the count of open requests and the stream, would stay.
    if (exchange.response.destroyed) return;
    admission.enter(exchange);
    await forwarder.forward(exchange, parts.sign(principal), recheck);
  }

  async function handle(door: Door, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const exchange = openExchange(door, request, response);
    followExchange(exchange, parts.report);
    response.setHeader('X-Request-Id', exchange.id);
    try {
      await pass(exchange);
    } catch (error) {
      // Before the answer is out: whoever guesses on does not come before the count.
      if (isWrongCredential(error)) await admission.countFailure(exchange);
      parts.countRefusal(refuse(exchange, error).code);
    }
  }

  return (door: Door, request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const given = request.headers.traceparent;
    const span = { door, route: routeOf(request.url ?? '') };
    return continueTrace(typeof given === 'string' ? given : undefined, () =>
      withSpan('gateway.request', span, () => handle(door, request, response)),
    );
  };
}

const isWrongCredential = (error: unknown): boolean =>
  error instanceof SummitError && (error.code === 'UNAUTHENTICATED' || error.code === 'LINK_SPENT');
