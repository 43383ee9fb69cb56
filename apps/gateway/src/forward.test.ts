import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { send } from './testing/callers.ts';
import { startTestGateway, type TestGateway } from './testing/testGateway.ts';
import type { TestUser } from './testing/upstream.ts';

let gateway: TestGateway;
let user: TestUser;
let token: string;

beforeAll(async () => {
  gateway = await startTestGateway();
  user = gateway.upstream.addUser('Ada');
  token = gateway.upstream.addToken(user);
});
afterAll(() => gateway.stop());

const bearer = (given = token) => ({ authorization: `Bearer ${given}` });

function open(path: string, headers: object = bearer()) {
  const request = httpRequest({
    host: '127.0.0.1',
    port: gateway.apiPort,
    path,
    headers: { host: 'localhost', ...headers },
  });
  request.on('error', () => {});
  request.end();
  return request;
}

async function answerOf(request: ReturnType<typeof open>): Promise<IncomingMessage> {
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  response.setEncoding('utf8');
  response.on('error', () => {});
  return response;
}

const closed = (response: IncomingMessage) => new Promise<void>((done) => response.once('close', done));

test('events arrive one by one, as they are sent', async () => {
  const response = await answerOf(open('/api/events'));
  expect(response.headers['content-type']).toBe('text/event-stream');
  expect(await once(response, 'data')).toEqual(['data: first\n\n']);
  for (const text of ['data: second\n\n', 'data: third\n\n']) {
    for (const stream of gateway.upstream.streams) stream.write(text);
    expect(await once(response, 'data')).toEqual([text]);
  }
  response.destroy();
});

test('who hangs up ends the work behind the gateway, whether it streams or waits', async () => {
  for (const path of ['/api/events', '/api/hang']) {
    gateway.upstream.closed.length = 0;
    gateway.upstream.seen.length = 0;
    const request = open(path);
    await vi.waitFor(() => expect(gateway.upstream.seen).toHaveLength(1));
    request.destroy();
    await vi.waitFor(() => expect(gateway.upstream.closed).toContain(path));
  }
});

test('why the server cannot say who somebody is, is told: the database is gone, or has no connection left', async () => {
  try {
    for (const [refused, told] of [
      ['DATABASE_UNAVAILABLE', 'DATABASE_UNAVAILABLE'],
      ['DATABASE_BUSY', 'DATABASE_BUSY'],
      ['DISK_FULL', 'SERVER_UNAVAILABLE'],
    ] as const) {
      gateway.upstream.state.identityRefusal = refused;
      // One that is not known yet: others are for two seconds.
      const answer = await send(gateway.apiPort, '/api/x', {
        headers: bearer(gateway.upstream.addToken(user)),
      });
      expect(answer).toMatchObject({ status: 503, json: { error: { code: told } } });
      expect(answer.headers['retry-after']).toBe('1');
    }
  } finally {
    gateway.upstream.state.identityRefusal = undefined;
  }
});

test('who leaves while it is asked who they are is neither forwarded nor counted as open', async () => {
  const held = Promise.withResolvers<void>();
  gateway.upstream.state.identityHeld = held.promise;
  gateway.upstream.seen.length = 0;
  gateway.lines.length = 0;
  const mine = gateway.upstream.addToken(user);
  // As many as one principal may have open at once.
  const leaving = Array.from({ length: 200 }, () => open('/api/events', bearer(mine)));
  await Promise.all(leaving.map((request) => once(request, 'finish')));
  const staying = send(gateway.apiPort, '/api/x', { headers: bearer(mine) });
  await vi.waitFor(() => expect(gateway.upstream.asked).toContain('token-resolve'));
  for (const request of leaving) request.destroy();
  await vi.waitFor(() => expect(gateway.lines).toHaveLength(200), { timeout: 10_000 });
  held.resolve();
  gateway.upstream.state.identityHeld = undefined;
  expect((await staying).status).toBe(200);
  expect(gateway.upstream.seen.map(({ url }) => url)).toEqual(['/api/x']);
});

test('an answer that breaks off behind the gateway breaks off before it, never looks whole', async () => {
  const response = await answerOf(open('/api/breaks'));
  response.resume();
  await closed(response);
  expect(response.complete).toBe(false);
  expect((await send(gateway.apiPort, '/healthz')).status).toBe(200);
});

test('a refusal in the middle of an upload reaches the caller, and the connection ends', async () => {
  const request = httpRequest({
    host: '127.0.0.1',
    port: gateway.apiPort,
    path: '/api/full',
    method: 'POST',
    headers: { host: 'localhost', ...bearer(), 'content-type': 'application/json' },
  });
  request.on('error', () => {});
  request.write('x'.repeat(100_000));
  const response = await answerOf(request);
  expect(response).toMatchObject({ statusCode: 413, headers: { connection: 'close' } });
  expect(await once(response, 'data')).toEqual(['{"error":{"code":"QUOTA_EXCEEDED"}}']);
  request.destroy();
});

test('an upload without a good token is refused before it is asked for', async () => {
  const request = httpRequest({
    host: '127.0.0.1',
    port: gateway.apiPort,
    path: '/api/upload',
    method: 'POST',
    headers: { host: 'localhost', ...bearer('none'), expect: '100-continue', 'content-length': 2e9 },
  });
  request.on('error', () => {});
  const continued = vi.fn();
  request.on('continue', continued);
  request.flushHeaders();
  const response = await answerOf(request);
  expect(response.statusCode).toBe(401);
  expect(continued).not.toHaveBeenCalled();
  request.destroy();
});

