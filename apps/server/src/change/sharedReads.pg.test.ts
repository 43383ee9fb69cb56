import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { Context } from '../context.ts';
import { sql } from '../database/sql.ts';
import { startTenant, testDatabase } from '../database/testing.ts';
import { createInvestigation } from '../investigation/investigation.commands.ts';
import { type At, type Reading, read } from './read.ts';
import { SharedReads } from './sharedReads.ts';

const { db } = await testDatabase(2);

const asking = (ctx: Context): Context => ({ ...ctx, sharedReads: new SharedReads() });
const connectionOf = (tx: Reading) => tx.first<{ pid: number }>(sql`select pg_backend_pid() as pid`);
const titlesOf = (ctx: Context, at?: At) =>
  read(ctx, at, (tx) =>
    tx.query<{ title: string }>(
      sql`select title from investigations where tenant_id = ${ctx.scope.tenant} order by title`,
    ),
  ).then((rows) => rows.map(({ title }) => title));

async function isGivenBack(): Promise<void> {
  const deadline = Date.now() + 5_000;
  while (db.reads.idleCount < db.reads.totalCount) {
    if (Date.now() > deadline) throw new Error('a connection is still held');
    await delay(5);
  }
}

test('reads of one question share a connection and a snapshot, and give it back when nobody reads', async () => {
  const ctx = await startTenant(db);
  await createInvestigation(ctx, { title: 'One' });
  const question = asking(ctx);
  const [first, second] = await Promise.all([
    read(question, undefined, async (tx) => {
      await titlesOf(question);
      // Committed while the question is being answered: its other reads do not see it.
      await createInvestigation(ctx, { title: 'Two' });
      return [await connectionOf(tx), await titlesOf(question)];
    }),
    read(question, undefined, async (tx) => [await connectionOf(tx), ['One']]),
  ]);
  expect(first).toEqual(second);
  await isGivenBack();
  expect(await titlesOf(question)).toEqual(['One', 'Two']);
  await isGivenBack();
});

test('what Postgres refuses to one read disturbs no other', async () => {
  const question = asking(await startTenant(db));
  const refused = read(question, undefined, (tx) => tx.query(sql`select 1 / 0`));
  const others = [1, 2, 3].map((n) =>
    read(question, undefined, (tx) => tx.first<{ n: number }>(sql`select ${n}::int as n`)),
  );
  await expect(refused).rejects.toMatchObject({ code: '22012' });
  expect(await Promise.all(others)).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }]);
  await isGivenBack();
});

test('moments are read apart, and more questions than connections wait for one another', async () => {
  const ctx = await startTenant(db);
  const { change } = await createInvestigation(ctx, { title: 'One' });
  await createInvestigation(ctx, { title: 'Two' });
  const answers = await Promise.all(
    Array.from({ length: 20 }, async () => {
      const question = asking(ctx);
      const answer = await Promise.all([titlesOf(question), titlesOf(question, change!)]);
      return [...answer, await titlesOf(question)];
    }),
  );
  for (const answer of answers) expect(answer).toEqual([['One', 'Two'], ['One'], ['One', 'Two']]);
  await isGivenBack();
});
