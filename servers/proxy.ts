import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { Direction } from './direction.ts';
import { Link } from './link.ts';

/**
 * A network that can be disturbed: it stands on a port of its own before a server. What is set holds for all connections, those
 * that are open and those to come, until `heal`.
 */
export type FaultProxy = {
  port: number;
  /** Connections that clients hold. */
  readonly connections: number;
  /** Everything that is on its way arrives so much later, in each direction. */
  latency(ms: number): void;
  /** All connections together move no more than this, in each direction. */
  bandwidth(bytesPerSecond: number): void;
  /** What is sent arrives in pieces of no more than so many bytes, one after the other. */
  slice(bytes: number): void;
  /** This share of what is sent is lost and comes after the sender has tried again: 200 ms, then 400, and so on. */
  loss(share: number, seed?: number): void;
  /** Nothing arrives any more, nobody is told; with a way, only there. What was sent meanwhile arrives after `heal`. */
  drop(way?: Way): void;
  /** Ends the connections that are open, with RST. New ones are served. */
  reset(): void;
  /** As if the server's machine had gone: its side is closed, the client's stays open and is answered no more, until `heal` ends it. */
  halfOpen(): void;
  /** As if no server listened: those that are open end, new ones are refused. */
  refuse(): Promise<void>;
  /**
   * The next time that a client sends `text`, it is passed on to the server, and the connection ends with RST before an answer
   * comes back. Resolves when that has happened.
   */
  resetAfter(text: string): Promise<void>;
  /** New connections go to another server from now on; those that are open end. */
  moveTo(target: Target): void;
  /** Everything as if there were no proxy. */
  heal(): Promise<void>;
  close(): Promise<void>;
};

export type Target = number | { port: number };
export type Way = 'toServer' | 'toClient';

type Connection = {
  client: Socket;
  server: Socket;
  toServer: Direction;
  toClient: Direction;
  /** The server's side is gone and the client does not know. */
  forgotten: boolean;
};

/** Puts a proxy before a port of 127.0.0.1; it stands on `host`, an address of this machine's loopback, and on a free port. */
export async function proxy(
  target: Target,
  { host = '127.0.0.1', port: wanted = 0 }: { host?: string; port?: number } = {},
): Promise<FaultProxy> {
  const portOf = (each: Target) => (typeof each === 'number' ? each : each.port);
  let to = portOf(target);
  const links = { toServer: new Link(), toClient: new Link() };
  const connections = new Set<Connection>();
  const traps: { text: string; sprung: () => void }[] = [];
  let forgetting = false;

  const listener = createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
    const server = connect({ port: to, host: '127.0.0.1', allowHalfOpen: true, noDelay: true });
    const connection: Connection = {
      client,
      server,
      toServer: new Direction(client, server, links.toServer),
      toClient: new Direction(server, client, links.toClient),
      forgotten: false,
    };
    connections.add(connection);
    client.once('close', () => connections.delete(connection));
    client.on('error', () => {});
    client.on('close', () => !connection.forgotten && server.destroy());
    // Of a server that ends badly the client is told in kind.
    server.on('error', () => !connection.forgotten && end(connection));
    server.on('close', (badly) => badly && !connection.forgotten && end(connection));
    connection.toServer.onPassed = (chunk) => spring(connection, chunk);
    if (forgetting) forget(connection);
  });

  function end({ client, server }: Connection): void {
    client.resetAndDestroy();
    server.resetAndDestroy();
  }

  function forget(connection: Connection): void {
    connection.forgotten = true;
    connection.toClient.swallow();
    connection.toServer.swallow();
    connection.server.resetAndDestroy();
  }

  function spring(connection: Connection, chunk: Buffer): void {
    const at = traps.findIndex(({ text }) => chunk.includes(text));
    if (at < 0) return;
    const [trap] = traps.splice(at, 1);
    connection.forgotten = true;
    connection.toClient.swallow();
    // The server has to read what was passed on, which RST could overtake: it sees an end, the client a reset.
    connection.server.end(() => {
      connection.client.resetAndDestroy();
      trap!.sprung();
    });
  }

  async function listen(port: number): Promise<number> {
    listener.listen(port, host);
    await once(listener, 'listening');
    return (listener.address() as AddressInfo).port;
  }
  const port = await listen(wanted);
  const both = (change: Partial<Link>) => {
    for (const link of Object.values(links)) link.set(change);
  };

  return {
    port,
    get connections() {
      return connections.size;
    },
    latency: (latencyMs) => both({ latencyMs }),
    bandwidth: (bytesPerSecond) => both({ bytesPerSecond }),
    slice: (pieceBytes) => both({ pieceBytes }),
    loss: (lossShare, seed = 1) => both({ lossShare, seed }),
    drop: (way) => {
      if (way !== 'toClient') links.toServer.set({ open: false });
      if (way !== 'toServer') links.toClient.set({ open: false });
    },
    reset: () => {
      for (const connection of connections) end(connection);
    },
    halfOpen: () => {
      forgetting = true;
      for (const connection of connections) forget(connection);
    },
    refuse: async () => {
      if (!listener.listening) return;
      const closed = once(listener, 'close');
      listener.close();
      for (const connection of connections) end(connection);
      await closed;
    },
    resetAfter: (text) =>
      new Promise((sprung) => {
        traps.push({ text, sprung });
      }),
    moveTo: (next) => {
      to = portOf(next);
      for (const connection of connections) end(connection);
    },
    heal: async () => {
      forgetting = false;
      traps.splice(0);
      for (const connection of connections) if (connection.forgotten) end(connection);
      for (const link of Object.values(links)) link.heal();
      if (!listener.listening) await listen(port);
    },
    close: async () => {
      for (const connection of connections) end(connection);
      if (!listener.listening) return;
      const closed = once(listener, 'close');
      listener.close();
      await closed;
    },
  };
}
