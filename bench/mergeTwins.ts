import { randomUUID } from 'node:crypto';
import { pipeline } from 'node:stream/promises';
import pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { identifier } from '../apps/server/src/import/identify.ts';
import { twins } from './generated.ts';

/** Merges the twins that the generator planted, as that many judgements of `user` would. Bulk, without triggers: for scratch databases only. */
export async function mergeTwins(
  ownerUrl: string,
  { tenant, user, folder, datasetKey }: { tenant: string; user: string; folder: string; datasetKey: string },
): Promise<void> {
  const id = identifier(datasetKey);
  const groups = [...(await twins(folder)).values()].map((ids) =>
    ids.map((each) => id('record', each)).sort(),
  );
  const client = new pg.Client({ connectionString: ownerUrl });
  await client.connect();
  await client.query(`set summit.tenant = '${tenant}'; set search_path = summit`);
  await client.query('begin isolation level repeatable read');
  const { rows } = await client.query<{ id: string }>(
    `insert into changes (tenant_id, actor_id, action, id, tx, at) values ($1, $2, 'bench.merged', 0, '0', now()) returning id`,
    [tenant, user],
  );
  const change = rows[0]!.id;
  const found = await client.query<{ id: string }>(
    'select id from datasets where tenant_id = $1 and key = $2',
    [tenant, datasetKey],
  );
  const dataset = found.rows[0]!.id;
  const copy = async (table: string, columns: string, lines: string[]) => {
    await client.query(
      `alter table ${table} no force row level security; alter table ${table} disable trigger user`,
    );
    await pipeline([lines.join('')], client.query(copyFrom(`copy ${table} (${columns}) from stdin`)));
    await client.query(
      `alter table ${table} force row level security; alter table ${table} enable trigger user`,
    );
  };
  await copy(
    'judgements',
    'tenant_id, id, since_change, left_record, right_record, verdict, made_by',
    groups.flatMap((group) =>
      group
        .slice(1)
        .map((right) => `${tenant}\t${randomUUID()}\t${change}\t${group[0]}\t${right}\tsame\t${user}\n`),
    ),
  );
  await copy(
    'cluster_members',
    'tenant_id, id, since_change, cluster_id',
    groups.flatMap((group) => group.map((member) => `${tenant}\t${member}\t${change}\t${group[0]}\n`)),
  );
  await copy(
    'clusters',
    'tenant_id, id, since_change, dataset_ids, marking, size',
    groups.map((group) => `${tenant}\t${group[0]}\t${change}\t{${dataset}}\t1\t${group.length}\n`),
  );
  await client.query('commit');
  await client.query('analyze judgements, cluster_members, clusters');
  await client.end();
}
