import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import pg from 'pg';
import { afterEach, expect, test } from 'vitest';
import { Database } from './database.ts';
import { listen } from './listen.ts';
import { SoleRight } from './lock.ts';
import { testDatabase } from './testing.ts';

const { db: real, ownerUrl } = await testDatabase();
const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** How messages of Postgres begin that ask something: Query, Parse. */
const ASKING = Buffer.from('QP');

/** The way to Postgres, on which connections can be refused, or fall silent as behind a firewall that forgot them. */
async function way() {
  const { port } = new URL(ownerUrl);
  const sockets = new Set<Socket>();
  const refused = Promise.withResolvers<void>();
  let refusals = 0;
  const door = {
    isShut: false,
    /** Logins are answered, what is asked then is not. */
    isDeaf: false,
    unanswered: 0,
    /** Three attempts found the door shut. */
    refused: refused.promise,
    cut: () => {
      for (const socket of sockets) socket.destroy();
    },
    silence: () => {
      for (const socket of sockets) socket.unpipe();
    },
    db: undefined as unknown as Database,
  };
  const server = createServer((socket) => {
    if (door.isShut) {
      socket.destroy();
      if (++refusals === 3) refused.resolve();
      return;
    }
    const onward = connect(Number(port), '127.0.0.1');
    for (const each of [socket, onward]) {
      sockets.add(each);
      each.on('error', () => {});
      each.on('close', () => sockets.delete(each));
    }
    socket.on('data', (message) => {
      if (!door.isDeaf || !ASKING.includes(message[0]!)) return;
      door.unanswered++;
      onward.unpipe(socket);
    });
    socket.pipe(onward).pipe(socket);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const url = new URL(ownerUrl);
  url.host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  door.db = new Database({ url: url.href, asOwner: true });
  closing.push(
    () => server.close(),
    door.cut,
    () => door.db.close(),
  );
  return door;
}

/** Listens, and gives what `connected` is told, one call after the other. */
function listening(db: Database, probeMs: number) {
  const told: (Date | undefined)[] = [];
  const heard: string[] = [];
  const listener = listen(
    db,
    'jobs',
    { heard: (payload) => heard.push(payload), connected: (heardUntil) => told.push(heardUntil) },
    probeMs,
  );
  closing.push(() => listener.stop());
  return { told, heard };
}

const now = async (): Promise<Date> => (await real.reads.query('select clock_timestamp() as at')).rows[0].at;
const say = async (text: string) => {
  const client = new pg.Client({ connectionString: ownerUrl });
  await client.connect();
  await client.query('select pg_notify($1, $2)', ['summit_jobs', text]);
  await client.end();
};

test('however many attempts fail, it is told since when nothing was heard', async () => {
  const door = await way();
  const { told, heard } = listening(door.db, 5_000);
  await expect.poll(() => told).toEqual([undefined]);
  const before = await now();
  door.isShut = true;
  door.cut();
  await say('missed');
  await door.refused;
  door.isShut = false;
  await expect.poll(() => told.length, { timeout: 5_000 }).toBe(2);
  expect(told[1]!.getTime()).toBeLessThanOrEqual(before.getTime());
  await say('heard');
  await expect.poll(() => heard).toEqual(['heard']);
});

test('a connection that falls silent counts as heard until its last answer', async () => {
  const door = await way();
  const { told } = listening(door.db, 300);
  await expect.poll(() => told).toEqual([undefined]);
  const begun = await now();
  // A sign of life came in between.
  await expect.poll(async () => (await now()).getTime() - begun.getTime()).toBeGreaterThan(900);
  door.silence();
  const silent = await now();
  await say('missed');
  await expect.poll(() => told.length, { timeout: 5_000 }).toBe(2);
  expect(told[1]!.getTime()).toBeLessThanOrEqual(silent.getTime());
  expect(told[1]!.getTime()).toBeGreaterThan(begun.getTime());
});

test('a first question that nobody answers is given up, and asked again over another connection', async () => {
  const door = await way();
  door.isDeaf = true;
  const { told } = listening(door.db, 300);
  await expect.poll(() => door.unanswered, { timeout: 5_000 }).toBeGreaterThan(1);
  expect(told).toEqual([]);
  const right = new SoleRight(door.db, 'ingest', 300);
  await expect(right.have(() => {})).rejects.toThrow('no answer');
  expect(right.isHeld).toBe(false);
  door.isDeaf = false;
  await expect.poll(() => told, { timeout: 5_000 }).toEqual([undefined]);
  await expect.poll(() => right.have(() => {}), { timeout: 10_000 }).toBe(true);
  await right.release();
});
