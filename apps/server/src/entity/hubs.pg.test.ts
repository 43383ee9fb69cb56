import { expect, test } from 'vitest';
import { runCommand } from '../change/command.ts';
import { read } from '../change/read.ts';
import type { Context } from '../context.ts';
import { sql } from '../database/sql.ts';
import { startTenant, testDatabase } from '../database/testing.ts';
import { uuidv7 } from '../ids.ts';
import { as, writeWorld } from '../judgement/worlds.testing.ts';
import { countAllLinks } from './hubs.ts';

const { db } = await testDatabase();

test('a hub’s counts follow every change, reader and moment, remembered or not', async () => {
  const ctx = await startTenant(db);
  const [hub, ...others] = Array.from({ length: 2_101 }, () => uuidv7()).sort();
  const record = (id: string, marking = 0) => ({ id, dataset: 'red', schema: 'Person', marking, props: {} });
  const link = (target: string) => ({
    ...record(uuidv7()),
    type: 'knows',
    source: hub!,
    target,
    directed: true,
    reference: false,
  });
  await writeWorld(ctx, {
    datasets: [{ key: 'red', marking: 0 }],
    records: [record(hub!), record(others[0]!, 4), ...others.slice(1).map((id) => record(id))],
    links: others.map(link),
    judgements: [],
  });
  const count = (reader: Context, at?: number) =>
    read(reader, at, async (tx) => (await countAllLinks(tx, [hub!]))[0]?.count);
  const low = as(ctx, { datasets: ['red'], clearance: 0 });
  expect([await count(ctx), await count(ctx), await count(low)]).toEqual([2_100, 2_100, 2_099]);

  const { change } = await runCommand(ctx, { action: 'test' }, (tx) =>
    tx.execute(sql`delete from records where tenant_id = ${ctx.scope.tenant} and id = ${others[1]}`),
  );
  expect([await count(ctx), await count(ctx), await count(low)]).toEqual([2_099, 2_099, 2_098]);
  expect([await count(ctx, change! - 1), await count(ctx, change! - 1)]).toEqual([2_100, 2_100]);
});
