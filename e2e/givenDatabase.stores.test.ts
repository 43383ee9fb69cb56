import { existsSync } from 'node:fs';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Postgres, startPostgres15, startPostgres18 } from '../servers/postgres.ts';
import { startReplica } from '../servers/replica.ts';
import { ask } from './asking.ts';
import { type Product, startProduct } from './product.ts';

type Status = { running: boolean; mode: string | null; database: string; services: { service: string }[] };
type Doctor = { healthy: boolean; findings: { about: string; problem: string; mend: string }[] };

/** A product on a database that is not its own; both are gone afterwards. */
async function withGiven(
  start: () => Promise<Postgres>,
  work: (product: Product, server: Postgres) => Promise<void>,
  more: (server: Postgres) => Promise<Record<string, string>> = async () => ({}),
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'summit-given-'));
  await chmod(folder, 0o711);
  const server = await start();
  try {
    const product = await startProduct({
      SUMMIT_HOME: join(folder, 'home'),
      ...server.variables(),
      ...(await more(server)),
    });
    try {
      await work(product, server);
    } finally {
      await product.summit('down');
    }
    expect(server.pid).toBeGreaterThan(0);
  } finally {
    await server.close();
    await rm(folder, { recursive: true, force: true });
  }
}

const asked = async (product: Product, document: string) =>
  ask<Record<string, unknown>>(product.api, await product.token(), document);
const reads = async (product: Product, name: string) => {
  const text = await (await fetch(`http://127.0.0.1:${product.env.SERVER_METRICS_PORT}/metrics`)).text();
  return Number(
    new RegExp(`^summit_database_reads_total\\{server="${name}"\\} (\\d+)`, 'm').exec(text)?.[1] ?? 0,
  );
};

describe.each([
  ['15', () => startPostgres15()],
  ['18', () => startPostgres18()],
] as const)('a given Postgres %s', (_, start) => {
  test('is migrated and used, not started, stopped or deleted', () =>
    withGiven(start, async (product, server) => {
      const place = `127.0.0.1:${server.port}/summit`;
      const status = JSON.parse(await product.summit('status', '--json')) as Status;
      expect(status).toMatchObject({ running: true, mode: null, database: place });
      expect(status.services.map(({ service }) => service).sort()).toEqual(['gateway', 'server', 'worker']);
      expect(existsSync(join(product.home, 'postgres'))).toBe(false);
      expect(await product.summit('smoke')).toContain('✅ A fact was written, read back and undone');

      const doctor = JSON.parse(await product.summit('doctor', '--json')) as Doctor;
      expect(doctor.findings.filter(({ about }) => /database|change log|replica/.test(about))).toEqual([]);

      await expect(product.summit('reset', '--yes')).rejects.toThrow(
        `the database at ${place}, which is yours`,
      );
      expect(existsSync(product.home)).toBe(true);
      const made = await asked(product, 'mutation { createInvestigation(input: { title: "Kept" }) { ids } }');
      expect(made.errors).toEqual([]);
      await product.summit('down');
      expect(server.pid).toBeGreaterThan(0);
      await product.summit('up', '--json');
      const kept = await asked(product, '{ investigations { edges { node { title } } } }');
      expect(JSON.stringify(kept.data)).toContain('Kept');
    }));
});

test('replicas of it are read from, through the doors', () =>
  withGiven(
    () => startPostgres18(),
    async (product, server) => {
      await asked(product, 'mutation { createInvestigation(input: { title: "Read me" }) { ids } }');
      await expect
        .poll(
          async () => {
            const answer = await asked(product, '{ investigations { edges { node { title } } } }');
            expect(JSON.stringify(answer.data)).toContain('Read me');
            return reads(product, 'replica');
          },
          { timeout: 20_000 },
        )
        .toBeGreaterThan(0);
      expect(server.pid).toBeGreaterThan(0);
    },
    async (server) => {
      const replica = await startReplica(server);
      standing.push(replica);
      return replica.variables();
    },
  ).finally(() => Promise.all(standing.splice(0).map((each) => each.close()))));

const standing: { close(): Promise<void> }[] = [];

test('what is missing or too much is told, and nothing is made', async () => {
  const server = await startPostgres18();
  try {
    const { DATABASE_URL, DATABASE_OWNER_URL } = server.variables();
    await expect(startProduct({ DATABASE_URL })).rejects.toThrow('DATABASE_OWNER_URL is empty');
    await expect(startProduct({ DATABASE_OWNER_URL })).rejects.toThrow('DATABASE_URL is empty');
    await expect(startProduct({ DATABASE_URL: DATABASE_OWNER_URL, DATABASE_OWNER_URL })).rejects.toThrow(
      'name the same login',
    );
    await expect(startProduct({ DATABASE_READ_REPLICAS: DATABASE_URL })).rejects.toThrow('has no replicas');
    await server.stop();
    await expect(startProduct({ DATABASE_URL, DATABASE_OWNER_URL })).rejects.toThrow(
      `The database at 127.0.0.1:${server.port}/summit does not answer`,
    );
  } finally {
    await server.close();
  }
});
