import { afterAll, expect, test } from 'vitest';
import { runCommand } from '../change/command.ts';
import { Database } from '../database/database.ts';
import { sql } from '../database/sql.ts';
import { testDatabase } from '../database/testing.ts';
import { identityCommands } from './identity.operator.ts';
import { systemContext } from './user.commands.ts';

const at = await testDatabase();
const owner = new Database({ url: at.ownerUrl, asOwner: true, writeSize: 4, readSize: 1 });
afterAll(() => owner.close());

const command = (name: string, ...words: string[]) => {
  const parts = { db: owner, publicUrl: 'http://localhost:3000', positionSecret: new Uint8Array(32) };
  return identityCommands[name]!.run(words, parts);
};

test('the last active owner is not disabled, nor are two at once', async () => {
  await command('signin-link');
  await command('tenant-add', 'Elsewhere');
  await command('user-add', 'Boss', '--role', 'owner', '--tenant', 'Elsewhere');
  await expect(command('user-disable', 'Owner')).rejects.toMatchObject({
    code: 'LAST_OWNER',
    message: expect.stringContaining('Without Owner nobody here would be owner'),
  });
  await command('signin-link');

  await command('user-add', 'Second', '--role', 'owner');
  await command('user-add', 'Ann');
  await command('user-disable', 'Ann');
  const both = await Promise.allSettled([
    command('user-disable', 'Owner'),
    command('user-disable', 'Second'),
  ]);
  expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  const refused = both.find(({ status }) => status === 'rejected') as PromiseRejectedResult;
  expect(refused.reason).toMatchObject({ code: 'LAST_OWNER' });
});

test('where every owner is disabled already, what acts as one says whom to let in again', async () => {
  const { users } = (await command('user-list')) as { users: { tenant: string }[] };
  const { tenant } = users[0]!;
  // As an earlier version allowed it.
  await runCommand(systemContext(owner, tenant), { action: 'user.disabled' }, (tx) =>
    tx.execute(sql`
      update users set disabled_at = clock_timestamp(), since_change = ${tx.change}
      where tenant_id = ${tenant} and 'owner' = any(roles)`),
  );
  for (const name of ['signin-link', 'token-create'])
    await expect(
      command(name, ...(name === 'token-create' ? ['--name', 'command line'] : [])),
    ).rejects.toMatchObject({
      code: 'NO_OWNER',
      message: expect.stringMatching(/bin\/summit user enable "(Owner|Second)"/),
    });
  await command('user-enable', 'Second');
  expect(await command('signin-link')).toMatchObject({ user: { name: 'Second' } });
});
