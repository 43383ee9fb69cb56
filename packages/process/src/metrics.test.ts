import { expect, test } from 'vitest';
import { freePort } from '../../../checks/testPostgres.ts';
import { metrics, serveMetrics } from './metrics.ts';

test('declared metrics are served on loopback, and nothing else is', async () => {
  const port = await freePort();
  const part = serveMetrics(port);
  await part.run();
  try {
    metrics.refused.inc({ code: 'RATE_LIMITED' });
    const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
    expect(text).toContain('summit_refused_total{code="RATE_LIMITED"} 1');
    // Of a store that this process does not use it says nothing.
    expect(text).not.toMatch(/^summit_redis_connected/m);
    expect((await fetch(`http://127.0.0.1:${port}/`)).status).toBe(404);
  } finally {
    await part.stop();
  }
});
