import { afterAll, beforeAll, expect, test } from 'vitest';
import { databaseCommands } from './database.operator.ts';
import { Database } from './database.ts';
import { testDatabase } from './testing.ts';

let owner: Database;
let app: Database;
beforeAll(async () => {
  const { db, ownerUrl } = await testDatabase();
  app = db;
  owner = new Database({ url: ownerUrl, asOwner: true, readSize: 1, writeSize: 1 });
});
afterAll(() => owner.close());

type Health = { settings: Record<string, string>; holders: { pid: number; writes: boolean }[] };

const health = (...words: string[]): Promise<Health> =>
  databaseCommands['database-health']!.run(words, {
    db: owner,
    publicUrl: 'http://localhost:3000',
    positionSecret: new Uint8Array(32),
  }) as Promise<Health>;

test('the settings the change log relies on are told', async () => {
  expect((await health()).settings).toMatchObject({ max_prepared_transactions: '0' });
});

test('who holds back the change log is named until it ends', async () => {
  const client = await app.connect();
  try {
    await client.query('begin isolation level repeatable read');
    const { rows } = await client.query('select pg_backend_pid() as pid');
    const { pid } = rows[0] as { pid: number };
    expect((await health()).holders.map((each) => each.pid)).not.toContain(pid);
    expect((await health('--slower-than', '0')).holders.map((each) => each.pid)).toContain(pid);
    await client.query('select pg_current_xact_id()');
    expect((await health('--slower-than', '0')).holders).toContainEqual(
      expect.objectContaining({ pid, writes: true }),
    );
    await client.query('rollback');
    expect((await health('--slower-than', '0')).holders.map((each) => each.pid)).not.toContain(pid);
  } finally {
    client.release();
  }
});

test('a time that is none is refused', async () => {
  await expect(health('--slower-than', 'soon')).rejects.toMatchObject({ code: 'INPUT_INVALID' });
});
