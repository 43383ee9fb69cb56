import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type FaultProxy, proxy } from './proxy.ts';

/** Long enough to say that nothing comes. */
const SILENCE_MS = 150;

let server: Server;
/** What the server has received, in the pieces in which it came. */
let received: Buffer[];
let held: Socket[];
let between: FaultProxy;
let clients: Socket[];

beforeEach(async () => {
  received = [];
  held = [];
  clients = [];
  server = createServer({ allowHalfOpen: true }, (socket) => {
    held.push(socket);
    socket.on('error', () => {});
    socket.on('data', (chunk) => {
      received.push(chunk);
      socket.write(chunk);
    });
    socket.on('end', () => socket.end());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  between = await proxy(server.address() as AddressInfo);
});
afterEach(async () => {
  for (const socket of [...clients, ...held]) socket.destroy();
  await between.close();
  server.close();
});

const closed = (socket: Socket) => new Promise<void>((done) => socket.once('close', () => done()));

/** A client that keeps what it hears. */
async function join() {
  const socket = connect(between.port, '127.0.0.1');
  clients.push(socket);
  let pieces: Buffer[] = [];
  let length = 0;
  let fate: string | undefined;
  const waiting: (() => void)[] = [];
  const wake = () => {
    for (const each of waiting.splice(0)) each();
  };
  socket.on('data', (chunk) => {
    pieces.push(chunk as Buffer);
    length += chunk.length;
    wake();
  });
  socket.on('error', (error: NodeJS.ErrnoException) => {
    fate = error.code;
    wake();
  });
  socket.on('end', () => {
    fate ??= 'end';
    wake();
  });
  await Promise.race([new Promise<void>((done) => socket.once('connect', done)), closed(socket)]);
  const change = () => new Promise<void>((done) => waiting.push(done));
  return {
    send: (what: string | Buffer) => void socket.write(what),
    end: () => void socket.end(),
    /** Waits for so many bytes, and takes them. */
    hear: async (bytes: number): Promise<Buffer> => {
      while (length < bytes && fate === undefined) await change();
      const all = Buffer.concat(pieces);
      pieces = [all.subarray(bytes)];
      length = pieces[0]!.length;
      return all.subarray(0, bytes);
    },
    /** How the connection ended: `end` or the code of an error. */
    fate: async (): Promise<string> => {
      while (fate === undefined) await change();
      return fate;
    },
    isSilent: async (): Promise<boolean> => {
      await delay(SILENCE_MS);
      return length === 0 && fate === undefined;
    },
  };
}
const said = async (client: Awaited<ReturnType<typeof join>>, text: string) => {
  client.send(text);
  return String(await client.hear(text.length));
};

test('without a fault everything passes, both ways, to the end', async () => {
  const client = await join();
  const large = Buffer.from(Array.from({ length: 3_000_000 }, (_, at) => (at * 7) % 251));
  client.send(large);
  expect((await client.hear(large.length)).equals(large)).toBe(true);
  client.end();
  expect(await client.fate()).toBe('end');
  expect(between.connections).toBe(0);
});

test('latency delays each way and lets the line stay full', async () => {
  const client = await join();
  between.latency(60);
  const started = performance.now();
  expect(await said(client, 'ping')).toBe('ping');
  expect(performance.now() - started).toBeGreaterThan(115);

  const many = performance.now();
  for (let n = 0; n < 40; n++) {
    client.send('x');
    await delay(1);
  }
  await client.hear(40);
  // One after the other they would take 4.8 s.
  expect(performance.now() - many).toBeLessThan(2_000);
});

test('what waits for latency arrives at once when it is healed', async () => {
  const client = await join();
  between.latency(600_000);
  client.send('patience');
  expect(await client.isSilent()).toBe(true);
  await between.heal();
  expect(String(await client.hear(8))).toBe('patience');
});

test('bandwidth is shared by all connections', async () => {
  const [one, other] = [await join(), await join()];
  between.bandwidth(100_000);
  const started = performance.now();
  for (const client of [one, other]) client.send(Buffer.alloc(25_000, 1));
  await Promise.all([one.hear(25_000), other.hear(25_000)]);
  expect(performance.now() - started).toBeGreaterThan(480);
  expect(Buffer.concat(received)).toHaveLength(50_000);
});

test('slices arrive one by one and whole', async () => {
  const client = await join();
  between.slice(3);
  expect(await said(client, 'abcdefghijkl')).toBe('abcdefghijkl');
  expect(received.length).toBeGreaterThan(1);
  expect(Buffer.concat(received).toString()).toBe('abcdefghijkl');
});

test('loss delays, and loses nothing', async () => {
  const client = await join();
  between.loss(0.5, 7);
  const started = performance.now();
  for (const letter of 'abcd') expect(await said(client, letter)).toBe(letter);
  expect(performance.now() - started).toBeGreaterThan(190);
  expect(Buffer.concat(received).toString()).toBe('abcd');
});

describe('a drop', () => {
  test('holds both ways, and what was sent arrives afterwards in order', async () => {
    const client = await join();
    between.drop();
    client.send('one ');
    client.send('two');
    expect(await client.isSilent()).toBe(true);
    expect(received).toEqual([]);
    await between.heal();
    expect(String(await client.hear(7))).toBe('one two');
  });

  test('of one way lets the other pass', async () => {
    const client = await join();
    between.drop('toClient');
    client.send('heard');
    expect(await client.isSilent()).toBe(true);
    expect(Buffer.concat(received).toString()).toBe('heard');
    await between.heal();
    expect(String(await client.hear(5))).toBe('heard');
  });

  test('also holds connections that come meanwhile, and the memory of the proxy is bounded', async () => {
    between.drop();
    const client = await join();
    const large = Buffer.alloc(10_000_000, 3);
    client.send(large);
    expect(await client.isSilent()).toBe(true);
    await between.heal();
    expect((await client.hear(large.length)).equals(large)).toBe(true);
  });
});

test('a reset ends the connections that are open, and new ones are served', async () => {
  const client = await join();
  expect(await said(client, 'before')).toBe('before');
  between.reset();
  expect(await client.fate()).toBe('ECONNRESET');
  expect(await said(await join(), 'after')).toBe('after');
});

test('half-open: the client is left with a connection that nobody answers, until it is healed', async () => {
  const [client, server] = [await join(), closed(held[0] ?? (await heldOne()))];
  between.halfOpen();
  await server;
  client.send('hello?');
  expect(await client.isSilent()).toBe(true);
  const another = await join();
  another.send('anybody?');
  expect(await another.isSilent()).toBe(true);
  await between.heal();
  expect([await client.fate(), await another.fate()]).toEqual(['ECONNRESET', 'ECONNRESET']);
  expect(received).toEqual([]);
  expect(await said(await join(), 'again')).toBe('again');
});
async function heldOne(): Promise<Socket> {
  while (!held[0]) await once(server, 'connection');
  return held[0];
}

test('refused: nobody listens, until it is healed on the same port', async () => {
  const client = await join();
  await between.refuse();
  expect(await client.fate()).toBe('ECONNRESET');
  expect(await (await join()).fate()).toBe('ECONNREFUSED');
  await between.heal();
  expect(await said(await join(), 'again')).toBe('again');
});

test('a reset after a text: the server has it, the client does not know', async () => {
  const client = await join();
  const sprung = between.resetAfter('COMMIT');
  expect(await said(client, 'select 1')).toBe('select 1');
  client.send('and COMMIT now');
  await sprung;
  expect(await client.fate()).toBe('ECONNRESET');
  await closed(held[0]!);
  expect(Buffer.concat(received).toString()).toBe('select 1and COMMIT now');
  expect(await said(await join(), 'COMMIT')).toBe('COMMIT');
});

test('a server that is not there ends the connection', async () => {
  server.close();
  for (const socket of held) socket.destroy();
  expect(await (await join()).fate()).toBe('ECONNRESET');
});
