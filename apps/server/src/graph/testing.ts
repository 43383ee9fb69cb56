import { runCommand } from '../change/command.ts';
import type { Context } from '../context.ts';
import { sql } from '../database/sql.ts';
import { recluster } from '../judgement/cluster.ts';
import { CAPTION, type World } from './graphQueries.model.testing.ts';

/** Makes the tenant's tables hold exactly this world; rows that are as they should be are not written. */
export async function hold(ctx: Context, world: World): Promise<number | null> {
  const { tenant } = ctx.scope;
  const outcome = await runCommand(ctx, { action: 'test.became' }, async (tx) => {
    const put = async (table: string, rows: Record<string, unknown>[], content: string[]) => {
      const name = sql.identifier(table);
      const columns = ['id', ...content];
      const list = sql.raw(columns.join(', '));
      await tx.execute(
        sql`delete from ${name} where tenant_id = ${tenant} and not id = any(${rows.map((row) => row.id)}::uuid[])`,
      );
      await tx.execute(sql`
        insert into ${name} (tenant_id, since_change, ${list})
        select ${tenant}, ${tx.change}, ${list} from json_populate_recordset(null::${name}, ${JSON.stringify(rows)})
        on conflict (tenant_id, id) do update set since_change = excluded.since_change,
          ${sql.raw(content.map((each) => `${each} = excluded.${each}`).join(', '))}
        where ${sql.raw(`(${content.map((each) => `${table}.${each}`)}) is distinct from (${content.map((each) => `excluded.${each}`)})`)}`);
    };
    const fact = { props: {}, digest: '\\x00' };
    await put(
      'datasets',
      world.datasets.map((row) => ({ ...row, key: `d${row.id.slice(-2)}`, title: 'Set' })),
      ['key', 'title', 'marking'],
    );
    await put(
      'records',
      world.records.map(({ dataset, ...row }) => ({
        ...row,
        ...fact,
        dataset_id: dataset,
        caption: CAPTION,
        tokens: [],
        countries: [],
      })),
      ['dataset_id', 'schema', 'caption', 'props', 'marking', 'digest', 'tokens', 'countries'],
    );
    await put(
      'relationships',
      world.relationships.map(({ dataset, source, target, ...row }) => ({
        ...row,
        ...fact,
        dataset_id: dataset,
        source_record: source,
        target_record: target,
      })),
      [
        'dataset_id',
        'type',
        'source_record',
        'target_record',
        'directed',
        'reference',
        'props',
        'marking',
        'digest',
      ],
    );
    await put(
      'judgements',
      world.same.map(({ left, right }) => ({
        id: `${left.slice(-8)}-0000-4000-8000-${right.slice(-12)}`,
        left_record: left,
        right_record: right,
        verdict: 'same',
        made_by: ctx.actor.id,
      })),
      ['left_record', 'right_record', 'verdict', 'made_by'],
    );
    const touched = await tx.query<{ id: string }>(sql`
      select id from records where tenant_id = ${tenant} union select id from cluster_members where tenant_id = ${tenant}`);
    await recluster(
      tx,
      touched.map(({ id }) => id),
    );
  });
  return outcome.change;
}

/** The same ids as in the worlds, all linked and all open, in the hands of somebody else. */
export async function startNeighbour(ctx: Context, world: World): Promise<void> {
  const records = Array.from(
    { length: 9 },
    (_, number) => `00000001-0000-4000-8000-${String(number).padStart(12, '0')}`,
  );
  const open = { dataset: world.datasets[0]!.id, marking: 1 };
  await hold(ctx, {
    datasets: world.datasets,
    records: records.map((id) => ({ id, ...open, schema: 'Person' })),
    relationships: records.map((source, index) => ({
      id: `00000002-0000-4000-8000-${String(index).padStart(12, '0')}`,
      ...open,
      source,
      target: records[(index + 1) % records.length]!,
      type: 'knows',
      directed: false,
      reference: false,
    })),
    same: [{ left: records[0]!, right: records[8]! }],
  });
}
