import { TLSSocket } from 'node:tls';
import type pg from 'pg';
import { afterAll, expect, test } from 'vitest';
import { makeCertificates } from '../../../../servers/certificates.ts';
import { startPostgres18 } from '../../../../servers/postgres.ts';
import { Database } from './database.ts';
import { migrate } from './migrate.ts';
import { whyNot } from './whyNot.ts';

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

const refused = async (url: URL): Promise<string> => {
  const error = await ask(url.href).catch((why: unknown) => why);
  return whyNot((error as Error).cause);
};

test('sslmode=verify-full with the authority of a company speaks TLS', async () => {
  expect(server.appUrl).toContain('sslmode=verify-full');
  expect(await ask(server.appUrl)).toBe(true);
});

test('an authority that nobody named is refused, and so is plain text', async () => {
  const unknown = new URL(server.appUrl);
  unknown.searchParams.delete('sslrootcert');
  await expect(ask(unknown.href)).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' });
  expect(await refused(unknown)).toMatch(/^The certificate of the database is not trusted \(\w+\)/);
  const plain = new URL(server.appUrl);
  plain.search = '';
  await expect(ask(plain.href)).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' });
  expect(await refused(plain)).toBe('The database refuses the login, or a connection without TLS (28000).');
});

test('an operator is told what is wrong with an address', async () => {
  const changed = (change: (url: URL) => void) => {
    const url = new URL(server.appUrl);
    change(url);
    return refused(url);
  };
  const withPassword = changed((url) => {
    url.password = 'not this one';
  });
  expect(await withPassword).toBe('The database refuses the login: its password is wrong (28P01).');
  const elsewhere = changed((url) => {
    url.pathname = '/nowhere';
  });
  expect(await elsewhere).toBe('The server has no database of this name (3D000).');
  const nobody = changed((url) => {
    url.port = '1';
  });
  expect(await nobody).toBe('The database does not answer (ECONNREFUSED).');
});

test('so is one whose server speaks no TLS', async () => {
  const without = await startPostgres18();
  afterAll(() => without.close());
  const url = new URL(server.appUrl);
  url.port = new URL(without.appUrl).port;
  expect(await refused(url)).toBe('The database speaks no TLS, and its address (sslmode) asks for it.');
});
