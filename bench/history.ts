import pg from 'pg';

/**
 * Gives rows of records and relationships earlier versions, as that many changes would have: `share` of the rows, `times`
 * over. Bulk, without triggers: for scratch databases only. Answers with the change before the first of them.
 */
export async function rewrite(
  ownerUrl: string,
  tenant: string,
  user: string,
  { share, times }: { share: number; times: number },
): Promise<number> {
  const client = new pg.Client({ connectionString: ownerUrl });
  await client.connect();
  await client.query(`set summit.tenant = '${tenant}'; set search_path = summit`);
  const before = await client.query<{ id: string }>(
    'select max(id) as id from changes where tenant_id = $1',
    [tenant],
  );
  const upTo = `${Math.round(share * 0xffff)
    .toString(16)
    .padStart(4, '0')}0000-0000-0000-0000-000000000000`;
  for (let time = 0; time < times; time++) {
    await client.query('begin isolation level repeatable read');
    const { rows } = await client.query<{ id: string }>(
      `insert into changes (tenant_id, actor_id, action, id, tx, at) values ($1, $2, 'bench.rewritten', 0, '0', now()) returning id`,
      [tenant, user],
    );
    for (const table of ['records', 'relationships']) {
      const { rows: found } = await client.query<{ columns: string }>(
        `select string_agg(quote_ident(attname), ', ' order by attnum) as columns
         from pg_attribute where attrelid = $1::regclass and attnum > 0 and not attisdropped`,
        [table],
      );
      const { columns } = found[0]!;
      await client.query(
        `alter table ${table} disable trigger user; alter table history.${table} no force row level security`,
      );
      await client.query(
        `insert into history.${table} (${columns}, until_change)
         select ${columns}, $2::bigint from ${table} where tenant_id = $1 and id < $3::uuid`,
        [tenant, rows[0]!.id, upTo],
      );
      await client.query(`update ${table} set since_change = $2 where tenant_id = $1 and id < $3::uuid`, [
        tenant,
        rows[0]!.id,
        upTo,
      ]);
      await client.query(
        `alter table ${table} enable trigger user; alter table history.${table} force row level security`,
      );
    }
    await client.query('commit');
  }
  await client.query('vacuum (analyze) records, relationships, history.records, history.relationships');
  await client.end();
  return Number(before.rows[0]!.id);
}
