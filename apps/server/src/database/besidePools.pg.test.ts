import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig } from '@summit/process/config';
import { signInternal } from '@summit/process/internalIdentity';
import { internalKeys } from '@summit/process/keys';
import pg from 'pg';
import { afterAll, expect, test } from 'vitest';
import { freePort } from '../../../../checks/testPostgres.ts';
import { besideOf, type Process } from './besidePools.ts';
import { startTenant, testDatabase } from './testing.ts';

const { appUrl, ownerUrl, db } = await testDatabase();
const home = await mkdtemp(join(tmpdir(), 'summit-beside-'));
const ending: (() => Promise<unknown>)[] = [];
afterAll(async () => {
  for (const end of ending.splice(0)) await end();
  await rm(home, { recursive: true, force: true });
});

const keys = internalKeys('0123456789abcdef'.repeat(4));
// Nobody has to answer there: what it keeps open in Postgres a process opens first.
const stores = {
  NEO4J_URI: 'bolt://127.0.0.1:1',
  NEO4J_PASSWORD: 'nobody asks for it',
  KAFKA_ENABLED: 'true',
  KAFKA_BROKERS: '127.0.0.1:1',
  DATABASE_READ_REPLICAS: appUrl,
};

/** A process with everything configured, as it is deployed. */
async function start(role: 'api' | 'worker'): Promise<number> {
  const port = await freePort();
  const child = spawn(process.execPath, [join(import.meta.dirname, '../main.ts'), role], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      ...{ PATH: process.env.PATH, DATABASE_URL: appUrl, SUMMIT_HOME: home, SERVER_PORT: String(port) },
      ...{ ENCRYPTION_KEY: '0123456789abcdef'.repeat(4), SESSION_SECRET: 'fedcba9876543210'.repeat(4) },
      INTERNAL_PUBLIC_KEY: keys.publicRaw,
      [role === 'api' ? 'SERVER_METRICS_PORT' : 'WORKER_METRICS_PORT']: String(await freePort()),
      ...stores,
    },
  });
  const ended = once(child, 'exit');
  ending.push(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  const ready = Promise.withResolvers<void>();
  child.stdout.on('data', (chunk: Buffer) => {
    if (/"message":"\w+ ready"/.test(String(chunk))) ready.resolve();
  });
  void ended.then(() => ready.reject(new Error(`${role} ended`)));
  await ready.promise;
  return port;
}

/** Names of what is connected, pools aside. */
async function connected(): Promise<string[]> {
  const client = new pg.Client({ connectionString: ownerUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ name: string }>(
      `select application_name as name from pg_stat_activity
       where datname = current_database() and application_name like 'summit-%' and application_name not in ('summit-server', 'summit-worker')`,
    );
    return rows.map(({ name }) => name.replace('summit-', '')).sort();
  } finally {
    await client.end();
  }
}
/** The replica of this test is the primary itself, which a server asks where it stands over another connection. */
const expected = (of: Process) =>
  [...besideOf(of, readConfig(stores)), ...(of === 'server' ? ['replicas'] : [])].sort();

test('a worker and a server keep open beside their pools what the table says, and nothing else', async () => {
  await start('worker');
  await expect.poll(connected, { timeout: 30_000 }).toEqual(expected('worker'));
  for (const end of ending.splice(0)) await end();

  const port = await start('api');
  const { actor, scope } = await startTenant(db);
  const claims = {
    ...{ sub: actor.id, tenant: scope.tenant, name: 'Ann', roles: [...actor.roles] },
    ...({ clearance: 'TLP:RED', scope: 'user' } as const),
  };
  // Nobody listens before somebody follows; what is followed need not be there.
  for (const field of [
    'investigationChanged(investigationId: $id) { id }',
    'importProgress(id: $id) { id }',
  ]) {
    const answer = await fetch(`http://127.0.0.1:${port}/graphql`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${signInternal(claims, keys.privateKey)}`,
        'content-type': 'application/json',
        accept: 'text/event-stream',
      },
      body: JSON.stringify({
        query: `subscription($id: ID!) { ${field} }`,
        variables: { id: scope.tenant },
      }),
    });
    expect(await answer.text()).toContain('NOT_FOUND');
  }
  await expect.poll(connected, { timeout: 30_000 }).toEqual(expected('server'));
});

test('what is not configured is not counted', () => {
  expect(besideOf('server', readConfig({}))).toEqual(['pulse', 'live-feed', 'import-feed']);
  expect(besideOf('worker', readConfig({}))).toEqual(['pulse', 'jobs']);
});
