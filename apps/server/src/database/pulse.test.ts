import { createServer, type Socket } from 'node:net';
import { createLoggerTo } from '@summit/process/log';
import { afterEach, expect, test } from 'vitest';
import { Database } from './database.ts';
import { inTransaction } from './inTransaction.ts';
import { LOST, Pulse } from './pulse.ts';

const lines: string[] = [];
const log = createLoggerTo((line) => lines.push(line), 'test');
const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
  lines.splice(0);
});

/** Accepts connections and never says a word. */
async function silentServer(): Promise<{ port: number; sockets: Set<Socket> }> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket.on('close', () => sockets.delete(socket)).on('error', () => {}));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  closing.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { port: (server.address() as { port: number }).port, sockets };
}

function databaseAt(port: number): Database {
  const db = new Database({ url: `postgres://nobody@127.0.0.1:${port}/none` });
  closing.push(() => db.close());
  return db;
}

async function pulseOf(db: Database): Promise<Pulse> {
  const pulse = new Pulse(db, log, { everyMs: 20, beatMs: 100 });
  closing.push(() => pulse.stop());
  await pulse.run();
  return pulse;
}

const nobody = '00000000-0000-4000-8000-000000000000';
const ask = (db: Database, readOnly: boolean) =>
  inTransaction(db, { tenant: nobody, readOnly }, async () => 'never');

test('where nobody listens, reads and writes are refused at once once the pulse has missed two beats', async () => {
  const db = databaseAt(1);
  const pulse = await pulseOf(db);
  await expect.poll(() => db.breaker.state().state).toBe('open');
  for (const readOnly of [true, false]) {
    const failed = expect(ask(db, readOnly)).rejects;
    await failed.toMatchObject({ code: 'DATABASE_UNAVAILABLE', status: 503, details: { retryAfter: 1 } });
  }
  expect(db.writes.totalCount + db.reads.totalCount).toBe(0);
  await expect(pulse.beat()).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  expect(lines.filter((line) => line.includes(LOST))).toHaveLength(1);
});

test('a server that accepts and says nothing is given up; who waits for a connection then is told', async () => {
  const { port } = await silentServer();
  const db = databaseAt(port);
  const waiting = [ask(db, true), ask(db, false)];
  const told = Promise.all(
    waiting.map((each) => expect(each).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' })),
  );
  const started = performance.now();
  await pulseOf(db);
  await told;
  // Far less than a connection is waited for.
  expect(performance.now() - started).toBeLessThan(3_000);
});

test('many who ask for a beat share one question and one connection', async () => {
  const { port, sockets } = await silentServer();
  const pulse = new Pulse(databaseAt(port), log, { beatMs: 200 });
  closing.push(() => pulse.stop());
  const answers = Array.from({ length: 100 }, () => pulse.beat());
  await expect.poll(() => sockets.size).toBe(1);
  for (const answer of answers) await expect(answer).rejects.toMatchObject({ code: 'TIMEOUT' });
  expect(sockets.size).toBeLessThanOrEqual(1);
});
