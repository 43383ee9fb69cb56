-- What a projection of the log into another store reads: rows of all tenants as of a change. The functions of schema
-- `projection` are the one door across the tenant wall for it; they write nothing. What stands in the store: SPEC.md beside
-- the projector.

create schema projection;
grant usage on schema projection to summit_app;

-- The owner looks across tenants, in the functions below.
create policy projection on summit.datasets for select to current_user using (true);
create policy projection on summit.records for select to current_user using (true);
create policy projection on summit.relationships for select to current_user using (true);
create policy projection on summit.cluster_members for select to current_user using (true);
create policy projection on history.records for select to current_user using (true);
create policy projection on history.relationships for select to current_user using (true);
create policy projection on history.cluster_members for select to current_user using (true);

-- Who follows all tenants at once reads the log in its order.
create index changes_in_order on summit.changes (id);

-- Who may write to the store, and what it says of itself. One row a store; of the facts of no tenant.
create table operations.projections (
  name text primary key,
  -- Rises with each holder; the store refuses a lower one.
  fence bigint not null default 0,
  owner text,
  until timestamptz,
  paused boolean not null default false,
  -- Rebuilds asked for and begun, by number.
  rebuilds_asked int not null default 0,
  rebuilds_begun int not null default 0,
  state text not null default 'waiting',
  generation int,
  position bigint,
  -- Of a generation that is being filled: { done, of } rows.
  progress jsonb,
  -- A code, where something is wrong.
  problem text,
  told_at timestamptz
);
grant select, insert, update on operations.projections to summit_app;

/* A change as a cursor remembers it: a restored log may hold another one under the same id. */
create function projection.anchor(change summit.changes) returns text language sql stable
return change.tenant_id || ':' || (extract(epoch from change.at) * 1000000)::bigint;

/* Where the log stands: what lies below the horizon, and whether the change that a cursor names is the one it remembers. */
create function projection.log(after bigint, anchored text)
returns table (horizon bigint, head bigint, head_anchor text, epoch text, stands boolean)
language plpgsql stable security definer set search_path = '' as $$
declare
  edge bigint := summit.horizon();
begin
  return query
    select edge, coalesce(top.id, 0), coalesce(top.anchor, ''),
           (select e.system_identifier || '/' || e.id from operations.epochs e order by e.id desc limit 1),
           after = 0 or exists (select from summit.changes c where c.id = after and projection.anchor(c) = anchored)
    from (select) one left join lateral (
      select c.id, projection.anchor(c) as anchor from summit.changes c where c.id < edge order by c.id desc limit 1
    ) top on true;
end $$;

/* How many changes stand above a cursor (up to 100,000 are counted), and for how long the oldest has. */
create function projection.lag(after bigint) returns table (changes bigint, seconds double precision)
language sql stable security definer set search_path = '' as $$
  select count(*), coalesce(greatest(extract(epoch from clock_timestamp() - min(n.at)), 0), 0)::float8
  from (select c.at from summit.changes c where c.id > after order by c.id limit 100000) n
$$;

/* The next batch: the changes above the cursor and below the horizon, up to so many rows of theirs, one change at least. */
create function projection.next(after bigint, most int)
returns table (upto bigint, anchor text, changes bigint, row_count bigint, waited double precision)
language plpgsql stable security definer set search_path = '' as $$
declare
  edge bigint := summit.horizon();
begin
  return query
    select t.id, t.anchor, t.nth, t.total, extract(epoch from clock_timestamp() - t.oldest)::float8
    from (
      select c.id, projection.anchor(c) as anchor, row_number() over w as nth, sum(c.rows) over w as total,
             sum(c.rows) over w - c.rows as before, min(c.at) over w as oldest
      from summit.changes c where c.id > after and c.id < edge
      window w as (order by c.id)
      order by c.id limit 5000
    ) t
    where t.before < most
    order by t.id desc limit 1;
end $$;

