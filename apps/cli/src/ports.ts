import { createServer } from 'node:net';
import type { Config } from '@summit/process/config';

export const portNames = [
  'UI_PORT',
  'GATEWAY_PORT',
  'SERVER_PORT',
  'POSTGRES_PORT',
  'GATEWAY_METRICS_PORT',
  'SERVER_METRICS_PORT',
  'WORKER_METRICS_PORT',
] as const;

/** One sentence per taken port, each with what to do. */
export async function portProblems(config: Config): Promise<string[]> {
  const taken = await Promise.all(
    portNames.map(async (name) => {
      // Nothing of ours listens there when the database is somebody else's.
      if (name === 'POSTGRES_PORT' && config.DATABASE_URL) return undefined;
      const hosts = name === 'UI_PORT' || name === 'GATEWAY_PORT' ? config.SUMMIT_BIND : ['127.0.0.1'];
      const free = await Promise.all(hosts.map((host) => isFree(config[name], host)));
      return free.every(Boolean)
        ? undefined
        : `Port ${config[name]} is taken. Stop what uses it, or set ${name} in .env to a free port.`;
    }),
  );
  return taken.filter((problem) => problem !== undefined);
}

/** Says whether nothing listens there. A machine without IPv6 has no taken ports on it. */
export function isFree(port: number, host: string): Promise<boolean> {
  return new Promise((done) => {
    const probe = createServer();
    probe.once('error', (error: NodeJS.ErrnoException) =>
      done(error.code !== 'EADDRINUSE' && error.code !== 'EACCES'),
    );
    probe.listen({ port, host, exclusive: true }, () => probe.close(() => done(true)));
  });
}
