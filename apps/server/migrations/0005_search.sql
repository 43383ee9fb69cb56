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

create function search.learn_words(words text[]) returns void language plpgsql security definer set search_path = '' as $$
begin
  -- Grouped by hashes: to sort the words of a batch cost a ninth of an import.
  words := array(select t collate "C" from unnest(words) t where t not like 'i:%' group by 1);
  if cardinality(words) > 0 then
    perform search.learn(summit.tenant(), words);
  end if;
end $$;
revoke all on function search.learn_words from public;

-- Three triggers keep the documents of records: one of each version that differs in what is searched for. `until_change` is
-- null for the one that stands.
create function search.records_inserted() returns trigger language plpgsql security definer set search_path = '' as $$
begin
  insert into search.documents
    (tenant_id, record_id, since_change, dataset_id, marking, revoked, schema, countries, first_date, last_date, token_ids)
  select n.tenant_id, n.id, n.since_change, n.dataset_id, n.marking, n.revoked, n.schema, n.countries, n.first_date, n.last_date,
         array(select search.token_id(n.tenant_id, t) from unnest(n.tokens) t)
  from new_rows n;
  perform search.learn_words(array(select t from new_rows n, unnest(n.tokens) t));
  return null;
end $$;

create function search.records_deleted() returns trigger language plpgsql security definer set search_path = '' as $$
declare
  current bigint := summit.require_change();
  gone uuid[] := array(select id from old_rows);
begin
  -- A row that this change wrote leaves no trace.
  delete from search.documents d
  where d.tenant_id = summit.tenant() and d.record_id = any(gone) and d.until_change is null and d.since_change = current;
  update search.documents d set until_change = current
  where d.tenant_id = summit.tenant() and d.record_id = any(gone) and d.until_change is null;
  return null;
end $$;

-- The two sides of an update are of one size and have no index: they are hashed, whatever an import says of its own joins.
create function search.records_updated() returns trigger language plpgsql security definer
set search_path = '' set enable_hashjoin = on as $$
declare
  current bigint := summit.require_change();
  -- Most changes of a record change nothing that is searched for, and a document costs as much as its record.
  moved uuid[] := array(
    select n.id from new_rows n join old_rows o on o.id = n.id
    where (n.dataset_id, n.marking, n.revoked, n.schema, n.countries, n.first_date, n.last_date, n.tokens)
      is distinct from (o.dataset_id, o.marking, o.revoked, o.schema, o.countries, o.first_date, o.last_date, o.tokens));
begin
  if cardinality(moved) = 0 then
    return null;
  end if;
  -- Written twice by one change: what the first write left.
  delete from search.documents d
  where d.tenant_id = summit.tenant() and d.record_id = any(moved) and d.until_change is null and d.since_change = current;
  update search.documents d set until_change = current
  where d.tenant_id = summit.tenant() and d.record_id = any(moved) and d.until_change is null;
  insert into search.documents
    (tenant_id, record_id, since_change, dataset_id, marking, revoked, schema, countries, first_date, last_date, token_ids)
  select n.tenant_id, n.id, n.since_change, n.dataset_id, n.marking, n.revoked, n.schema, n.countries, n.first_date, n.last_date,
         array(select search.token_id(n.tenant_id, t) from unnest(n.tokens) t)
  from new_rows n where n.id = any(moved);
  perform search.learn_words(array(select t from new_rows n, unnest(n.tokens) t where n.id = any(moved)));
  return null;
end $$;

create trigger search_inserted after insert on summit.records referencing new table as new_rows
  for each statement execute function search.records_inserted();
create trigger search_updated after update on summit.records referencing old table as old_rows new table as new_rows
  for each statement execute function search.records_updated();
create trigger search_deleted after delete on summit.records referencing old table as old_rows
  for each statement execute function search.records_deleted();