/* Which records and relationships were written by the changes in (after, upto]; a record also by a change of its cluster. */
create function projection.touched(after bigint, upto bigint) returns table (kind text, tenant uuid, id uuid)
language plpgsql stable security definer set search_path = '' set plan_cache_mode = force_custom_plan as $$
begin
  return query
    select 'record', r.tenant_id, r.id from summit.records r where r.since_change > after and r.since_change <= upto
    union
    select 'record', r.tenant_id, r.id from history.records r where r.since_change > after and r.since_change <= upto
    union
    select 'record', r.tenant_id, r.id from history.records r where r.until_change > after and r.until_change <= upto
    union
    select 'record', m.tenant_id, m.id from summit.cluster_members m where m.since_change > after and m.since_change <= upto
    union
    select 'record', m.tenant_id, m.id from history.cluster_members m where m.since_change > after and m.since_change <= upto
    union
    select 'record', m.tenant_id, m.id from history.cluster_members m where m.until_change > after and m.until_change <= upto
    union
    select 'link', l.tenant_id, l.id from summit.relationships l where l.since_change > after and l.since_change <= upto
    union
    select 'link', l.tenant_id, l.id from history.relationships l where l.since_change > after and l.since_change <= upto
    union
    select 'link', l.tenant_id, l.id from history.relationships l where l.until_change > after and l.until_change <= upto;
end $$;

/*
 * The given records and all that share a stored cluster with them, as of `after` or of `upto`: their entities at both moments
 * (null where the record is not there), and what they say as of `upto`.
 */
create function projection.records(tenants uuid[], ids uuid[], after bigint, upto bigint)
returns table (tenant uuid, id uuid, was uuid, entity uuid, schema text, dataset uuid, marking smallint)
language plpgsql stable security definer set search_path = '' set plan_cache_mode = force_custom_plan as $$
begin
  return query
    with given as (
      select distinct g.tenant_id, g.id from unnest(tenants, ids) g (tenant_id, id)
    ), met as (
      select g.tenant_id, m.cluster_id from given g
      join summit.cluster_members m on m.tenant_id = g.tenant_id and m.id = g.id and m.since_change <= upto
      union
      select g.tenant_id, m.cluster_id from given g
      join history.cluster_members m on m.tenant_id = g.tenant_id and m.id = g.id and m.since_change <= upto and m.until_change > after
    ), everyone as (
      select g.tenant_id, g.id from given g
      union
      select c.tenant_id, m.id from met c
      join summit.cluster_members m on m.tenant_id = c.tenant_id and m.cluster_id = c.cluster_id and m.since_change <= upto
      union
      select c.tenant_id, m.id from met c
      join history.cluster_members m
        on m.tenant_id = c.tenant_id and m.cluster_id = c.cluster_id and m.since_change <= upto and m.until_change > after
    ), standing as (
      select e.tenant_id, e.id,
        exists (select from summit.records r where r.tenant_id = e.tenant_id and r.id = e.id and r.since_change <= after)
          or exists (select from history.records r where r.tenant_id = e.tenant_id and r.id = e.id and r.since_change <= after and r.until_change > after)
          as existed,
        coalesce(
          (select m.cluster_id from summit.cluster_members m where m.tenant_id = e.tenant_id and m.id = e.id and m.since_change <= after),
          (select m.cluster_id from history.cluster_members m where m.tenant_id = e.tenant_id and m.id = e.id and m.since_change <= after and m.until_change > after)
        ) as old_cluster,
        coalesce(
          (select m.cluster_id from summit.cluster_members m where m.tenant_id = e.tenant_id and m.id = e.id and m.since_change <= upto),
          (select m.cluster_id from history.cluster_members m where m.tenant_id = e.tenant_id and m.id = e.id and m.since_change <= upto and m.until_change > upto)
        ) as cluster,
        now_said.id is not null as stands, now_said.schema, now_said.dataset_id, now_said.marking
      from everyone e left join lateral (
        select r.id, r.schema, r.dataset_id, r.marking from summit.records r
        where r.tenant_id = e.tenant_id and r.id = e.id and r.since_change <= upto
        union all
        select r.id, r.schema, r.dataset_id, r.marking from history.records r
        where r.tenant_id = e.tenant_id and r.id = e.id and r.since_change <= upto and r.until_change > upto
      ) now_said on true
    )
    select s.tenant_id, s.id,
      case when not s.existed then null when s.old_cluster is null then s.id
        else first_value(s.id) over (partition by s.tenant_id, s.old_cluster order by not s.existed, s.id) end,
      case when not s.stands then null when s.cluster is null then s.id
        else first_value(s.id) over (partition by s.tenant_id, s.cluster order by not s.stands, s.id) end,
      s.schema, s.dataset_id, s.marking
    from standing s;
end $$;

