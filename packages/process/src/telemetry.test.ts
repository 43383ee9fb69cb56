import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readConfig } from './config.ts';
import { metrics } from './metrics.ts';
import { continueTrace, currentTrace, startTelemetry, traceparent, withSpan } from './telemetry.ts';

/** A collector that keeps what it is sent. */
const received: { url: string; headers: Record<string, unknown>; body: string }[] = [];
let collector: Server;
let address: string;
beforeAll(async () => {
  collector = createServer(async (request, response) => {
    received.push({ url: request.url!, headers: request.headers, body: await text(request) });
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
  }).listen(0, '127.0.0.1');
  await new Promise((done) => collector.once('listening', done));
  address = `http://127.0.0.1:${(collector.address() as AddressInfo).port}`;
});
afterAll(() => {
  collector.closeAllConnections();
  collector.close();
});

test('without variables nothing is sent and spans cost nothing, but traces still have ids', async () => {
  const telemetry = await startTelemetry('probe', readConfig({}));
  expect(await withSpan('quiet', {}, async () => 7)).toBe(7);
  continueTrace(undefined, () => expect(traceparent()).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/));
  await telemetry.stop();
  expect(received).toEqual([]);
});

test('with them, spans join the caller’s trace and metrics follow, headers and all', async () => {
  const config = readConfig({
    OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${address}/v1/traces`,
    OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: `${address}/v1/metrics`,
    OTEL_EXPORTER_OTLP_HEADERS: 'x-collector-key=letmein',
  });
  const telemetry = await startTelemetry('probe', config);
  metrics.refused.inc({ code: 'RATE_LIMITED' });
  const traceId = '0af7651916cd43dd8448eb211c80319c';
  await continueTrace(`00-${traceId}-b7ad6b7169203331-01`, () =>
    withSpan('outer', { kind: 'query' }, () =>
      withSpan('inner', {}, async () => expect(currentTrace()?.traceId).toBe(traceId)),
    ),
  );
  await expect(withSpan('failing', {}, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  await telemetry.stop();

  const traces = received.filter(({ url }) => url === '/v1/traces');
  expect(traces[0]!.headers['x-collector-key']).toBe('letmein');
  const sent = traces.map(({ body }) => body).join('');
  for (const name of ['outer', 'inner', 'failing', 'summit-probe', traceId]) expect(sent).toContain(name);
  expect(
    received
      .filter(({ url }) => url === '/v1/metrics')
      .map(({ body }) => body)
      .join(''),
  ).toContain('summit_refused_total');
});
