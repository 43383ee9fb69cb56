import { runCommand } from '../change/command.ts';
import type { Context } from '../context.ts';
import { sql } from '../database/sql.ts';
import { recordJudgement } from '../judgement/judgement.commands.ts';
import '../judgement/cluster.ts';

// An entity is called by its smallest record: the hub's links move to the twin.
export const HUB = 'ffffffff-0000-4000-8000-000000000001';
export const TWIN = '00000000-0000-4000-8000-000000000001';
export const HUB_DATASET = '10000000-0000-4000-8000-000000000001';

/** A hub with so many neighbours, linked in both directions, and a record that may be the same. */
export async function growHub(context: Context, links: number): Promise<Context> {
  const { tenant } = context.scope;
  await runCommand(context, { action: 'test.grew' }, async (tx) => {
    await tx.execute(sql`
      insert into datasets (tenant_id, id, since_change, key, title) values (${tenant}, ${HUB_DATASET}, ${tx.change}, 'hub', 'Hub')`);
    await tx.execute(sql`
      insert into records (tenant_id, id, since_change, dataset_id, schema, caption, props, marking, digest, tokens, countries)
      select ${tenant}, id, ${tx.change}, ${HUB_DATASET}, 'Person', 'It', '{}', 1, '\\x00', '{}', '{}' from (
        select md5('n' || n)::uuid from generate_series(1, ${links}::int) n union all values (${HUB}::uuid), (${TWIN}::uuid)) r (id)`);
    await tx.execute(sql`
      insert into relationships (tenant_id, id, since_change, dataset_id, type, source_record, target_record, props, marking, digest)
      select ${tenant}, md5('l' || n)::uuid, ${tx.change}, ${HUB_DATASET}, 'Family',
             case when n % 2 = 0 then ${HUB}::uuid else md5('n' || n)::uuid end,
             case when n % 2 = 0 then md5('n' || n)::uuid else ${HUB}::uuid end, '{}', 1, '\\x00'
      from generate_series(1, ${links}::int) n`);
  });
  return context;
}

export const mergeHub = (context: Context) =>
  recordJudgement(context, { left: HUB, right: TWIN, verdict: 'same', reason: 'one and the same' });
