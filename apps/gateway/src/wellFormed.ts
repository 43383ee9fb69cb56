import type { Socket } from 'node:net';
import type { Exchange } from './exchange.ts';
import { refusal } from './refuse.ts';

// Two of one of these is how a request is smuggled past a proxy that reads the other one.
const single = new Set([
  'host',
  'content-length',
  'transfer-encoding',
  'content-type',
  'authorization',
  'origin',
]);

// Requests that follow a malformed one in the same bytes are parsed before the connection can close.
const condemned = new WeakSet<Socket>();

/**
 * Refuses requests that the gateway and the server could read differently. Node's parser has already refused
 * a body of two lengths, broken chunks and line feeds in names; this is what it lets through.
 */
export function mustBeWellFormed(exchange: Exchange): void {
  const { socket } = exchange.request;
  const fault = condemned.has(socket) ? 'after a malformed request' : faultOf(exchange);
  if (fault === undefined) return;
  condemned.add(socket);
  exchange.response.setHeader('Connection', 'close');
  throw refusal('REQUEST_MALFORMED', fault);
}

function faultOf({ request, path }: Exchange): string | undefined {
  const seen = new Set<string>();
  for (let index = 0; index < request.rawHeaders.length; index += 2) {
    const name = request.rawHeaders[index]!.toLowerCase();
    if (single.has(name) && seen.has(name)) return `two ${name} headers`;
    seen.add(name);
  }
  const encoding = request.headers['transfer-encoding'];
  if (encoding !== undefined && encoding.toLowerCase() !== 'chunked') return 'transfer-encoding';
  if (seen.has('transfer-encoding') && seen.has('content-length')) return 'two body lengths';
  if (request.headers.upgrade !== undefined) return 'upgrade';
  if (!isPlainPath(path)) return 'path';
  return undefined;
}

/** A path that every URL parser reads the same: absolute, no empty or dot segments, no encoded separators, no backslash. */
function isPlainPath(path: string): boolean {
  if (!path.startsWith('/') || path.length > 2048) return false;
  if (!/^[A-Za-z0-9/._~!$&'()*+,;=:@%-]*$/.test(path)) return false;
  if (/%(?![0-9A-Fa-f]{2})/.test(path) || /%(?:2e|2f|5c|00|0a|0d)/i.test(path)) return false;
  return !path.includes('//') && !path.split('/').some((segment) => segment === '.' || segment === '..');
}

/** Whether the Host header names this installation: what DNS rebinding cannot fake. */
export function namesThisHost(host: string | undefined, hostnames: ReadonlySet<string>): boolean {
  const name = /^(\[[0-9a-f:]+\]|[a-z0-9.-]+)(?::\d{1,5})?$/i.exec(host ?? '')?.[1];
  return name !== undefined && hostnames.has(name.toLowerCase());
}

export function mustNameThisHost({ request }: Exchange, hostnames: ReadonlySet<string>): void {
  if (!namesThisHost(request.headers.host, hostnames)) {
    throw refusal('HOST_NOT_ALLOWED', `Host ${request.headers.host}`);
  }
}
