-- The only door to read the search tables. It answers as the reader: tenant, datasets and clearance are part of every look-up,
-- and nothing that it returns, no bound and no order, depends on what the reader does not see.

/* Words that a typing error may have turned `word` into: they share a deletion key with it. Numbers are taken as written. */
create function search.similar_words(tenant uuid, word text) returns setof text language sql stable as $$
  select v.token from search.vocabulary v
  where length(word) >= 3 and word !~ '^[0-9]+$' and (v.tenant_id = tenant) is true
    and v.keys && array(select search.token_id(tenant, k) from search.deletion_keys(word) k)
$$;

/* Up to `most` words that begin so and stand in something the reader sees; one more says that there are more. */
create function search.words_beginning(tenant uuid, datasets uuid[], clearance int, beginning text, most int) returns text[]
language plpgsql stable as $$
declare
  found text[];
  seen text[] := '{}';
  last text := '';
begin
  -- '{' follows 'z', the last character that a word can have.
  loop
    select array_agg(token) into found from (
      select token from search.vocabulary v
      where v.tenant_id = tenant and v.token >= beginning collate "C" and v.token < (beginning || '{') collate "C"
        and v.token > last collate "C"
      order by token limit most + 1) few;
    if last = '' and coalesce(cardinality(found), 0) <= most then
      return found;
    end if;
    -- More than fit: which ones are taken must not depend on words that stand only in what the reader does not see.
    seen := seen || array(
      select token from unnest(found) token
      where exists (
        select from search.documents d
        where d.token_ids @> array[search.token_id(tenant, token)] and (d.tenant_id = tenant) is true
          and d.dataset_id = any(datasets) and d.marking <= clearance and d.until_change is null)
      order by token collate "C");
    exit when cardinality(seen) > most or coalesce(cardinality(found), 0) <= most;
    last := found[cardinality(found)];
  end loop;
  return seen[1:most + 1];
end $$;

/* Every way to meet `size` of the conditions, each joined by and. */
create function search.combinations(conditions text[], size int) returns setof text language sql immutable as $$
  with recursive chosen as (
    select 0 as last, array[]::text[] as picked
    union all
    select i, picked || conditions[i] from chosen, generate_series(last + 1, cardinality(conditions)) i
    where cardinality(picked) < size
  )
  select array_to_string(picked, ' and ') from chosen where size > 0 and cardinality(picked) = size
$$;

/*
 * words: one token each, the last also as a beginning when `unfinished`. identifiers: 'i:…' tokens, any of which suffices.
 * as_of: a change, or null for now. known_records and known_keys group records of clusters that the reader sees in part.
 * Answers { candidates, total, words, cut, revoked, torn: [record], hits: [[record]], facets: [[name, value, count]] };
 * hits are entities, those with an identifier first, then those with every word as typed, then the shortest.
 */
create function search.find(
  tenant uuid, datasets uuid[], clearance int, as_of bigint,
  words text[], unfinished boolean, identifiers text[],
  schemas text[], only_datasets uuid[], countries text[], first_date date, last_date date, with_revoked boolean,
  known_records uuid[], known_keys uuid[],
  skip int, take int
) returns jsonb
language plpgsql stable security definer set search_path = '' set enable_seqscan = off as $find$
declare
  candidates_most constant int := 10000;
  beginnings_most constant int := 100;
  groups text[] := '{}';
  ids bigint[];
  more text[];
  exact_ids bigint[];
  identifier_ids bigint[];
  need int := coalesce(cardinality(words), 0);
  fewest int;
  matching text;
  standing text;
  membership text;
  cut boolean := false;
  answer jsonb;