/* The given relationships, and all with an end in the given records, as of a change, with the entities of their ends. */
create function projection.links(tenants uuid[], ids uuid[], end_tenants uuid[], ends uuid[], upto bigint)
returns table (tenant uuid, id uuid, type text, dataset uuid, marking smallint, directed boolean, reference boolean,
               valid_from text, valid_to text, source uuid, target uuid, source_entity uuid, target_entity uuid)
language plpgsql stable security definer set search_path = '' set plan_cache_mode = force_custom_plan as $$
begin
  return query
    with given as (
      select g.tenant_id, g.id from unnest(tenants, ids) g (tenant_id, id)
    ), ending as (
      select g.tenant_id, g.id from unnest(end_tenants, ends) g (tenant_id, id)
    ), wanted as (
      select g.tenant_id, g.id from given g
      union select e.tenant_id, l.id from ending e cross join lateral (
        select r.id from summit.relationships r where r.tenant_id = e.tenant_id and r.source_record = e.id
        union all
        select r.id from summit.relationships r where r.tenant_id = e.tenant_id and r.target_record = e.id
        union all
        select r.id from history.relationships r where r.tenant_id = e.tenant_id and r.source_record = e.id and r.until_change > upto
        union all
        select r.id from history.relationships r where r.tenant_id = e.tenant_id and r.target_record = e.id and r.until_change > upto
        offset 0
      ) l
    ), found as materialized (
      select w.tenant_id, w.id, l.type, l.dataset_id, l.marking, l.directed, l.reference, l.valid_from, l.valid_to,
             l.source_record, l.target_record
      from wanted w cross join lateral (
        select r.type, r.dataset_id, r.marking, r.directed, r.reference, r.valid_from, r.valid_to, r.source_record, r.target_record
        from summit.relationships r where r.tenant_id = w.tenant_id and r.id = w.id and r.since_change <= upto
        union all
        select r.type, r.dataset_id, r.marking, r.directed, r.reference, r.valid_from, r.valid_to, r.source_record, r.target_record
        from history.relationships r
        where r.tenant_id = w.tenant_id and r.id = w.id and r.since_change <= upto and r.until_change > upto
      ) l
    ), their_ends as materialized (
      select f.tenant_id, f.source_record as id from found f union select f.tenant_id, f.target_record from found f
    ), standing as materialized (
      -- Looked up one by one, whatever the statistics say: by a hash join each batch read the whole table.
      select e.tenant_id, e.id, coalesce(
          (select m.cluster_id from summit.cluster_members m where m.tenant_id = e.tenant_id and m.id = e.id and m.since_change <= upto),
          (select m.cluster_id from history.cluster_members m
           where m.tenant_id = e.tenant_id and m.id = e.id and m.since_change <= upto and m.until_change > upto)
        ) as cluster_id
      from their_ends e cross join lateral (
        select from summit.records r where r.tenant_id = e.tenant_id and r.id = e.id and r.since_change <= upto
        union all
        select from history.records r
        where r.tenant_id = e.tenant_id and r.id = e.id and r.since_change <= upto and r.until_change > upto
        limit 1
      ) there
    ), smallest as materialized (
      select c.tenant_id, c.cluster_id, (
        select m.id from (
          select m.id from summit.cluster_members m
          where m.tenant_id = c.tenant_id and m.cluster_id = c.cluster_id and m.since_change <= upto
          union all
          select m.id from history.cluster_members m
          where m.tenant_id = c.tenant_id and m.cluster_id = c.cluster_id and m.since_change <= upto and m.until_change > upto
        ) m order by m.id limit 1) as id
      from (select distinct s.tenant_id, s.cluster_id from standing s where s.cluster_id is not null) c
    ), named as materialized (
      select s.tenant_id, s.id, coalesce(n.id, s.id) as entity
      from standing s left join smallest n on n.tenant_id = s.tenant_id and n.cluster_id = s.cluster_id
    )
    select f.tenant_id, f.id, f.type, f.dataset_id, f.marking, f.directed, f.reference, f.valid_from, f.valid_to,
           f.source_record, f.target_record, s.entity, t.entity
    from found f
    left join named s on s.tenant_id = f.tenant_id and s.id = f.source_record
    left join named t on t.tenant_id = f.tenant_id and t.id = f.target_record;
end $$;

/* The tenants, in their order. */
create function projection.tenants() returns setof uuid
language sql stable security definer set search_path = '' as $$
  select t.tenant_id from summit.tenants t order by t.tenant_id
