import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { buffer, json } from 'node:stream/consumers';
import { type ErrorCode, errorBody, SummitError, toPublic } from '@summit/process/errors';
import { type InternalIdentity, verifyInternal } from '@summit/process/internalIdentity';
import { internalKeys } from '@summit/process/keys';

export const secrets = {
  jwt: 'a jwt secret of the gateway tests, long enough',
  session: 'a session secret of the gateway tests, long',
};

export interface TestUser {
  id: string;
  tenant: string;
  name: string;
  roles: string[];
  clearance: string;
}

export interface SeenRequest {
  method: string;
  url: string;
  headers: IncomingHttpHeaders;
  identity: InternalIdentity;
}

export type Upstream = Awaited<ReturnType<typeof startUpstream>>;

/** A small server behind a gateway under test: it keeps people in memory and answers a few paths in telling ways. */
export async function startUpstream(port = 0) {
  const { publicKey } = internalKeys(secrets.jwt);
  const users = new Map<string, TestUser>();
  const links = new Map<string, TestUser>();
  const sessions = new Map<string, TestUser>();
  const bySessionId = new Map<string, string>();
  const tokens = new Map<string, { user: TestUser; tokenId: string; scopes: string[] }>();
  const seen: SeenRequest[] = [];
  const asked: string[] = [];
  const signIns: Record<string, string>[] = [];
  const invited = new Map<string, TestUser>();
  const sockets = new Set<Socket>();
  const closed: string[] = [];
  const state = {
    hanging: false,
    /** The identity door answers when this is over. */
    identityHeld: undefined as Promise<void> | undefined,
    healthStatus: 200,
    failures: [] as string[],
    queues: { import: { depth: 0, oldestSeconds: null, running: 0, failures: 0 } } as Record<string, object>,
    projections: undefined as Record<string, object> | undefined,
    rotationDue: false,
    rotationFails: false,
    /** What the identity door refuses everything with. */
    identityRefusal: undefined as ErrorCode | undefined,
    probes: 0,
  };
  const expiresAt = new Date(Date.now() + 7 * 86_400_000).toISOString();

  const door: Record<string, (body: Record<string, string>) => object> = {
    'redeem-link': ({ token }) => {
      const user = links.get(token!);
      links.delete(token!);
      if (!user) throw new SummitError('LINK_SPENT');
      return { user };
    },
    'session-create': (signIn) => {
      signIns.push(signIn);
      const { issuer, subject } = signIn;
      const user =
        issuer === 'urn:summit:embedded' ? users.get(subject!) : invited.get(`${issuer} ${subject}`);
      if (!user) throw new SummitError('SIGN_IN_NOT_INVITED');
      const session = randomBytes(32).toString('base64url');
      sessions.set(session, user);
      return { session, user, expiresAt };
    },
    'session-resolve': ({ session }) => {
      const user = sessions.get(session!);
      if (!user) throw new SummitError('UNAUTHENTICATED');
      const sessionId = randomUUID();
      bySessionId.set(sessionId, session!);
      return { user, sessionId, expiresAt, rotationDue: state.rotationDue };
    },
    'session-check': ({ sessionId }) => {
      const user = sessions.get(bySessionId.get(sessionId!) ?? '');
      if (!user) throw new SummitError('UNAUTHENTICATED');
      return { user };
    },
    'session-rotate': ({ session }) => {
      if (state.rotationFails) throw new SummitError('DATABASE_UNAVAILABLE');
      const next = randomBytes(32).toString('base64url');
      sessions.set(next, sessions.get(session!)!);
      state.rotationDue = false;
      return { session: next, expiresAt };
    },
    'session-revoke': ({ session }) => {
      sessions.delete(session!);
      return {};
    },
    'token-resolve': ({ token }) => {
      const known = tokens.get(token!);
      if (!known) throw new SummitError('UNAUTHENTICATED');
      return known;
    },
  };

  const paths: Record<string, (request: IncomingMessage, response: ServerResponse) => void> = {
    '/api/upload': async (request, response) => {
      const hash = createHash('sha256');
      let bytes = 0;
      for await (const chunk of request) {
        bytes += (chunk as Buffer).length;
        hash.update(chunk as Buffer);
      }
      sendJson(response, { bytes, sha256: hash.digest('hex') });
    },
    '/api/download': (request, response) => {
      let left = Number(new URL(request.url!, 'http://x').searchParams.get('bytes'));
      const block = Buffer.alloc(64 * 1024, 'x');
      response.writeHead(200, {
        'content-type': 'application/octet-stream',
        'set-cookie': 'leak=1',
        server: 'inner',
      });
      const more = () => {
        while (left > 0) {
          left -= block.length;
          if (!response.write(block)) return response.once('drain', more);
        }
        response.end();
      };
      more();
    },
    '/api/events': (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write('data: first\n\n');
      streams.add(response);
      response.on('close', () => {
        streams.delete(response);
        closed.push('/api/events');
      });
    },
    '/api/hang': (_request, response) => {
      response.on('close', () => closed.push('/api/hang'));
    },
    '/api/full': (request, response) => {
      response.writeHead(413, { 'content-type': 'application/json' });
      response.end('{"error":{"code":"QUOTA_EXCEEDED"}}');
      request.socket.resume();
    },
    '/api/breaks': (_request, response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('half');
      setImmediate(() => response.socket?.destroy());
    },
    '/health/ready': (_request, response) => {
      const body = state.failures.length
        ? { status: 'not ready', failures: state.failures }
        : { status: 'ready' };
      sendJson(response, body, state.healthStatus);
    },
    '/queues/health': (_request, response) => {
      sendJson(
        response,
        { status: 'ok', timestamp: new Date().toISOString(), queues: state.queues },
        state.healthStatus,
      );
    },
    '/health/detailed': (_request, response) => {
      sendJson(
        response,
        {
          status: 'ok',
          timestamp: new Date().toISOString(),
          uptime: 1,
          environment: 'test',
          services: { postgres: 'healthy', neo4j: 'not-configured', redis: 'not-configured' },
          errors: [],
          ...(state.projections && { projections: state.projections }),
        },
        state.healthStatus,
      );
    },
  };
  const streams = new Set<ServerResponse>();

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url!.split('?')[0]!;
    const isProbe = path.startsWith('/health') || path === '/queues/health';
    if (isProbe) state.probes += 1;
    if (state.hanging) return;
    if (isProbe) return paths[path]!(request, response);
    const identity = verifyInternal((request.headers.authorization ?? '').slice('Bearer '.length), publicKey);
    if (path.startsWith('/internal/identity/')) {
      if (identity.scope !== 'gateway') throw new SummitError('UNAUTHENTICATED');
      const name = path.slice('/internal/identity/'.length);
      asked.push(name);
      await state.identityHeld;
      if (state.identityRefusal) throw new SummitError(state.identityRefusal);
      return sendJson(response, door[name]!((await json(request)) as Record<string, string>));
    }
    if (identity.scope !== 'user') throw new SummitError('UNAUTHENTICATED');
    seen.push({ method: request.method!, url: request.url!, headers: request.headers, identity });
    if (paths[path]) return paths[path](request, response);
    await buffer(request);
    sendJson(response, { data: { path } });
  }

  const server = createServer((request, response) => {
    answer(request, response).catch((error) => {
      const told = toPublic(error, 'upstream');
      response.writeHead(told.status, { 'content-type': 'application/json' }).end(errorBody(told));
    });
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((done) => server.listen(port, '127.0.0.1', done));

  return {
    port: (server.address() as AddressInfo).port,
    state,
    seen,
    /** Questions of the gateway to the identity door, by name. */
    asked,
    /** Bodies of session-create. */
    signIns,
    /** Paths whose caller hung up, or that ended. */
    closed,
    streams,
    sessions,
    tokens,
    invited,
    addUser(name: string, roles = ['owner']): TestUser {
      const user = { id: randomUUID(), tenant: randomUUID(), name, roles, clearance: 'TLP:RED' };
      users.set(`${user.tenant}/${user.id}`, user);
      return user;
    },
    addLink(user: TestUser): string {
      const token = randomBytes(32).toString('base64url');
      links.set(token, user);
      return token;
    },
    addToken(user: TestUser, scopes: string[] = []): string {
      const token = `smt_${randomBytes(32).toString('base64url')}`;
      tokens.set(token, { user, tokenId: randomUUID(), scopes });
      return token;
    },
    addSession(user: TestUser): string {
      const session = randomBytes(32).toString('base64url');
      sessions.set(session, user);
      return session;
    },
    async stop() {
      for (const socket of sockets) socket.destroy();
      await new Promise((done) => server.close(done));
    },
  };
}

function sendJson(response: ServerResponse, body: object, status = 200): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
