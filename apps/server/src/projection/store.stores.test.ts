import { afterAll, expect, test } from 'vitest';
import { makeCertificates } from '../../../../servers/certificates.ts';
import { startNeo4j } from '../../../../servers/neo4j.ts';
import { proxy } from '../../../../servers/proxy.ts';
import { until } from './neo4j.testing.neo4j.ts';
import { Neo4jStore, whole } from './store.neo4j.ts';

const tls = await makeCertificates();
const server = await startNeo4j({ tls });
const line = await proxy(server);
const { NEO4J_USER: user, NEO4J_PASSWORD: password, STORE_CA_PATH: caPath } = server.variables();
const opened: Neo4jStore[] = [];
const open = (more: Partial<ConstructorParameters<typeof Neo4jStore>[0]> = {}): Neo4jStore => {
  const store = new Neo4jStore({ uri: `bolt+s://127.0.0.1:${line.port}`, user, password, caPath, ...more });
  opened.push(store);
  return store;
};
afterAll(async () => {
  for (const store of opened) await store.close();
  await line.close();
  await server.close();
});

const codeOf = (store: Neo4jStore): Promise<string> =>
  store.ping().then(
    () => 'answers',
    (error: { code: string }) => error.code,
  );

test('over TLS, by the certificate of a private authority; numbers stay whole', async () => {
  const store = open();
  const [row] = await store.read((tx) =>
    tx.run<{ n: number; same: boolean }>('RETURN $n AS n, $n = 7 AS same', { n: whole(7) }),
  );
  expect(row).toEqual({ n: 7, same: true });
  expect(await codeOf(store)).toBe('answers');
});

test('a server whose certificate is of another authority is refused', async () => {
  const other = await makeCertificates();
  expect(await codeOf(open({ caPath: other.authorityPath }))).not.toBe('answers');
  expect(await codeOf(open({ caPath: undefined }))).not.toBe('answers');
});

test('a refused login says so', async () => {
  expect(await codeOf(open({ password: 'another' }))).toBe('LOGIN_REFUSED');
});

test('what fails in a transaction is taken back, and an error of the statement is no fault of the store', async () => {
  const store = open();
  const failing = store.write(async (tx) => {
    await tx.run('CREATE (:Trial)');
    await tx.run('THIS IS NOT CYPHER');
  });
  await expect(failing).rejects.toMatchObject({ code: 'Neo.ClientError.Statement.SyntaxError' });
  const [row] = await store.read((tx) => tx.run<{ n: number }>('MATCH (t:Trial) RETURN count(t) AS n'));
  expect(row).toEqual({ n: 0 });
});

test('down: refused at once, and used again within ten seconds of its return', async () => {
  const store = open();
  expect(await codeOf(store)).toBe('answers');
  await server.stop();
  for (let calls = 0; calls < 6; calls++)
    await expect(store.read((tx) => tx.run('RETURN 1'))).rejects.toMatchObject({
      code: 'GRAPH_UNAVAILABLE',
      details: { retryAfter: expect.any(Number) },
    });
  // The best of some: what is promised is that nobody waits, not that this machine has nothing else to do.
  const times: number[] = [];
  for (let calls = 0; calls < 3; calls++) {
    const asked = performance.now();
    await expect(store.read((tx) => tx.run('RETURN 1'))).rejects.toMatchObject({ code: 'GRAPH_UNAVAILABLE' });
    times.push(performance.now() - asked);
  }
  expect(Math.min(...times)).toBeLessThan(50);
  expect(await codeOf(store)).toBe('UNREACHABLE');
  await server.start();
  const back = performance.now();
  await until(async () => (await codeOf(store)) === 'answers', 30_000);
  expect(performance.now() - back).toBeLessThan(10_000);
});

