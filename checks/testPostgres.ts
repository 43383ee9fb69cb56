import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { startPostgres } from '../apps/cli/src/embeddedPostgres.ts';
import { makeReachable } from '../apps/cli/src/postgresBinaries.ts';

declare module 'vitest' {
  interface ProvidedContext {
    postgresOwnerUrl: string;
    postgresAppUrl: string;
  }
}

/** One real Postgres for the whole run, in a temporary folder, without waiting for the disk. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'summit-test-'));
  await makeReachable(folder);
  const server = await startPostgres({
    dataDir: join(folder, 'postgres'),
    port: await freePort(),
    ownerMayCreateDatabases: true,
    settings: {
      fsync: 'off',
      synchronous_commit: 'off',
      full_page_writes: 'off',
      shared_buffers: '128MB',
      max_connections: 150,
    },
  });
  project.provide('postgresOwnerUrl', server.ownerUrl);
  project.provide('postgresAppUrl', server.appUrl);
  return async () => {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  };
}

/** A TCP port that was free a moment ago. */
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
