import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeCertificates } from './certificates.ts';
import { type Postgres, startPostgres15, startPostgres18 } from './postgres.ts';
import { type FaultProxy, proxy } from './proxy.ts';
import { type Replica, startReplica } from './replica.ts';
import { exercise } from './server.suite.ts';

async function query(url: string, sql: string, values: unknown[] = []): Promise<string[]> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  client.on('error', () => {});
  await client.connect();
  try {
    return (await client.query<{ value: string }>(sql, values)).rows.map(({ value }) => value);
  } finally {
    await client.end();
  }
}
const CREATE = 'create table if not exists kept (value text)';
const INSERT = 'insert into kept values ($1) returning value';
const SELECT = 'select value from kept';

const clientOf = ({ ownerUrl }: Postgres) => ({
  put: async (value: string) => void (await query(ownerUrl, INSERT, [value])),
  values: async () => {
    await query(ownerUrl, CREATE);
    return query(ownerUrl, SELECT);
  },
});

describe('Postgres 18', () => exercise(() => startPostgres18(), clientOf));
describe('Postgres 15', () => exercise(() => startPostgres15(), clientOf));

describe.each([
  ['18', startPostgres18],
  ['15', startPostgres15],
])('a replica of Postgres %s', (_, start) => {
  let primary: Postgres;
  let replica: Replica;
  let between: FaultProxy;
  beforeAll(async () => {
    primary = await start();
    between = await proxy(primary);
    await query(primary.ownerUrl, CREATE);
    await query(primary.ownerUrl, INSERT, ['before']);
    replica = await startReplica(primary, { through: between.port });
  });
  afterAll(async () => {
    await replica?.close();
    await between?.close();
    await primary?.close();
  });

  test('shows what its primary has, and takes no writes', async () => {
    await query(primary.ownerUrl, INSERT, ['after']);
    await replica.caughtUp();
    expect(await query(replica.ownerUrl, SELECT)).toEqual(['before', 'after']);
    await expect(query(replica.ownerUrl, INSERT, ['no'])).rejects.toThrow('read-only transaction');
    expect(replica.variables()).toEqual({ DATABASE_READ_REPLICAS: replica.appUrl });
  });

  test('paused it stays behind; resumed it catches up', async () => {
    await replica.pause();
    await query(primary.ownerUrl, INSERT, ['late']);
    expect(await query(replica.ownerUrl, SELECT)).toEqual(['before', 'after']);
    await replica.resume();
    await replica.caughtUp();
    expect(await query(replica.ownerUrl, SELECT)).toContain('late');
  });

  test('killed and started again it follows on', async () => {
    await replica.kill();
    await query(primary.ownerUrl, INSERT, ['meanwhile']);
    await replica.start();
    await replica.caughtUp();
    expect(await query(replica.ownerUrl, SELECT)).toContain('meanwhile');
  });

  test('promoted without the last writes it is a primary that lacks them', async () => {
    await query(primary.ownerUrl, INSERT, ['kept']);
    await replica.caughtUp();
    between.drop();
    await query(primary.ownerUrl, INSERT, ['lost']);
    await primary.kill();
    await replica.promote();
    await query(replica.ownerUrl, INSERT, ['own']);
    const found = await query(replica.ownerUrl, SELECT);
    expect(found).toEqual(expect.arrayContaining(['kept', 'own']));
    expect(found).not.toContain('lost');
  });
});

test('TLS: verify-full takes its authority and refuses others, and plain text is refused', async () => {
  const tls = await makeCertificates();
  const other = await makeCertificates();
  const elsewhere = await makeCertificates({ hosts: ['elsewhere.example'] });
  const server = await startPostgres18({ tls });
  const replica = await startReplica(server);
  const misnamed = await startPostgres18({ tls: elsewhere });
  try {
    const { DATABASE_OWNER_URL: url } = server.variables();
    expect(url).toContain('sslmode=verify-full');
    const encrypted = 'select ssl::text as value from pg_stat_ssl where pid = pg_backend_pid()';
    expect(await query(url, encrypted)).toEqual(['true']);
    expect(await query(replica.ownerUrl, encrypted)).toEqual(['true']);
    await expect(query(url.replace(tls.authorityPath, other.authorityPath), encrypted)).rejects.toThrow();
    await expect(query(url.replace(/\?.*/, ''), encrypted)).rejects.toThrow('no encryption');
    await expect(query(misnamed.ownerUrl, encrypted)).rejects.toThrow(/altnames|Host/);
  } finally {
    for (const each of [misnamed, replica, server]) await each.close();
    await Promise.all([tls, other, elsewhere].map((each) => each.remove()));
  }
});
