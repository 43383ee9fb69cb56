import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { send, sendRaw } from './testing/callers.ts';
import { startTestGateway, type TestGateway } from './testing/testGateway.ts';

let gateway: TestGateway;
let token: string;
beforeAll(async () => {
  gateway = await startTestGateway();
  token = gateway.upstream.addToken(gateway.upstream.addUser('Ada'));
});
afterAll(() => gateway.stop());
beforeEach(() => {
  gateway.upstream.seen.length = 0;
});

const bearer = () => ({ authorization: `Bearer ${token}` });

describe('smuggling', () => {
  const auth = () => `Host: localhost:${gateway.apiPort}\r\nAuthorization: Bearer ${token}\r\n`;
  test.each([
    ['two body lengths', 'Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'],
    ['two lengths', 'Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}x'],
    ['a coding of its own', 'Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n'],
    ['a coding twice', 'Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n'],
    ['a space before the colon', 'Content-Length : 2\r\n\r\n{}'],
    ['a bad chunk size', 'Transfer-Encoding: chunked\r\n\r\n0x2\r\n{}\r\n0\r\n\r\n'],
    ['a folded header', 'X-A: b\r\n c\r\nContent-Length: 2\r\n\r\n{}'],
    ['a lone line feed', 'X-A: b\nContent-Length: 2\r\n\r\n{}'],
    ['two hosts', 'Host: evil.example\r\nContent-Length: 0\r\n\r\n'],
    ['two tokens', 'Authorization: Bearer other\r\nContent-Length: 0\r\n\r\n'],
    ['an upgrade', 'Connection: upgrade\r\nUpgrade: h2c\r\nContent-Length: 0\r\n\r\n'],
  ])('refuses %s and hangs up', async (_what, rest) => {
    const received = await sendRaw(
      gateway.apiPort,
      `POST /api/x HTTP/1.1\r\n${auth()}Content-Type: application/json\r\n${rest}GET /api/smuggled HTTP/1.1\r\n${auth()}Connection: close\r\n\r\n`,
    );
    expect(received).toMatch(/^HTTP\/1\.1 400 /);
    expect(gateway.upstream.seen.filter(({ url }) => url.includes('smuggled'))).toEqual([]);
  });

  test('refuses headers without end', async () => {
    const received = await sendRaw(
      gateway.apiPort,
      `GET /api/x HTTP/1.1\r\n${auth()}X-A: ${'a'.repeat(20_000)}\r\n\r\n`,
    );
    expect(received).toMatch(/^HTTP\/1\.1 431 /);
  });

  test.each([
    '/api/../internal/identity/token-resolve',
    '/api/%2e%2e/internal/identity/token-resolve',
    '/api/..%2finternal',
    '/api//x',
    '/api/a%00b',
    '/api/a%0d%0ab',
    '/api/\\x',
    '/api/%zz',
    'http://evil.example/api/x',
    `/api/${'a'.repeat(3000)}`,
  ])('refuses the path %s', async (path) => {
    const answer = await send(gateway.apiPort, path, { headers: bearer() });
    expect(answer).toMatchObject({ status: 400, json: { error: { code: 'REQUEST_MALFORMED' } } });
    expect(gateway.upstream.seen).toEqual([]);
  });

  test('line breaks in a query stay in the query', async () => {
    await send(gateway.apiPort, '/api/x?a=%0d%0aX-B:%20c', { headers: bearer() });
    expect(gateway.upstream.seen[0]!.url).toBe('/api/x?a=%0d%0aX-B:%20c');
    expect(gateway.upstream.seen[0]!.headers['x-b']).toBeUndefined();
  });
});
