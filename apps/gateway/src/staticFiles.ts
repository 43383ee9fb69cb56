import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { basename, extname, join, sep } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { SummitError } from '@summit/process/errors';
import type { Exchange } from './exchange.ts';
import { newNonce, setSecurityHeaders } from './headers.ts';
import { notBuiltPage } from './pages.ts';

const gzipped = promisify(gzip);

const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.webmanifest': 'application/manifest+json; charset=utf-8',
  '.svg': 'image/svg+xml; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
  '.png': 'image/png',
  '.webp': 'image/webp',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm',
};
const compressible = /^(?:text\/|application\/|image\/svg)/;

interface StoredFile {
  version: string;
  type: string;
  plain: Buffer;
  gzip: Buffer | undefined;
  etag: string;
}

/** Serves the built app: files as they are, any other page address as the app itself. */
export function createStaticFiles(folder: string, secure: boolean) {
  const stored = new Map<string, StoredFile>();

  async function load(path: string): Promise<StoredFile | undefined> {
    const full = join(folder, path);
    if (!full.startsWith(folder + sep)) return undefined;
    const found = await stat(full).catch(() => undefined);
    if (!found?.isFile()) return undefined;
    // A new build is served without a restart.
    const version = `${found.mtimeMs}:${found.size}`;
    const known = stored.get(path);
    if (known?.version === version) return known;
    const plain = await readFile(full);
    const type = types[extname(path)] ?? 'application/octet-stream';
    const file: StoredFile = {
      version,
      type,
      plain,
      gzip: compressible.test(type) && plain.length > 1024 ? await gzipped(plain, { level: 9 }) : undefined,
      etag: `"${createHash('sha256').update(plain).digest('base64url').slice(0, 27)}"`,
    };
    stored.set(path, file);
    return file;
  }

  return async function serve(exchange: Exchange): Promise<void> {
    const { request, path } = exchange;
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      exchange.response.setHeader('Allow', 'GET, HEAD');
      throw new SummitError('METHOD_REFUSED', { method: request.method });
    }
    const file = await load(decoded(path));
    if (file && file.type !== types['.html']) return sendFile(exchange, file);
    if (!file && namesFile(exchange)) throw new SummitError('NOT_FOUND');
    const app = file ?? (await load('/index.html'));
    const nonce = newNonce();
    setSecurityHeaders(exchange.response, { secure, styleNonce: nonce });
    if (!app) return sendPage(exchange, 503, notBuiltPage());
    sendPage(exchange, 200, withNonce(app.plain.toString('utf8'), nonce));
  };
}

/** A dot makes a file of a name, unless a person goes there: a dataset's key may hold one too. */
function namesFile({ path, request }: Exchange): boolean {
  if (path.startsWith('/assets/')) return true;
  return basename(path).includes('.') && request.headers.accept?.includes('text/html') !== true;
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    throw new SummitError('NOT_FOUND');
  }
}

function sendFile({ request, response, path }: Exchange, file: StoredFile): void {
  // Files under /assets carry a hash of their content in the name.
  const immutable = path.startsWith('/assets/');
  response.setHeader('Cache-Control', immutable ? 'public, max-age=31536000, immutable' : 'no-cache');
  response.setHeader('ETag', file.etag);
  response.setHeader('Vary', 'Accept-Encoding');
  if (request.headers['if-none-match']?.split(/,\s*/).some((tag) => tag.replace(/^W\//, '') === file.etag)) {
    response.writeHead(304).end();
    return;
  }
  const asGzip = file.gzip && /\bgzip\b/.test(String(request.headers['accept-encoding'] ?? ''));
  const body = asGzip ? file.gzip! : file.plain;
  if (asGzip) response.setHeader('Content-Encoding', 'gzip');
  response.writeHead(200, { 'Content-Type': file.type, 'Content-Length': body.length });
  response.end(request.method === 'HEAD' ? undefined : body);
}

/** A page is never stored: its nonce belongs to this one answer. */
export function sendPage({ request, response }: Exchange, status: number, html: string): void {
  response.setHeader('Cache-Control', 'no-store');
  response.writeHead(status, {
    'Content-Type': 'text/html; charset=utf-8',
    'Content-Length': Buffer.byteLength(html),
  });
  response.end(request.method === 'HEAD' ? undefined : html);
}

/** Hands the nonce to the app's libraries, which look for it in this meta or on the page's own styles and scripts. */
function withNonce(html: string, nonce: string): string {
  return html
    .replace(/<head>/i, `<head>\n    <meta property="csp-nonce" nonce="${nonce}">`)
    .replace(/<(script|style|link)(?=[\s>])/gi, `<$1 nonce="${nonce}"`);
}
