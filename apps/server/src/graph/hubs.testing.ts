import { type Changing, runCommand } from '../change/command.ts';
import type { Context } from '../context.ts';
import { sql } from '../database/sql.ts';
import type { Asked } from './graphQueries.ts';

const dataset = '00000003-0000-4000-8000-000000000001';
export const hubId = (number: number) =>
  `${number.toString(16).padStart(8, '0')}-0000-4000-8000-000000000000`;
export const HUB = hubId(1_000_000);
export const OTHER = hubId(1_000_001);

/**
 * People 1 to `size` in the tenant of `ctx`, each with a link to HUB and every third one to OTHER. Each in a change of its own,
 * which `follow` gets: one is one transaction of Neo4j, which holds it in memory.
 */
export async function holdHubs(
  ctx: Context,
  size: number,
  follow: (change: number) => Promise<void>,
): Promise<Asked> {
  const { tenant } = ctx.scope;
  const at = (number: string) =>
    sql.raw(`(lpad(to_hex(${number}), 8, '0') || '-0000-4000-8000-000000000000')::uuid`);
  const fill = async (work: (tx: Changing) => Promise<unknown>) => {
    const { change } = await runCommand(ctx, { action: 'test.filled', timeoutMs: 25_000 }, async (tx) => {
      await work(tx);
    });
    await follow(change!);
  };
  const star = (kind: number, hub: string, every: number, type: string) => (tx: Changing) =>
    tx.execute(sql`
      insert into relationships (tenant_id, id, dataset_id, since_change, type, source_record, target_record, props, marking, digest)
      select ${tenant}, ${at(`n + ${kind} * 65536`)}, ${dataset}, ${tx.change}, ${type}, ${at('n')}, ${hub}, '{}', 1, ''
      from generate_series(1, ${size}::int, ${every}::int) n`);
  await fill(async (tx) => {
    await tx.execute(sql`insert into datasets (tenant_id, id, since_change, key, title)
      values (${tenant}, ${dataset}, ${tx.change}, 'star', 'Star')`);
    await tx.execute(sql`
      insert into records (tenant_id, id, dataset_id, since_change, schema, caption, props, marking, digest, tokens, countries)
      select ${tenant}::uuid, ${at('n')}, ${dataset}::uuid, ${tx.change}::bigint, case n % 1000 when 7 then 'Company' else 'Person' end, 'P', '{}'::jsonb, 1, ''::bytea, '{}'::text[], '{}'::text[]
      from generate_series(1, ${size}::int) n
      union all select ${tenant}::uuid, h, ${dataset}::uuid, ${tx.change}::bigint, 'Person', 'Hub', '{}', 1, '', '{}', '{}' from unnest(${[HUB, OTHER]}::uuid[]) h`);
  });
  await fill(star(1, HUB, 1, 'knows'));
  await fill(star(2, OTHER, 3, 'knows'));
  await fill(star(3, OTHER, 500, 'owns'));
  return { reader: { tenant, datasets: [dataset], clearance: 4 }, at: undefined };
}
