import { afterEach, beforeEach, expect, test } from 'vitest';
import { send } from './testing/callers.ts';
import { startTestGateway, type TestGateway } from './testing/testGateway.ts';

let gateway: TestGateway;
beforeEach(async () => {
  gateway = await startTestGateway();
});
afterEach(() => gateway.stop());

const asked = (path: string, port = gateway.apiPort) => send(port, path);

test.each(['/health', '/healthz'])('%s says that the process runs, at both doors', async (path) => {
  for (const port of [gateway.apiPort, gateway.uiPort]) {
    const answer = await asked(path, port);
    expect(answer.status).toBe(200);
    expect(Object.keys(answer.json)).toEqual(['status', 'timestamp', 'uptime']);
    expect(answer.json.status).toBe('ok');
    expect(typeof answer.json.uptime).toBe('number');
  }
  expect(gateway.upstream.seen).toEqual([]);
});

test('/health/ready asks the server', async () => {
  expect((await asked('/health/ready')).json).toEqual({ status: 'ready' });
  gateway.upstream.state.healthStatus = 503;
  gateway.upstream.state.failures = ['PostgreSQL: TIMEOUT'];
  const answer = await asked('/health/ready');
  expect(answer).toMatchObject({
    status: 503,
    json: { status: 'not ready', failures: ['PostgreSQL: TIMEOUT'] },
  });
});

test('/health/detailed passes on what the server knows, and nothing that could tell more', async () => {
  const { status, json } = await asked('/health/detailed');
  expect(status).toBe(200);
  expect(json).toMatchObject({
    status: 'ok',
    environment: 'test',
    services: { postgres: 'healthy', neo4j: 'not-configured', redis: 'not-configured', server: 'healthy' },
    errors: [],
  });
  expect(Object.keys(json)).toEqual(['status', 'timestamp', 'uptime', 'environment', 'services', 'errors']);
});

test('/health/detailed passes on how far projections are behind, and whether that was counted to its end', async () => {
  const lag = { state: 'following', lagChanges: 100_000, lagSeconds: 2.5 };
  gateway.upstream.state.projections = {
    neo4j: { ...lag, lagIsExact: false, position: 'secret' },
    exact: { ...lag, lagIsExact: true },
    older: lag,
  };
  expect((await asked('/health/detailed')).json.projections).toEqual({
    neo4j: { ...lag, lagIsExact: false },
    exact: { ...lag, lagIsExact: true },
    older: { ...lag, lagIsExact: false },
  });
});

// The promise is 300 ms. This server never answers, so that any answer proves that nobody waits for it.
test('answers while the server hangs', async () => {
  await asked('/health/ready');
  gateway.upstream.state.hanging = true;
  const ready = await asked('/health/ready');
  expect(ready).toMatchObject({ status: 503, json: { failures: ['Server: TIMEOUT'] } });
  const detailed = await asked('/health/detailed');
  expect(detailed).toMatchObject({
    status: 503,
    json: {
      status: 'degraded',
      services: { server: 'unhealthy', postgres: 'unknown' },
      errors: [{ service: 'server', code: 'TIMEOUT' }],
    },
  });
  const { since } = detailed.json.errors[0];
  expect((await asked('/health/detailed')).json.errors[0].since).toBe(since);
  expect((await asked('/healthz')).status).toBe(200);
  expect((await asked('/health/ready?scope=pod')).json).toEqual({ status: 'ready' });
});

test('/queues/health passes on numbers, and nothing else that the server might say', async () => {
  const queue = { depth: 3, oldestSeconds: 12.5, running: 1, failures: 0 };
  gateway.upstream.state.queues = { import: { ...queue, payload: 'secret.csv' }, 'import.undo': queue };
  for (const port of [gateway.apiPort, gateway.uiPort]) {
    const answer = await asked('/queues/health', port);
    expect(answer.status).toBe(200);
    expect(answer.json).toEqual({
      status: 'ok',
      timestamp: expect.any(String),
      queues: { import: queue, 'import.undo': queue },
    });
  }
  gateway.upstream.state.hanging = true;
  expect(await asked('/queues/health')).toMatchObject({
    status: 503,
    json: { status: 'unknown', queues: {} },
  });
});

test('a hundred probes at once ask a hanging server once', async () => {
  gateway.upstream.state.hanging = true;
  const answers = await Promise.all(Array.from({ length: 100 }, () => asked('/health/ready')));
  expect(answers.map(({ status }) => status)).toEqual(Array(100).fill(503));
  expect(gateway.upstream.state.probes).toBeLessThan(10);
});

test('a server that is gone is named by its code, without its address', async () => {
  await gateway.upstream.stop();
  const answer = await asked('/health/ready');
  expect(answer).toMatchObject({
    status: 503,
    json: { status: 'not ready', failures: ['Server: ECONNREFUSED'] },
  });
  expect((await asked('/health/detailed')).text).not.toContain('127.0.0.1');
});

test('a draining gateway is alive but not ready', async () => {
  gateway.drain();
  expect((await asked('/health')).status).toBe(200);
  for (const path of ['/health/ready', '/health/ready?scope=pod']) {
    expect(await asked(path)).toMatchObject({ status: 503, json: { failures: ['Gateway: DRAINING'] } });
  }
});

test('answers probes that name the machine by another host', async () => {
  expect((await send(gateway.apiPort, '/health/ready', { headers: { host: '10.0.0.7:8080' } })).status).toBe(
    200,
  );
});
