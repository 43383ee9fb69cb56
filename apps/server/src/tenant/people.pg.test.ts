import { expect, test } from 'vitest';
import { runCommand } from '../change/command.ts';
import { read } from '../change/read.ts';
import { sql } from '../database/sql.ts';
import { joinTenant, startTenant, testDatabase } from '../database/testing.ts';
import { listPeople } from './people.queries.ts';

const { db } = await testDatabase();

test('people of the tenant who may sign in are listed by name, nobody of another tenant', async () => {
  const ctx = await startTenant(db);
  const other = await startTenant(db);
  await joinTenant(other, { name: 'Zed Elsewhere' });
  await joinTenant(ctx, { name: 'Ada Lind' });
  const gone = await joinTenant(ctx, { name: 'Gone Lind' });
  await runCommand(ctx, { action: 'user.disabled' }, (tx) =>
    tx.execute(sql`
      update users set disabled_at = now(), since_change = ${tx.change}
      where tenant_id = ${ctx.scope.tenant} and id = ${gone.actor.id}`),
  );
  const names = async (name: string, first = 50) =>
    (await read(ctx, undefined, (tx) => listPeople(tx, name, first))).map((person) => person.name);
  expect(await names('')).toEqual(['Ada Lind', ctx.actor.name].sort());
  expect(await names('LIND')).toEqual(['Ada Lind']);
  expect(await names('%')).toEqual([]);
  expect(await names('', 1)).toHaveLength(1);
});
