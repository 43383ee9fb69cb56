import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { Duplex } from 'node:stream';
import type { Part } from '@summit/process/lifecycle';

const limits = {
  maxHeaderSize: 16 * 1024,
  headersTimeout: 15_000,
  // A 2 GB upload may take hours; what must not last is silence.
  requestTimeout: 0,
  keepAliveTimeout: 65_000,
  requireHostHeader: true,
  insecureHTTPParser: false,
};
const silenceMs = 120_000;

/** One port, listening on each of the addresses that this machine has. */
export function openDoor(given: {
  port: number;
  addresses: readonly string[];
  tls: { key: Buffer; cert: Buffer } | undefined;
  handle: RequestListener;
}): Part {
  const servers: Server[] = [];

  function create(): Server {
    const server = given.tls
      ? createTlsServer({ ...limits, ...given.tls, minVersion: 'TLSv1.2' }, given.handle)
      : createServer(limits, given.handle);
    server.timeout = silenceMs;
    // The handler decides whether a large upload may begin at all.
    server.on('checkContinue', given.handle);
    server.on('clientError', refuseRaw);
    server.on('upgrade', (_request, socket) => hangUp(socket, '400 Bad Request'));
    return server;
  }

  return {
    async run() {
      for (const address of given.addresses) {
        const server = create();
        if (await listen(server, given.port, address)) servers.push(server);
      }
      if (servers.length === 0)
        throw new Error(`none of ${given.addresses.join(', ')} is an address of this machine`);
    },
    async stop() {
      const closed = Promise.all(servers.map((server) => new Promise((done) => server.close(done))));
      // A connection becomes idle when its last answer has gone; kept alive it would hold up the end.
      const sweep = setInterval(() => {
        for (const server of servers) server.closeIdleConnections();
      }, 50);
      await closed;
      clearInterval(sweep);
    },
  };
}

/** false when the machine has no such address, as ::1 where IPv6 is off. */
function listen(server: Server, port: number, host: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRNOTAVAIL' || error.code === 'EAFNOSUPPORT') resolve(false);
      else reject(error);
    });
    server.listen({ port, host, ipv6Only: host.includes(':') }, () => resolve(true));
  });
}

/** What the parser itself refuses never becomes a request: two body lengths, broken chunks, headers without end. */
function refuseRaw(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const status =
    error.code === 'HPE_HEADER_OVERFLOW'
      ? '431 Request Header Fields Too Large'
      : error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
        ? '408 Request Timeout'
        : '400 Bad Request';
  hangUp(socket, status);
}

function hangUp(socket: Duplex, status: string): void {
  socket.on('error', () => socket.destroy());
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`, () => socket.destroy());
}
