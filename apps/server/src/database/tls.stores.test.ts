import { TLSSocket } from 'node:tls';
import type pg from 'pg';
import { afterAll, expect, test } from 'vitest';
import { makeCertificates } from '../../../../servers/certificates.ts';
import { startPostgres18 } from '../../../../servers/postgres.ts';
import { Database } from './database.ts';
import { migrate } from './migrate.ts';

const tls = await makeCertificates();
afterAll(() => tls.remove());
const server = await startPostgres18({ tls });
afterAll(() => server.close());
await migrate(server.ownerUrl, new URL(server.appUrl));

const ask = async (url: string) => {
  const db = new Database({ url });
  try {
    const client = await db.connect();
    try {
      await client.query('select 1');
      return (client as unknown as pg.Client).connection.stream instanceof TLSSocket;
    } finally {
      client.release();
    }
  } finally {
    await db.close();
  }
};

test('sslmode=verify-full with the authority of a company speaks TLS', async () => {
  expect(server.appUrl).toContain('sslmode=verify-full');
  expect(await ask(server.appUrl)).toBe(true);
});

test('an authority that nobody named is refused, and so is plain text', async () => {
  const unknown = new URL(server.appUrl);
  unknown.searchParams.delete('sslrootcert');
  await expect(ask(unknown.href)).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' });
  const plain = new URL(server.appUrl);
  plain.search = '';
  await expect(ask(plain.href)).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' });
});
