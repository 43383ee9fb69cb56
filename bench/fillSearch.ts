import type pg from 'pg';

/** Fills the search tables from records that were copied without triggers. As the owner, for scratch databases only. */
export async function fillSearch(client: pg.Client, tenant: string): Promise<void> {
  const { rows } = await client.query<{ definition: string; name: string }>(
    `select indexdef as definition, schemaname || '.' || indexname as name from pg_indexes
     where schemaname = 'search' and indexdef like '%USING gin%'`,
  );
  for (const { name } of rows) await client.query(`drop index ${name}`);
  await client.query(
    `insert into search.documents (tenant_id, record_id, since_change, dataset_id, marking, revoked, schema, countries,
                                   first_date, last_date, token_ids)
     select tenant_id, id, since_change, dataset_id, marking, revoked, schema, countries, first_date, last_date,
            array(select search.token_id(tenant_id, t) from unnest(tokens) t)
     from summit.records where tenant_id = $1
     on conflict do nothing`,
    [tenant],
  );
  await client.query(
    `select search.learn($1, array_agg(t)) from (
       select distinct t from summit.records, unnest(tokens) t where tenant_id = $1 and t not like 'i:%') words`,
    [tenant],
  );
  for (const { definition } of rows) await client.query(definition);
  await client.query('vacuum (analyze) search.documents, search.vocabulary');
}
