import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Certificates, makeCertificates } from '../servers/certificates.ts';
import { startKafka } from '../servers/kafka.ts';
import { startNeo4j } from '../servers/neo4j.ts';
import { startPostgres18 } from '../servers/postgres.ts';
import { startRedis } from '../servers/redis.ts';
import type { Server } from '../servers/server.ts';
import { asking } from './asking.ts';
import { startProduct } from './product.ts';

let tls: Certificates;
let other: Certificates;
const servers: Server[] = [];
const variables: Record<string, string> = {};

beforeAll(async () => {
  [tls, other] = await Promise.all([makeCertificates(), makeCertificates()]);
  for (const start of [startPostgres18, startRedis, startNeo4j, startKafka]) {
    const server = await start({ tls, ...(start === startKafka && { login: true }) });
    servers.push(server);
    Object.assign(variables, server.variables());
  }
});
afterAll(async () => {
  for (const server of servers) await server.close();
  await Promise.all([tls, other].map((each) => each?.remove()));
});

type Detailed = { status: string; services: Record<string, string> };
const detailed = async (api: string): Promise<Detailed> =>
  (await (await fetch(`${api}/health/detailed`)).json()) as Detailed;

test('every store is reached by TLS, and a private authority is enough', async () => {
  const product = await startProduct(variables);
  try {
    // The first connection by TLS may take longer than health waits.
    await expect
      .poll(() => detailed(product.api), { timeout: 10_000 })
      .toMatchObject({
        status: 'ok',
        services: { postgres: 'healthy', neo4j: 'healthy', redis: 'healthy', kafka: 'healthy' },
      });
    const query = asking(product.api, await product.token());
    expect(await query('{ datasets { edges { node { key } } } }')).toBeTruthy();
  } finally {
    await product.stop();
  }
});

test('stores that another authority vouches for are not spoken to', async () => {
  // Without Redis, Neo4j and Kafka a Summit starts: it says that they are missing.
  const product = await startProduct({ ...variables, STORE_CA_PATH: other.authorityPath });
  try {
    expect(await detailed(product.api)).toMatchObject({
      status: 'degraded',
      services: { postgres: 'healthy', neo4j: 'unhealthy', redis: 'unhealthy', kafka: 'unhealthy' },
    });
    const { lacking } = JSON.parse(await product.summit('up', '--json')) as { lacking: string[] };
    expect(lacking.map((failure) => failure.split(':')[0]).sort()).toEqual(['Kafka', 'Neo4j', 'Redis']);
  } finally {
    await product.stop();
  }
});

test('a database that another authority vouches for is refused at once', async () => {
  const DATABASE_URL = variables.DATABASE_URL!.replace(tls.authorityPath, other.authorityPath);
  const DATABASE_OWNER_URL = variables.DATABASE_OWNER_URL!.replace(tls.authorityPath, other.authorityPath);
  await expect(startProduct({ ...variables, DATABASE_URL, DATABASE_OWNER_URL })).rejects.toThrow();
});
