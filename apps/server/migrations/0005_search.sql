-- Search tables: no row-level security, no rights for the app role. Written by a trigger in the batch's own transaction, read by
-- search.find alone (0012). Text and array operators are not leakproof: under row-level security their indexes would be skipped.

create schema search;
revoke all on schema search from public;
grant usage on schema search to summit_app;

create table search.documents (
  tenant_id uuid not null,
  record_id uuid not null,
  since_change bigint not null,
  until_change bigint,
  dataset_id uuid not null,
  marking smallint not null,
  revoked boolean not null,
  schema text not null,
  countries text[] not null,
  first_date date,
  last_date date,
  -- Hashes of (tenant, token): a posting list belongs to one tenant
  token_ids bigint[] not null,
  primary key (tenant_id, record_id, since_change)
) with (fillfactor = 90);

-- Each word is kept with its keys: itself and every string that lacks one of its letters, hashed with the tenant. Two words
-- that a typing error turns into one another share a key, so they are found by equality. (As rows of a btree table the keys of
-- 100,000 words took 9.6 s to write and twice the room; here, with the words, 5.6 s.)
create table search.vocabulary (
  tenant_id uuid not null,
  token text collate "C" not null,
  keys bigint[] not null,
  primary key (tenant_id, token)
);

create function search.token_id(tenant uuid, token text) returns bigint language sql immutable parallel safe
  return hashtextextended(tenant::text || token, 0);

create index vocabulary_keys on search.vocabulary using gin (keys) with (fastupdate = off);
-- Every search reads the pending list: 5.6 MB of it made one take 102 ms instead of 9. Without one writing costs 1.4 times as much.
create index documents_tokens on search.documents using gin (token_ids) with (gin_pending_list_limit = 256);

create function search.deletion_keys(token text) returns setof text language sql immutable parallel safe as $$
  select token
  union
  select left(token, i - 1) || substr(token, i + 1) from generate_series(1, length(token)) i where length(token) between 4 and 32
$$;

create function search.learn(tenant uuid, words text[]) returns void language sql volatile security definer set search_path = '' as $$
  insert into search.vocabulary (tenant_id, token, keys)
  select tenant, w, array(select search.token_id(tenant, k) from search.deletion_keys(w) k)
  from unnest(words) w
  where not exists (select from search.vocabulary v where v.tenant_id = tenant and v.token = w collate "C")
  order by w
  on conflict do nothing
$$;
revoke all on function search.learn from public;

create function search.records_written() returns trigger language plpgsql security definer set search_path = '' as $$
declare
  tenant uuid := summit.tenant();
  words text[];
begin
  if tg_op = 'UPDATE' then
    -- Written twice by one change: what the first write left.
    delete from search.documents d using new_rows n
    where d.tenant_id = n.tenant_id and d.record_id = n.id and d.since_change = n.since_change;
  end if;
  insert into search.documents
    (tenant_id, record_id, since_change, dataset_id, marking, revoked, schema, countries, first_date, last_date, token_ids)
  select n.tenant_id, n.id, n.since_change, n.dataset_id, n.marking, n.revoked, n.schema, n.countries, n.first_date, n.last_date,
         array(select search.token_id(n.tenant_id, t) from unnest(n.tokens) t)
  from new_rows n;

  -- Grouped by hashes: to sort the words of a batch cost a ninth of an import.
  select array_agg(word) into words
  from (select t collate "C" as word from new_rows n, unnest(n.tokens) t where t not like 'i:%' group by 1) each;
  if words is not null then
    perform search.learn(tenant, words);
  end if;
  return null;
end $$;

create function search.records_closed() returns trigger language plpgsql security definer set search_path = '' as $$
declare
  current bigint := summit.require_change();
begin
  -- Drives from the changed rows by primary key; a row that this change wrote leaves no trace.
  update search.documents d set until_change = current
  from old_rows o
  where d.tenant_id = o.tenant_id and d.record_id = o.id and d.since_change = o.since_change and o.since_change < current;
  delete from search.documents d using old_rows o
  where d.tenant_id = o.tenant_id and d.record_id = o.id and d.since_change = o.since_change and o.since_change = current
    and tg_op = 'DELETE';
  return null;
end $$;

create trigger search_inserted after insert on summit.records referencing new table as new_rows
  for each statement execute function search.records_written();
create trigger search_updated after update on summit.records referencing new table as new_rows
  for each statement execute function search.records_written();
create trigger search_closed after update on summit.records referencing old table as old_rows
  for each statement execute function search.records_closed();
create trigger search_deleted after delete on summit.records referencing old table as old_rows
  for each statement execute function search.records_closed();