begin
  if tenant is distinct from summit.tenant() then
    raise exception 'not this tenant' using errcode = '42501';
  end if;

  for i in 1 .. need loop
    more := '{}';
    if i = need and unfinished then
      more := coalesce(search.words_beginning(tenant, datasets, clearance, words[i], beginnings_most), '{}');
      if cardinality(more) > beginnings_most then
        cut := true;
        more := more[1:beginnings_most];
      end if;
    end if;
    select array_agg(distinct search.token_id(tenant, token)) into ids from (
      select words[i] as token union all select unnest(more) union all select search.similar_words(tenant, words[i])
    ) alternatives;
    groups := groups || format('d.token_ids && %L::bigint[]', ids);
  end loop;
  select coalesce(array_agg(search.token_id(tenant, token)), '{}') into exact_ids from unnest(words) token;
  select coalesce(array_agg(search.token_id(tenant, token)), '{}') into identifier_ids from unnest(identifiers) token;

  standing := case when as_of is null then 'd.until_change is null' else format(
    'd.since_change <= %1$s and coalesce(d.until_change > %1$s, true) and (
       select n.marking from search.documents n where n.tenant_id = d.tenant_id and n.record_id = d.record_id
       order by n.since_change desc limit 1) <= $3', as_of) end;
  membership := format(
    'select m.id, m.cluster_id, c.dataset_ids <@ $2 and c.marking <= $3 as whole
     from %1$I.cluster_members m join %1$I.clusters c on c.tenant_id = $1 and c.id = m.cluster_id
     where m.tenant_id = $1 and m.id = any(array(select record_id from found))', case when as_of is null then 'summit' else 'as_of' end);

  -- All words; when nothing has them all, all but one, then all but two.
  fewest := greatest(need - 2, least(need, 1));
  loop
    select string_agg('(' || combination || ')', ' or ') into matching from search.combinations(groups, need) combination;
    if cardinality(identifier_ids) > 0 then
      matching := concat_ws(' or ', matching, format('d.token_ids && %L::bigint[]', identifier_ids));
    end if;

    execute format($query$
      with found as materialized (
        select d.record_id, d.schema, d.dataset_id, d.countries, d.revoked, cardinality(d.token_ids) as size,
               d.token_ids @> $4 as exact, d.token_ids && $5 as identified
        from search.documents d
        -- Written so that no index of the tenant's rows is tried: token ids belong to one tenant already.
        where (d.tenant_id = $1) is true and d.dataset_id = any($2) and d.marking <= $3 and (%1$s) and %2$s
          and ($6 is null or d.schema = any($6)) and ($7 is null or d.dataset_id = any($7))
          and ($8 is null or d.countries && $8)
          and ($9 is null or d.last_date >= $9) and ($10 is null or d.first_date <= $10)
        limit $14 + 1
      ), grouped as materialized (
        -- key: of the entity, where the reader sees more than one record of it; most records stand alone, and cost less so
        select f.*, coalesce(k.key, case when m.whole then m.cluster_id end) as key,
               k.key is null and not coalesce(m.whole, true) as torn
        from found f
        left join (%3$s) m on m.id = f.record_id
        left join unnest($12::uuid[], $13::uuid[]) k (record, key) on k.record = f.record_id
        where $11 or not f.revoked
      ), entities as (
        select identified, exact, size, record_id as first, array[record_id] as records from grouped where key is null
        union all
        select bool_or(identified), bool_or(exact), min(size), (array_agg(record_id order by record_id))[1],
               array_agg(record_id order by exact desc, size, record_id)
        from grouped where key is not null group by key
      ), page as (
        select records, row_number() over () as place from (
          select records from entities order by identified desc, exact desc, size, first offset $15 limit $16) ordered
      ), facets as (
        select 'schema' as name, schema as value, count(*) filter (where key is null) + count(distinct key) as count
        from grouped group by schema
        union all
        select 'dataset', dataset_id::text, count(*) filter (where key is null) + count(distinct key)
        from grouped group by dataset_id
        union all
        select 'country', country, count(*) filter (where key is null) + count(distinct key)
        from grouped, unnest(countries) country group by country
      )
      select jsonb_build_object(
        'candidates', (select count(*) from found),
        'total', (select count(*) filter (where key is null) + count(distinct key) from grouped),
        'revoked', (select count(*) from found where revoked and not $11),
        'torn', (select coalesce(jsonb_agg(record_id), '[]') from grouped where torn),
        'hits', (select coalesce(jsonb_agg(to_jsonb(records[1:20]) order by place), '[]') from page),
        'facets', (select coalesce(jsonb_agg(jsonb_build_array(name, value, count) order by count desc, value), '[]') from facets))
      $query$, coalesce(matching, 'true'), standing, membership)
    into answer
    using tenant, datasets, clearance, exact_ids, identifier_ids, schemas, only_datasets, countries, first_date, last_date,
          with_revoked, known_records, known_keys, candidates_most, skip, take;

    answer := answer || jsonb_build_object('cut', cut, 'words', need);
    exit when (answer ->> 'total')::int > 0 or need <= fewest;
    need := need - 1;
  end loop;
  return answer;
end $find$;

revoke all on all functions in schema search from public;
grant execute on function search.find to summit_app;