test('silent: a call is given up after its time, and health says TIMEOUT', async () => {
  const store = open();
  expect(await codeOf(store)).toBe('answers');
  server.freeze();
  try {
    const asked = performance.now();
    await expect(store.read((tx) => tx.run('RETURN 1'), { timeoutMs: 500 })).rejects.toMatchObject({
      code: 'GRAPH_UNAVAILABLE',
    });
    expect(performance.now() - asked).toBeLessThan(3_000);
    expect(await codeOf(store)).toMatch(/TIMEOUT|UNREACHABLE/);
  } finally {
    server.thaw();
  }
  await until(async () => (await codeOf(store)) === 'answers', 15_000);
});

test('connections that are cut are replaced', async () => {
  const store = open();
  for (let times = 0; times < 3; times++) {
    expect(await codeOf(store)).toBe('answers');
    line.reset();
    await until(async () => (await codeOf(store)) === 'answers', 10_000);
  }
});

/** Holds a lock in the store: whoever wants it waits, and uses nothing but a connection. Resolves to what lets go of it. */
async function hold(store: Neo4jStore): Promise<() => Promise<void>> {
  const [held, free] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  await store.alone("MERGE (:Held {name: 'it'})");
  const done = store.write(async (tx) => {
    await tx.run("MATCH (h:Held {name: 'it'}) SET h.n = 0");
    held.resolve();
    await free.promise;
  });
  await Promise.race([held.promise, done]);
  return () => {
    free.resolve();
    return done;
  };
}

test('all connections in use: later ones are told that it is busy, health that it answers, and nobody is cut off', async () => {
  const [holder, store] = [open(), open({ poolSize: 2 })];
  expect(await codeOf(store)).toBe('answers');
  const letGo = await hold(holder);
  const count = () =>
    store.write((tx) =>
      tx.run<{ n: number }>("MATCH (h:Held {name: 'it'}) SET h.n = h.n + 1 RETURN h.n AS n"),
    );
  const waiting = [count(), count()];
  await expect(store.ask('RETURN 1 AS one')).rejects.toMatchObject({
    code: 'GRAPH_BUSY',
    status: 503,
    details: { retryAfter: 1 },
  });
  for (let times = 0; times < 5; times++) expect(await codeOf(store)).toBe('answers');
  await store.beat();
  expect(store.isOpen()).toBe(false);
  await letGo();
  const counted = await Promise.all(waiting);
  expect(counted.map(([row]) => row!.n).sort()).toEqual([1, 2]);
  expect(await store.ask('RETURN 1 AS one')).toEqual([{ one: 1 }]);
});

test('an answer that comes too late says that it is busy, where it answers something else; others get theirs', async () => {
  const store = open();
  expect(await codeOf(store)).toBe('answers');
  const ask = (timeoutMs: number) => store.read((tx) => tx.run('RETURN 1 AS one'), { timeoutMs });
  await ask(5_000);
  line.latency(250);
  try {
    const begun = ask(10_000);
    await expect(ask(200)).rejects.toMatchObject({ code: 'GRAPH_BUSY' });
    expect(await begun).toEqual([{ one: 1 }]);
    expect(store.isOpen()).toBe(false);
  } finally {
    await line.heal();
  }
  expect(await ask(5_000)).toEqual([{ one: 1 }]);
});

test('a statement that nobody waits for any more ends in the store', async () => {
  const store = open();
  const running = async () => {
    const rows = await store.ask<{ text: string }>(
      'SHOW TRANSACTIONS YIELD currentQuery RETURN currentQuery AS text',
    );
    return rows.filter(({ text }) => text.includes('forgotten')).length;
  };
  const leaving = new AbortController();
  const long = 'UNWIND range(1, 10000000000) AS n WITH n WHERE n < 0 RETURN count(n) AS forgotten';
  const asked = store.ask(long, {}, { timeoutMs: 30_000, signal: leaving.signal });
  asked.catch(() => {});
  await expect.poll(running).toBe(1);
  leaving.abort(new Error('gone'));
  await expect(asked).rejects.toThrow('gone');
  await expect.poll(running).toBe(0);
  expect(store.isOpen()).toBe(false);
});
