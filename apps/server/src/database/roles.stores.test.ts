import pg from 'pg';
import { expect, test } from 'vitest';
import { startPostgres15, startPostgres18 } from '../../../../servers/postgres.ts';
import { migrate } from './migrate.ts';

test.each([
  ['15', startPostgres15],
  ['18', startPostgres18],
])(
  'on Postgres %s the login of DATABASE_URL is made where it is missing, and signs in with its password',
  async (_, start) => {
    const server = await start();
    const run = async (url: string, text: string, options = '') => {
      const client = new pg.Client({ connectionString: url, options });
      await client.connect();
      try {
        return (await client.query(text)).rows;
      } finally {
        await client.end();
      }
    };
    try {
      await run(server.ownerUrl, 'drop role summit');
      await migrate(server.ownerUrl, new URL(server.appUrl));
      expect(await run(server.appUrl, 'select current_user as name', '-c role=summit_app')).toEqual([
        { name: 'summit_app' },
      ]);
      await expect(
        run(server.appUrl, 'create table summit.mine ()', '-c role=summit_app'),
      ).rejects.toMatchObject({ code: '42501' });
    } finally {
      await server.close();
    }
  },
);
