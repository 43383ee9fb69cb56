import { createHash } from 'node:crypto';
import pg from 'pg';
import { expect, test } from 'vitest';
import { runCommand } from '../change/command.ts';
import { read, resolveMoment } from '../change/read.ts';
import { sql } from '../database/sql.ts';
import { startTenant, testDatabase } from '../database/testing.ts';
import { importTesting, shared } from '../import/testing.ts';
import { digest, digestAt } from './digest.queries.ts';
import { recompute } from './recompute.ts';

const database = await testDatabase();
const { bring } = await importTesting(database);
const now = async (ctx: Parameters<typeof digestAt>[0]) =>
  (await resolveMoment(ctx, { time: new Date() })).change;

test('content is the sum mod 2^256 of every digest and judgement, however it is sliced, now and as of then', async () => {
  const ctx = await startTenant(database.db);
  await bring(ctx, shared('ftm/entities/parteispenden.ftm.ndjson'));
  const { left, right } = (await read(ctx, undefined, (tx) =>
    tx.first<{ left: string; right: string }>(
      sql`select min(id::text) as left, max(id::text) as right from records where tenant_id = ${tx.reader.tenant}`,
    ),
  ))!;
  const before = { at: await now(ctx), digest: await read(ctx, undefined, (tx) => digest(tx)) };
  await runCommand(ctx, { action: 'judgement.recorded' }, (tx) =>
    tx.execute(sql`
      insert into judgements (tenant_id, id, since_change, left_record, right_record, verdict, made_by)
      values (${ctx.scope.tenant}, gen_random_uuid(), ${tx.change}, ${left}, ${right}, 'different', ${ctx.actor.id})`),
  );
  const stored = await read(ctx, undefined, (tx) =>
    tx.query<{ digest: string }>(sql`
      select encode(digest, 'hex') as digest from records where tenant_id = ${tx.reader.tenant}
      union all select encode(digest, 'hex') from relationships where tenant_id = ${tx.reader.tenant}`),
  );
  const judgement = createHash('sha256')
    .update(JSON.stringify([left, right, 'different']))
    .digest('hex');
  const sum = [...stored.map((row) => row.digest), judgement].reduce(
    (all, each) => all + BigInt(`0x${each}`),
    0n,
  );
  const expected = (sum % 2n ** 256n).toString(16).padStart(64, '0');

  const found = await read(ctx, undefined, (tx) => digest(tx));
  expect(found).toMatchObject({
    content: expected,
    records: 185,
    relationships: 291,
    references: 103,
    judgements: 1,
  });
  expect(await digestAt(ctx, await now(ctx))).toEqual(found);
  expect(await digestAt(ctx, before.at)).toEqual(before.digest);
  await expect(digestAt(ctx, undefined, 'no-such')).rejects.toMatchObject({ code: 'NOT_FOUND' });

  // Large tables are read in slices; the planner's guess of their size decides.
  const owner = new pg.Client({ connectionString: database.ownerUrl });
  await owner.connect();
  await owner.query(
    `select pg_restore_relation_stats('schemaname', 'summit', 'relname', 'records', 'reltuples', 9e6::real)`,
  );
  await owner.end();
  expect(await digestAt(ctx, await now(ctx))).toEqual(found);
});

test('recomputing finds a fact whose stored digest is not its own', async () => {
  const ctx = await startTenant(database.db);
  await bring(ctx, shared('stix/attack/mobile-attack-14.1.stix21.json.gz'), { format: 'stix' });
  expect(await recompute(ctx, undefined)).toMatchObject({ wrong: 0, ids: [] });
  const id = await runCommand(ctx, { action: 'test' }, async (tx) => {
    const row = await tx.first<{ id: string }>(sql`
      update records set since_change = ${tx.change}, caption = caption, digest = sha256('another')
      where tenant_id = ${ctx.scope.tenant} and id = (select id from records where tenant_id = ${ctx.scope.tenant} limit 1) returning id`);
    return row!.id;
  });
  expect(await recompute(ctx, undefined)).toMatchObject({ wrong: 1, ids: [id.result] });
});