$$;

/* Ids and keys of all datasets that stand. */
create function projection.datasets() returns table (tenant uuid, id uuid, key text)
language sql stable security definer set search_path = '' as $$
  select d.tenant_id, d.id, d.key from summit.datasets d
$$;

/* A page of a tenant's records by id as of a change: ids in (after, before), with their clusters. */
create function projection.record_page(of_tenant uuid, after uuid, before uuid, most int, upto bigint)
returns table (id uuid, schema text, dataset uuid, marking smallint, cluster uuid)
language plpgsql stable security definer set search_path = '' set plan_cache_mode = force_custom_plan as $$
declare
  last uuid;
begin
  -- History is read as far as the live rows of the page reach, else each page would look through all of it.
  select p.id into last from (
    select r.id from summit.records r
    where r.tenant_id = of_tenant and r.id > after and (before is null or r.id < before) and r.since_change <= upto
    order by r.id limit most
  ) p order by p.id offset most - 1;
  return query
    select p.id, p.schema, p.dataset_id, p.marking, coalesce(
        (select m.cluster_id from summit.cluster_members m where m.tenant_id = of_tenant and m.id = p.id and m.since_change <= upto),
        (select m.cluster_id from history.cluster_members m
         where m.tenant_id = of_tenant and m.id = p.id and m.since_change <= upto and m.until_change > upto))
    from (
      (select r.id, r.schema, r.dataset_id, r.marking from summit.records r
       where r.tenant_id = of_tenant and r.id > after and (before is null or r.id < before) and r.since_change <= upto
       order by r.id limit most)
      union all
      (select r.id, r.schema, r.dataset_id, r.marking from history.records r
       where r.tenant_id = of_tenant and r.id > after and (before is null or r.id < before) and (last is null or r.id <= last)
         and r.since_change <= upto and r.until_change > upto
       order by r.id limit most)
    ) p order by p.id limit most;
end $$;

/* A page of a tenant's relationships by id as of a change: ids in (after, before). */
create function projection.link_page(of_tenant uuid, after uuid, before uuid, most int, upto bigint)
returns table (id uuid, type text, dataset uuid, marking smallint, directed boolean, reference boolean,
               valid_from text, valid_to text, source uuid, target uuid)
language plpgsql stable security definer set search_path = '' set plan_cache_mode = force_custom_plan as $$
declare
  last uuid;
begin
  select p.id into last from (
    select l.id from summit.relationships l
    where l.tenant_id = of_tenant and l.id > after and (before is null or l.id < before) and l.since_change <= upto
    order by l.id limit most
  ) p order by p.id offset most - 1;
  return query
    select p.id, p.type, p.dataset_id, p.marking, p.directed, p.reference, p.valid_from, p.valid_to, p.source_record, p.target_record
    from (
      (select l.id, l.type, l.dataset_id, l.marking, l.directed, l.reference, l.valid_from, l.valid_to, l.source_record, l.target_record
       from summit.relationships l
       where l.tenant_id = of_tenant and l.id > after and (before is null or l.id < before) and l.since_change <= upto
       order by l.id limit most)
      union all
      (select l.id, l.type, l.dataset_id, l.marking, l.directed, l.reference, l.valid_from, l.valid_to, l.source_record, l.target_record
       from history.relationships l
       where l.tenant_id = of_tenant and l.id > after and (before is null or l.id < before) and (last is null or l.id <= last)
         and l.since_change <= upto and l.until_change > upto
       order by l.id limit most)
    ) p order by p.id limit most;
end $$;

/* Every record that belongs to a cluster as of a change, of one tenant. */
create function projection.members(of_tenant uuid, upto bigint) returns table (id uuid, cluster uuid)
language sql stable security definer set search_path = '' as $$
  select m.id, m.cluster_id from summit.cluster_members m where m.tenant_id = of_tenant and m.since_change <= upto
  union all
  select m.id, m.cluster_id from history.cluster_members m
  where m.tenant_id = of_tenant and m.since_change <= upto and m.until_change > upto
$$;

do $$
declare name regprocedure;
begin
  for name in select p.oid from pg_proc p where p.pronamespace = 'projection'::regnamespace loop
    execute format('revoke all on function %s from public', name);
    if name::text not like 'projection.anchor(%' then
      execute format('grant execute on function %s to summit_app', name);
    end if;
  end loop;
end $$;