test('an upload that waits to be asked for is asked for', async () => {
  const request = httpRequest({
    host: '127.0.0.1',
    port: gateway.apiPort,
    path: '/api/upload',
    method: 'POST',
    headers: { host: 'localhost', ...bearer(), expect: '100-continue' },
  });
  request.flushHeaders();
  await once(request, 'continue');
  request.end('a body');
  const response = await answerOf(request);
  expect(JSON.parse((await once(response, 'data'))[0])).toMatchObject({ bytes: 6 });
});

test('a GraphQL document has a size, told or not', async () => {
  const post = { method: 'POST', headers: { ...bearer(), 'content-type': 'application/json' } };
  const large = 'x'.repeat(5 * 1024 * 1024);
  const told = await send(gateway.apiPort, '/graphql', { ...post, body: large });
  expect(told).toMatchObject({ status: 413, json: { errors: [{ extensions: { code: 'TOO_LARGE' } }] } });

  const socket = connect(gateway.apiPort, '127.0.0.1').on('error', () => {});
  const written = (text: string) =>
    new Promise<void>((done, failed) => socket.write(text, (error) => (error ? failed(error) : done())));
  const chunk = (text: string) => `${text.length.toString(16)}\r\n${text}\r\n`;
  const head = { host: 'localhost', ...post.headers, 'transfer-encoding': 'chunked' };
  const lines = Object.entries(head).map(([name, value]) => `${name}: ${value}`);
  const refused = once(socket, 'data');
  const sent = written(`POST /graphql HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n${chunk(large)}`);
  expect(String((await refused)[0])).toMatch(/^HTTP\/1\.1 413 [\s\S]*TOO_LARGE/);
  // Who is still sending is heard out for a moment, or the reset would take the refusal away.
  await sent;
  for (let more = 0; more < 4; more++) await written(chunk(large));
  socket.destroy();
});

test.each([
  ['its token is revoked', (given: string) => gateway.upstream.tokens.delete(given)],
  [
    'its person changes roles',
    (given: string) => {
      const known = gateway.upstream.tokens.get(given)!;
      gateway.upstream.tokens.set(given, { ...known, user: { ...known.user, roles: ['reader'] } });
    },
  ],
])('an open stream, which nothing else ends, is cut when %s', async (_why, change) => {
  const doomed = gateway.upstream.addToken(gateway.upstream.addUser('Ben'));
  const response = await answerOf(open('/api/events', bearer(doomed)));
  const other = await answerOf(open('/api/events'));
  response.resume();
  other.resume();
  change(doomed);
  await closed(response);
  expect(other.destroyed).toBe(false);
  other.destroy();
});

test("a browser's stream is checked without its cookie and cut after signing out", async () => {
  const session = gateway.upstream.addSession(gateway.upstream.addUser('Eve'));
  const cookie = `${gateway.settings.cookies.session}=${session}`;
  const request = httpRequest({
    host: '127.0.0.1',
    port: gateway.uiPort,
    path: '/api/events',
    headers: { host: 'localhost', cookie, 'sec-fetch-site': 'same-origin' },
  });
  request.on('error', () => {});
  request.end();
  const response = await answerOf(request);
  response.resume();
  gateway.upstream.asked.length = 0;
  await vi.waitFor(() => expect(gateway.upstream.asked).toEqual(['session-check']), { timeout: 15_000 });
  gateway.upstream.sessions.delete(session);
  await closed(response);
});

test('a revoked token soon opens nothing', async () => {
  const doomed = gateway.upstream.addToken(user);
  const ask = () => send(gateway.apiPort, '/api/x', { headers: bearer(doomed) });
  expect((await ask()).status).toBe(200);
  gateway.upstream.tokens.delete(doomed);
  await vi.waitFor(async () => expect((await ask()).status).toBe(401), { timeout: 15_000, interval: 100 });
});

test('many requests of one token ask the server once about it', async () => {
  const busy = gateway.upstream.addToken(user);
  gateway.upstream.asked.length = 0;
  await Promise.all(
    Array.from({ length: 20 }, () => send(gateway.apiPort, '/api/x', { headers: bearer(busy) })),
  );
  expect(gateway.upstream.asked).toEqual(['token-resolve']);
});

test('a stopping gateway ends its live feeds', async () => {
  const stopping = await startTestGateway();
  const given = stopping.upstream.addToken(stopping.upstream.addUser('Cyd'));
  const request = httpRequest({
    host: '127.0.0.1',
    port: stopping.apiPort,
    path: '/api/events',
    headers: { host: 'localhost', ...bearer(given) },
  });
  request.on('error', () => {});
  request.end();
  const response = await answerOf(request);
  response.resume();
  await Promise.all([closed(response), stopping.stop()]);
});

test('a server that is down is said so, with the way out', async () => {
  const down = await startTestGateway();
  const given = down.upstream.addToken(down.upstream.addUser('Dee'));
  await send(down.apiPort, '/api/x', { headers: bearer(given) });
  await down.upstream.stop();
  for (const path of ['/api/x', '/graphql']) {
    const answer = await send(down.apiPort, path, {
      method: 'POST',
      headers: { ...bearer(given), 'content-type': 'application/json' },
      body: '{}',
    });
    expect(answer.status).toBe(503);
    expect(answer.headers['retry-after']).toBe('1');
    expect(answer.text).toContain('"code":"SERVER_UNAVAILABLE"');
    expect(answer.text).not.toMatch(/ECONN|127\.0\.0\.1/);
  }
  // A credential that nobody can check is not a wrong one.
  const unmet = down.upstream.addToken(down.upstream.addUser('Fay'));
  expect((await send(down.apiPort, '/api/x', { headers: bearer(unmet) })).status).toBe(503);
  const session = `${down.settings.cookies.session}=${'s'.repeat(43)}`;
  expect((await send(down.uiPort, '/auth/me', { headers: { cookie: session } })).status).toBe(503);
  await down.stop();
});
