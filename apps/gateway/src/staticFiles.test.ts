import { mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { send, sendRaw } from './testing/callers.ts';
import { startTestGateway, type TestGateway } from './testing/testGateway.ts';

const script = `console.log(${JSON.stringify('x'.repeat(5000))})`;
const html = `<!doctype html><html><head>
<script type="module" src="/assets/app-1a2b.js"></script><link rel="stylesheet" href="/assets/app-3c.css">
</head><body></body></html>`;

let folder: string;
let outside: string;
let gateway: TestGateway;
beforeAll(async () => {
  outside = await mkdtemp(join(tmpdir(), 'summit-ui-'));
  folder = join(outside, 'dist');
  await mkdir(join(folder, 'assets'), { recursive: true });
  await writeFile(join(folder, 'index.html'), html);
  await writeFile(join(folder, 'assets/app-1a2b.js'), script);
  await writeFile(join(folder, 'favicon.svg'), '<svg/>');
  await writeFile(join(outside, 'secret.txt'), 'secret');
  gateway = await startTestGateway({ uiFolder: folder });
});
afterAll(async () => {
  await gateway.stop();
  await rm(outside, { recursive: true });
});

const get = (path: string, headers: object = {}) => send(gateway.uiPort, path, { headers: { ...headers } });

test('every page address is the app, never kept by a cache', async () => {
  for (const path of ['/', '/index.html', '/investigations/7', '/datasets/us.ofac']) {
    const page = await get(path, { accept: 'text/html,*/*' });
    expect(page.status).toBe(200);
    expect(page.headers['content-type']).toBe('text/html; charset=utf-8');
    expect(page.headers['cache-control']).toBe('no-store');
  }
});

test('a page hands its nonce to styles made by libraries, a new one each time', async () => {
  const nonces = new Set<string>();
  for (const page of [await get('/'), await get('/')]) {
    const nonce = /style-src 'self' 'nonce-([\w-]+)'/.exec(
      page.headers['content-security-policy'] as string,
    )![1]!;
    nonces.add(nonce);
    expect(page.text).toContain(`<meta property="csp-nonce" nonce="${nonce}">`);
    expect(page.text).toContain(`<link nonce="${nonce}" rel="stylesheet"`);
    expect(page.headers['content-security-policy']).toMatch(/script-src 'self';/);
  }
  expect(nonces.size).toBe(2);
});

test('files with a hash in their name are kept for ever, compressed where that is understood', async () => {
  const plain = await get('/assets/app-1a2b.js');
  expect(plain.text).toBe(script);
  expect(plain.headers).toMatchObject({
    'cache-control': 'public, max-age=31536000, immutable',
    'content-type': 'text/javascript; charset=utf-8',
    vary: 'Accept-Encoding',
  });
  const raw = await fetch(`http://localhost:${gateway.uiPort}/assets/app-1a2b.js`, {
    headers: { 'accept-encoding': 'gzip' },
  });
  expect(raw.headers.get('content-encoding')).toBe('gzip');
  expect(Number(raw.headers.get('content-length'))).toBeLessThan(500);
  expect(await raw.text()).toBe(script);
});

test('other files are asked about again and answered without their content', async () => {
  const first = await get('/favicon.svg');
  expect(first.headers['cache-control']).toBe('no-cache');
  const again = await get('/favicon.svg', { 'if-none-match': first.headers.etag });
  expect(again).toMatchObject({ status: 304, text: '' });
});

test('a new build is served without a restart', async () => {
  await writeFile(join(folder, 'app.webmanifest'), '{"name":"one"}');
  const first = await get('/app.webmanifest');
  await writeFile(join(folder, 'app.webmanifest'), '{"name":"two"}');
  await utimes(join(folder, 'app.webmanifest'), new Date(), new Date(Date.now() + 5000));
  const second = await get('/app.webmanifest', { 'if-none-match': first.headers.etag });
  expect(second.json ?? second.text).toBe('{"name":"two"}');
});

test('a missing file is missing, not the app', async () => {
  for (const path of ['/assets/app-old.js', '/missing.png', '/.env']) {
    expect((await get(path)).json.error.code).toBe('NOT_FOUND');
  }
});

test('nothing outside of the folder is served', async () => {
  for (const path of [
    '/../secret.txt',
    '/%2e%2e/secret.txt',
    '/..%2fsecret.txt',
    '/assets/../../secret.txt',
  ]) {
    const received = await sendRaw(
      gateway.uiPort,
      `GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`,
    );
    expect(received).toMatch(/^HTTP\/1\.1 400 /);
    expect(received).not.toContain('secret\n');
  }
  expect((await get('/%ff')).status).toBe(404);
});

test('pages outside the app have its typeface where it is built, and no script of their own', async () => {
  expect((await get('/auth/page.css')).text).not.toContain('@font-face');
  await writeFile(join(folder, 'assets/inter-latin-wght-normal-Dx4kXJAl.woff2'), 'a font');
  const { text, headers } = await get('/auth/page.css');
  expect(headers['content-type']).toBe('text/css; charset=utf-8');
  const [, font] = /src: url\("([^"]+)"\)/.exec(text)!;
  expect(await get(font!)).toMatchObject({ status: 200, headers: { 'content-type': 'font/woff2' } });
  const page = await get(`/auth/link/${'t'.repeat(43)}`, { accept: 'text/html' });
  expect(page.headers['content-security-policy']).toMatch(/script-src 'self';.*style-src 'self'$/);
  expect(page.text.match(/<script[^>]*>[^<]*<\/script>/g)).toEqual(['<script src="/theme.js"></script>']);
  expect(page.text).not.toMatch(/ style=|<style| on\w+=/);
});

test('pages are read, not written', async () => {
  const answer = await send(gateway.uiPort, '/', {
    method: 'POST',
    headers: { origin: `http://localhost:${gateway.uiPort}`, 'x-summit-request': '1' },
  });
  expect(answer).toMatchObject({
    status: 405,
    headers: { allow: 'GET, HEAD' },
    json: { error: { code: 'METHOD_REFUSED' } },
  });
});

describe('without a build', () => {
  test('the page says how to make one', async () => {
    const bare = await startTestGateway({ uiFolder: join(outside, 'nothing') });
    const page = await send(bare.uiPort, '/');
    expect(page.status).toBe(503);
    expect(page.text).toContain('pnpm --filter @summit/web build');
    await bare.stop();
  });
});
