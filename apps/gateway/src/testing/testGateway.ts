import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RedisConnection } from '@summit/process/connection.redis';
import type { AccessLine } from '../accessLog.ts';
import { cookieNames } from '../cookies.ts';
import type { Settings } from '../settings.ts';
import { createGatewayParts } from '../startGateway.ts';
import { secrets, startUpstream, type Upstream } from './upstream.ts';

export type TestGateway = Awaited<ReturnType<typeof startTestGateway>>;

export interface Shared {
  /** Of another gateway, before which this one stands too. */
  upstream?: Upstream;
  redis?: RedisConnection;
}

/** A real gateway on free ports before a real small server. */
export async function startTestGateway(changed: Partial<Settings> = {}, shared: Shared = {}) {
  const upstream = shared.upstream ?? (await startUpstream());
  const uiFolder = await mkdtemp(join(tmpdir(), 'summit-gateway-'));
  await writeFile(
    join(uiFolder, 'index.html'),
    '<!doctype html><html><head><title>app</title></head></html>',
  );
  const [uiPort, apiPort] = [await freePort(), await freePort()];
  const publicUrl = new URL(`http${changed.tls ? 's' : ''}://localhost:${uiPort}`);
  const settings: Settings = {
    publicUrl,
    secure: changed.tls !== undefined,
    tls: undefined,
    hostnames: new Set(['localhost', '127.0.0.1', '[::1]']),
    allowedOrigins: new Set(['https://tools.example']),
    cookies: cookieNames(uiFolder, publicUrl, changed.tls !== undefined),
    provider: undefined,
    bind: ['127.0.0.1', '::1'],
    uiPort,
    apiPort,
    server: { host: '127.0.0.1', port: upstream.port },
    rate: { max: 1000, backgroundMax: 1000, windowMs: 60_000 },
    uiFolder,
    environment: 'test',
    ...changed,
  };
  const lines: AccessLine[] = [];
  const failures: unknown[] = [];
  const gateway = await createGatewayParts(
    settings,
    secrets,
    {
      access: (line) => lines.push(line),
      refusal: () => {},
      failure: (error, what) => failures.push({ error, what }),
    },
    shared.redis,
  );
  for (const part of gateway.parts) await part.run();

  return {
    settings,
    upstream,
    /** Access log lines so far. */
    lines,
    failures,
    uiPort,
    apiPort,
    drain: gateway.drain,
    async stop() {
      gateway.drain();
      if (!shared.upstream) await upstream.stop();
      for (const part of gateway.parts.toReversed()) await part.stop();
      await rm(uiFolder, { recursive: true });
    },
  };
}

export function freePort(): Promise<number> {
  return new Promise((done, failed) => {
    const probe = createServer();
    probe.once('error', failed);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as { port: number };
      probe.close(() => done(port));
    });
  });
}
