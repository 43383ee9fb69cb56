import pg from 'pg';
import { expect, test } from 'vitest';
import { read } from '../change/read.ts';
import type { Context } from '../context.ts';
import { startTenant, testDatabase } from '../database/testing.ts';
import { COUNTED_MOST, inSnapshot, lagOf } from './source.ts';
import { lagOfTenant, lagSeen, projectionStatus } from './status.queries.ts';

const { db, ownerUrl } = await testDatabase();

/** Changes that everybody of the tenant is told of, without the commands that would make so many. */
async function change({ scope: { tenant }, actor }: Context, from: number, count: number): Promise<void> {
  const owner = new pg.Client({ connectionString: ownerUrl });
  await owner.connect();
  try {
    await owner.query(
      `begin; alter table summit.changes disable trigger begins; set local summit.tenant = '${tenant}'`,
    );
    await owner.query(
      `insert into summit.changes (tenant_id, id, tx, at, actor_id, action, summary, targets)
       select $1::uuid, $2::bigint + n, '1', now(), $3::uuid, 'test.said', 'It', jsonb_build_array(jsonb_build_object('kind', 'tenant', 'id', $1::text))
       from generate_series(1, $4::int) n`,
      [tenant, from, actor.id, count],
    );
    await owner.query('alter table summit.changes enable trigger begins; commit');
  } finally {
    await owner.end();
  }
}

test('what was not counted is not passed over in silence, whoever asks', async () => {
  const ctx = await startTenant(db);
  const other = await startTenant(db);
  const first = 1_000_000_000;
  const position = first - 1;
  const seen = () => read(ctx, undefined, (tx) => lagSeen(tx, position));
  const all = () => read(ctx, undefined, (tx) => lagOfTenant(tx, ctx.scope.tenant, position));
  expect(await seen()).toEqual({ changes: 0, isExact: true, seconds: 0 });

  await change(ctx, first, 2_000);
  await change(other, first + 2_000, 5);
  expect(await seen()).toMatchObject({ changes: 2_000, isExact: true });
  expect(await all()).toMatchObject({ changes: 2_000, isExact: true });

  await change(ctx, first + 3_000, 1);
  expect(await seen()).toMatchObject({ changes: 2_000, isExact: false });
  expect(await all()).toMatchObject({ changes: 2_001, isExact: true });
  const whole = await inSnapshot(db, (tx) => lagOf(tx, position));
  expect(whole).toMatchObject({ changes: 2_006, isExact: true });
  expect(await projectionStatus(db, 'neo4j')).toMatchObject({ lagIsExact: true });

  await change(ctx, first + 4_000, COUNTED_MOST);
  expect(await all()).toMatchObject({ changes: COUNTED_MOST, isExact: false });
  expect(await projectionStatus(db, 'neo4j')).toMatchObject({ lagChanges: COUNTED_MOST, lagIsExact: false });
});
