import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { expect, test } from 'vitest';
import { Neo4jStore } from './store.neo4j.ts';

// The driver has a code of its own for each moment at which a line may break.
test.each<[string, (socket: Socket) => void]>([
  ['at once', (socket) => socket.resetAndDestroy()],
  ['while it is greeted', (socket) => socket.once('data', () => socket.resetAndDestroy())],
  ['with a goodbye', (socket) => socket.once('data', () => socket.end())],
  [
    'after the greeting',
    // It speaks Bolt 5.4, as the driver does too, and is gone when the driver logs in.
    (socket) =>
      socket.once('data', () => {
        socket.write(Buffer.from([0, 0, 4, 5]));
        socket.once('data', () => socket.resetAndDestroy());
      }),
  ],
])('a line that breaks %s is no answer of the store', async (_, breaks) => {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    breaks(socket);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const store = new Neo4jStore({ uri: `bolt://127.0.0.1:${port}`, user: 'neo4j', password: 'x' });
  try {
    await expect(store.ask('RETURN 1 AS one')).rejects.toMatchObject({ code: 'GRAPH_UNAVAILABLE' });
    await expect(store.ping()).rejects.toMatchObject({ code: 'UNREACHABLE' });
  } finally {
    await store.close();
    server.close();
  }
});
