import { createServer, request as httpRequest, type RequestListener } from 'node:http';
import { duplexPair } from 'node:stream';
import type { CustomFetch } from 'openid-client';

/**
 * A fetch whose every request goes to `listener` over a pipe in memory. The gateway speaks to its embedded provider
 * like to any other, yet no port serves the provider's token endpoint, and no name, proxy or certificate is in the way.
 */
export function createInProcessFetch(listener: RequestListener): CustomFetch {
  const server = createServer(listener);
  return (address, options) =>
    new Promise((resolve, reject) => {
      const url = new URL(address);
      const [near, far] = duplexPair();
      server.emit('connection', far);
      const body = bodyText(options.body);
      const request = httpRequest({
        createConnection: () => near,
        method: options.method,
        path: url.pathname + url.search,
        headers: {
          ...options.headers,
          host: url.host,
          connection: 'close',
          ...(body !== undefined && { 'content-length': Buffer.byteLength(body) }),
        },
        ...(options.signal && { signal: options.signal }),
      });
      request.on('error', reject);
      request.on('response', async (response) => {
        try {
          const chunks: Buffer[] = [];
          for await (const chunk of response) chunks.push(chunk as Buffer);
          const headers = new Headers();
          for (const [name, value] of Object.entries(response.headers)) {
            if (typeof value === 'string') headers.set(name, value);
          }
          const status = response.statusCode ?? 500;
          resolve(new Response(status === 204 ? null : Buffer.concat(chunks), { status, headers }));
        } catch (error) {
          reject(error);
        } finally {
          near.destroy();
        }
      });
      request.end(body);
    });
}

function bodyText(body: unknown): string | undefined {
  if (body === undefined || body === null) return undefined;
  if (typeof body === 'string' || body instanceof URLSearchParams) return body.toString();
  throw new TypeError('the provider is asked with text or forms only');
}
