import pg from 'pg';
import { expect, test } from 'vitest';
import { read } from '../change/read.ts';
import type { Context } from '../context.ts';
import { joinTenant, startTenant, testDatabase } from '../database/testing.ts';
import type { RequestContext } from '../graphql/request.ts';
import { resolvers } from './projection.graphql.ts';
import { COUNTED_MOST, inSnapshot, lagOf } from './source.ts';
import { lagOfTenant, lagSeen, projectionStatus } from './status.queries.ts';

const { db, ownerUrl } = await testDatabase();

async function asOwner(...statements: string[]): Promise<void> {
  const owner = new pg.Client({ connectionString: ownerUrl });
  await owner.connect();
  try {
    for (const statement of statements) await owner.query(statement);
  } finally {
    await owner.end();
  }
}

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

test('whoever asks how the copies stand has the changes of one tenant counted, not of all', async () => {
  const ada = await startTenant(db);
  const ben = await joinTenant(ada, { roles: ['analyst'] });
  await change(ada, 2_000_000_000, 3);
  const lags = (ctx: Context) =>
    resolvers.Query.projections({}, {}, { ...ctx, projections: ['neo4j'] } as unknown as RequestContext);
  // Of all tenants: a count of what nobody is told.
  await asOwner('revoke execute on function projection.lag(bigint) from summit_app');
  try {
    for (const ctx of [ada, ben]) {
      const [lag] = await lags(ctx);
      expect(lag?.lagChanges).toBeGreaterThanOrEqual(3);
      expect(lag?.lagChanges).toBeLessThan(10);
      expect(lag?.lagIsExact).toBe(true);
      expect(lag?.lagSeconds).toBeGreaterThan(0);
    }
  } finally {
    await asOwner('grant execute on function projection.lag(bigint) to summit_app');
  }
});
