import { type Agent, type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http';
import { SummitError } from '@summit/process/errors';
import type { Authenticated } from './authenticate.ts';
import type { Exchange } from './exchange.ts';
import { answerHeaders, headersForServer } from './forwardedHeaders.ts';
import { hearOut, refusal } from './refuse.ts';

// A stream's owner is asked about again this often; with answers remembered for 2 s, whoever is cut off is gone within 5 s.
const recheckMs = 2500;
const silenceMs = 120_000;

/** What the door lets through to the server, which may be stricter (graphql-hardening.yaml). Anything larger belongs to /api, which streams. */
const graphqlMaxBytes = 4 * 1024 * 1024;

export interface ForwardTarget {
  host: string;
  port: number;
  agent: Agent;
}

/** Whether the server answers this path; everything else is the UI's or nobody's. */
export function isForwarded(path: string): boolean {
  return path === '/graphql' || path.startsWith('/api/');
}

export type Forwarder = ReturnType<typeof createForwarder>;

export function createForwarder(target: ForwardTarget) {
  const eventStreams = new Set<IncomingMessage>();

  return {
    /**
     * Streams the request to the server and its answer back, both with backpressure and nothing collected.
     * Resolves when the exchange is over. Whoever hangs up first ends the other side.
     * Throws SERVER_UNAVAILABLE or TOO_LARGE while nothing has been answered; later the connection just breaks.
     */
    async forward(exchange: Exchange, token: string, recheck: Authenticated['recheck']): Promise<void> {
      mustFitItsPath(exchange);
      await relay(exchange, token, recheck);
    },

    /** Live feeds never end by themselves; a gateway that stops ends them, and browsers come back elsewhere. */
    endEventStreams(): void {
      for (const answer of eventStreams) answer.destroy();
    },
  };

  function relay(exchange: Exchange, token: string, recheck: Authenticated['recheck']): Promise<void> {
    const { request, response, path, query } = exchange;
    return new Promise((resolve, reject) => {
      const headers = headersForServer(exchange, token);
      const upstream = httpRequest({
        ...target,
        method: request.method,
        path: path + query,
        headers,
        timeout: silenceMs,
      });
      let answer: IncomingMessage | undefined;
      let over = false;

      const stopRechecking = recheckWhileOpen(recheck, () =>
        fail(refusal('UNAUTHENTICATED', 'cut off while streaming')),
      );
      function end(): void {
        over = true;
        stopRechecking();
        request.unpipe(upstream);
        upstream.destroy();
        resolve();
      }
      function fail(error: SummitError): void {
        if (over) return;
        if (response.headersSent) {
          exchange.reason = error.code;
          response.destroy();
        } else reject(error);
        end();
      }

      response.once('close', end);
      upstream.on('timeout', () => fail(refusal('SERVER_UNAVAILABLE', `silent for ${silenceMs} ms`)));
      upstream.on('error', (cause) => {
        // The server may answer early and stop reading the upload: its answer counts, not the broken pipe.
        if (!answer) fail(new SummitError('SERVER_UNAVAILABLE', {}, cause));
      });
      upstream.on('response', (received) => {
        answer = received;
        sendBack(exchange, upstream, received);
        received.on('error', () => {});
        received.on('close', () => {
          if (!received.complete) fail(refusal('SERVER_UNAVAILABLE', 'the answer broke off'));
        });
      });

      if (path === '/graphql') limitBody(request, graphqlMaxBytes, fail);
      sendBody(exchange, upstream);
    });
  }

  function sendBack(exchange: Exchange, upstream: ClientRequest, answer: IncomingMessage): void {
    const { request, response } = exchange;
    for (const [name, value] of answerHeaders(answer)) response.setHeader(name, value);
    if (!response.hasHeader('Cache-Control')) response.setHeader('Cache-Control', 'no-store');
    if (answer.headers['content-type']?.startsWith('text/event-stream')) {
      upstream.setTimeout(0);
      request.socket.setTimeout(0);
      eventStreams.add(answer);
      answer.once('close', () => eventStreams.delete(answer));
    }
    // An answer before the end of the upload leaves unread bytes on the connection: it cannot be used again.
    if (!request.complete) response.setHeader('Connection', 'close');
    response.writeHead(answer.statusCode ?? 502);
    // What ends by itself leaves in one piece with its head; of a stream the caller knows at once that it has begun.
    if (answer.headers['content-length'] === undefined) response.flushHeaders();
    // Without a length only its end tells the caller that it is whole.
    const early = !request.complete && answer.headers['content-length'] !== undefined;
    answer.pipe(response, { end: !early });
    if (early) answer.once('end', () => hearOut(exchange));
  }
}

function sendBody({ request, response }: Exchange, upstream: ClientRequest): void {
  if (request.headers.expect?.toLowerCase() === '100-continue') response.writeContinue();
  request.once('error', () => upstream.destroy());
  request.pipe(upstream);
}

/** GraphQL is asked by POST with JSON alone: a GET could be a link, an image or a mutation in disguise. */
function mustFitItsPath({ path, request, response }: Exchange): void {
  if (path !== '/graphql') return;
  if (request.method !== 'POST') {
    response.setHeader('Allow', 'POST');
    throw new SummitError('METHOD_REFUSED', { method: request.method });
  }
  if (!/^application\/json\s*(?:;|$)/i.test(request.headers['content-type'] ?? '')) {
    throw new SummitError('MEDIA_TYPE_NOT_ALLOWED', { expected: 'application/json' });
  }
  if (Number(request.headers['content-length'] ?? 0) > graphqlMaxBytes) {
    throw new SummitError('TOO_LARGE', { limit: graphqlMaxBytes });
  }
}

function limitBody(request: IncomingMessage, limit: number, fail: (error: SummitError) => void): void {
  let received = 0;
  request.on('data', (chunk: Buffer) => {
    received += chunk.length;
    if (received > limit) fail(new SummitError('TOO_LARGE', { limit }));
  });
}

/** Only a clear refusal cuts a stream: a server that cannot answer now is no reason to throw people out. */
function recheckWhileOpen(recheck: () => Promise<void>, cut: () => void): () => void {
  const timer = setInterval(() => {
    recheck().catch((error) => {
      if (error instanceof SummitError && error.code === 'UNAUTHENTICATED') cut();
    });
  }, recheckMs);
  timer.unref();
  return () => clearInterval(timer);
}
