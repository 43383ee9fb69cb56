import { readConfig } from '@summit/process/config';
import { main, runProcess } from '@summit/process/lifecycle';
import { createLogger } from '@summit/process/log';
import { metrics, serveMetrics } from '@summit/process/metrics';
import { openRedis } from '@summit/process/openRedis';
import { startTelemetry } from '@summit/process/telemetry';
import { type AccessLine, routeOf } from './accessLog.ts';
import { settingsFrom } from './settings.ts';
import { createGatewayParts } from './startGateway.ts';

await main(async () => {
  const config = readConfig(process.env, ['JWT_SECRET', 'SESSION_SECRET']);
  const log = createLogger('gateway', config.LOG_LEVEL);
  const telemetry = await startTelemetry('gateway', config);

  function access(line: AccessLine): void {
    const route = routeOf(line.path);
    metrics.httpSeconds.observe(
      { door: line.door, route, status: String(line.status) },
      line.durationMs / 1000,
    );
    const level = line.status >= 500 ? 'warn' : route === 'health' || route === 'ui' ? 'debug' : 'info';
    log[level](line, 'request');
  }

  const gateway = await createGatewayParts(
    settingsFrom(config),
    { jwt: config.JWT_SECRET, session: config.SESSION_SECRET },
    {
      access,
      refusal: (code) => metrics.refused.inc({ code }),
      failure: (error, what) => log.error({ error }, what),
    },
    await openRedis(config, log, 'summit-gateway'),
  );
  await runProcess({
    name: 'gateway',
    log,
    parts: [
      { run: async () => {}, stop: () => telemetry.stop() },
      serveMetrics(config.GATEWAY_METRICS_PORT),
      ...gateway.parts,
    ],
    onDraining: gateway.drain,
  });
});
