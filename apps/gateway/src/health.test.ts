import { afterEach, beforeEach, expect, test } from 'vitest';
import { send } from './testing/callers.ts';
import { startTestGateway, type TestGateway } from './testing/testGateway.ts';

let gateway: TestGateway;
beforeEach(async () => {
  gateway = await startTestGateway();
});
afterEach(() => gateway.stop());

async function timed(path: string, port = gateway.apiPort) {
  const startedAt = performance.now();
  const answer = await send(port, path);
  return { ...answer, ms: performance.now() - startedAt };
}

test.each(['/health', '/healthz'])('%s says that the process runs, at both doors', async (path) => {
  for (const port of [gateway.apiPort, gateway.uiPort]) {
    const answer = await timed(path, port);
    expect(answer.status).toBe(200);
    expect(Object.keys(answer.json)).toEqual(['status', 'timestamp', 'uptime']);
    expect(answer.json.status).toBe('ok');
    expect(typeof answer.json.uptime).toBe('number');
  }
  expect(gateway.upstream.seen).toEqual([]);
});

test('/health/ready asks the server', async () => {
  expect((await timed('/health/ready')).json).toEqual({ status: 'ready' });
  gateway.upstream.state.healthStatus = 503;
  gateway.upstream.state.failures = ['PostgreSQL: TIMEOUT'];
  const answer = await timed('/health/ready');
  expect(answer).toMatchObject({
    status: 503,
    json: { status: 'not ready', failures: ['PostgreSQL: TIMEOUT'] },
  });
});

test('/health/detailed passes on what the server knows, and nothing that could tell more', async () => {
  const { status, json } = await timed('/health/detailed');
  expect(status).toBe(200);
  expect(json).toMatchObject({
    status: 'ok',
    environment: 'test',
    services: { postgres: 'healthy', neo4j: 'not-configured', redis: 'not-configured', server: 'healthy' },
    errors: [],
  });
  expect(Object.keys(json)).toEqual(['status', 'timestamp', 'uptime', 'environment', 'services', 'errors']);
});

test('answers within 300 ms while the server hangs', async () => {
  await timed('/health/ready');
  gateway.upstream.state.hanging = true;
  const ready = await timed('/health/ready');
  expect(ready).toMatchObject({ status: 503, json: { failures: ['Server: TIMEOUT'] } });
  const detailed = await timed('/health/detailed');
  expect(detailed).toMatchObject({
    status: 503,
    json: {
      status: 'degraded',
      services: { server: 'unhealthy', postgres: 'unknown' },
      errors: [{ service: 'server', code: 'TIMEOUT' }],
    },
  });
  for (const answer of [ready, detailed]) expect(answer.ms).toBeLessThan(300);
  const { since } = detailed.json.errors[0];
  expect((await timed('/health/detailed')).json.errors[0].since).toBe(since);
  expect((await timed('/healthz')).status).toBe(200);
  expect((await timed('/health/ready?scope=pod')).json).toEqual({ status: 'ready' });
});

test('a hundred probes at once ask a hanging server once', async () => {
  gateway.upstream.state.hanging = true;
  const answers = await Promise.all(Array.from({ length: 100 }, () => timed('/health/ready')));
  expect(answers.map(({ status }) => status)).toEqual(Array(100).fill(503));
  expect(gateway.upstream.state.probes).toBeLessThan(10);
});

test('a server that is gone is named by its code, without its address', async () => {
  await gateway.upstream.stop();
  const answer = await timed('/health/ready');
  expect(answer).toMatchObject({
    status: 503,
    json: { status: 'not ready', failures: ['Server: ECONNREFUSED'] },
  });
  expect(answer.ms).toBeLessThan(300);
  expect((await timed('/health/detailed')).text).not.toContain('127.0.0.1');
});

test('a draining gateway is alive but not ready', async () => {
  gateway.drain();
  expect((await timed('/health')).status).toBe(200);
  for (const path of ['/health/ready', '/health/ready?scope=pod']) {
    expect(await timed(path)).toMatchObject({ status: 503, json: { failures: ['Gateway: DRAINING'] } });
  }
});

test('answers probes that name the machine by another host', async () => {
  expect((await send(gateway.apiPort, '/health/ready', { headers: { host: '10.0.0.7:8080' } })).status).toBe(
    200,
  );
});
