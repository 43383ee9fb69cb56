-- How far Kafka was told, and what came in from it. Running state: outside of the log, no as-of, no undo. docs/kafka.md

-- How far the changes of a tenant are published: all up to this one, and of the next the rows up to `after_row`.
create table operations.published (
  tenant_id uuid not null primary key,
  change_id bigint not null,
  after_row uuid,
  at timestamptz not null default clock_timestamp()
);

-- Who takes facts in from a topic, and as whom. A tenant without a row takes none.
create table operations.ingest_grants (
  tenant_id uuid not null primary key,
  user_id uuid not null,
  -- Keys of the datasets that may be written; null for all.
  datasets text[],
  at timestamptz not null default clock_timestamp()
);

-- Written in the transaction that does what was read up to there. A topic that is made anew has another id and begins anew.
create table operations.ingest_offsets (
  tenant_id uuid not null,
  topic_id uuid not null,
  partition int not null,
  next_offset bigint not null,
  -- Where the topic ended when it was last asked.
  end_offset bigint,
  at timestamptz not null default clock_timestamp(),
  primary key (tenant_id, topic_id, partition)
);

-- Events that had their effect: id is made from the event's source and id.
create table operations.ingest_events (
  tenant_id uuid not null,
  id uuid not null,
  at timestamptz not null default clock_timestamp(),
  primary key (tenant_id, id)
);
create index ingest_events_at on operations.ingest_events (at);

-- The latest version that an event said of a fact, kept when the fact is gone: an earlier one that comes later is superseded.
create table operations.ingest_versions (
  tenant_id uuid not null,
  id uuid not null,
  version text collate "C" not null,
  primary key (tenant_id, id)
);

-- Messages that could not be taken, until they stand in the topic of the dead; what was in them goes then.
create table operations.ingest_dead (
  tenant_id uuid not null,
  topic_id uuid not null,
  partition int not null,
  message_offset bigint not null,
  code text not null,
  reason text not null,
  key bytea,
  value bytea,
  -- [[name, value], …] in base64
  headers jsonb not null default '[]',
  at timestamptz not null default clock_timestamp(),
  published_at timestamptz,
  primary key (tenant_id, topic_id, partition, message_offset)
);
create index ingest_dead_waiting on operations.ingest_dead (tenant_id, at) where published_at is null;

do $$
declare name text;
begin
  foreach name in array array['published', 'ingest_grants', 'ingest_offsets', 'ingest_events', 'ingest_versions', 'ingest_dead'] loop
    execute format('alter table operations.%I enable row level security, force row level security', name);
    execute format('create policy tenant on operations.%I using (tenant_id = current_setting(''summit.tenant'')::uuid)', name);
    execute format('grant select, insert, update, delete on operations.%I to summit_app', name);
  end loop;
end $$;
-- Who may take facts in is for the operator to say.
revoke insert, update, delete on operations.ingest_grants from summit_app;

-- The owner looks across tenants, in the functions below and in the operator's commands.
create policy across_tenants on operations.published to current_user using (true);
create policy across_tenants on operations.ingest_grants to current_user using (true);
create policy across_tenants on operations.ingest_offsets to current_user using (true);
create policy across_tenants on operations.ingest_events to current_user using (true);
create policy across_tenants on operations.ingest_dead to current_user using (true);

/* Tenants of whose changes below the horizon some are not published. Tells that, and nothing of them. */
create function operations.unpublished() returns setof uuid
language sql stable security definer set search_path = '' as $$
  select t.tenant_id from summit.tenants t left join operations.published p on p.tenant_id = t.tenant_id
  where exists (
    select from summit.changes c
    where c.tenant_id = t.tenant_id and c.id > coalesce(p.change_id, 0) and c.id < summit.horizon())
$$;

/* How many changes are not published, up to 10,000 of each tenant, and for how long the oldest has been waiting. */
create function operations.publishing_lag() returns table (changes bigint, seconds double precision)
language sql stable security definer set search_path = '' as $$
  select coalesce(sum(w.waiting), 0)::bigint, coalesce(greatest(max(extract(epoch from clock_timestamp() - w.oldest)), 0), 0)
  from summit.tenants t left join operations.published p on p.tenant_id = t.tenant_id
  cross join lateral (
    select count(*) as waiting, min(n.at) as oldest from (
      select c.at from summit.changes c
      where c.tenant_id = t.tenant_id and c.id > coalesce(p.change_id, 0) and c.id < summit.horizon()
      order by c.id limit 10000) n) w
$$;

/* Tenants that take facts in. */
create function operations.ingesting() returns setof uuid
language sql stable security definer set search_path = '' as $$
  select g.tenant_id from operations.ingest_grants g join summit.tenants t on t.tenant_id = g.tenant_id
$$;

/* Lets go of events that had their effect before `before`, some at a time: what comes again after that is held back by its version. */
create function operations.forget_events(before timestamptz) returns int
language sql security definer set search_path = '' as $$
  with old as (
    select tenant_id, id from operations.ingest_events where at < before order by at limit 10000
  ), gone as (
    delete from operations.ingest_events e using old where e.tenant_id = old.tenant_id and e.id = old.id returning 1
  )
  select count(*)::int from gone
$$;

do $$
declare name text;
begin
  foreach name in array array['unpublished', 'publishing_lag', 'ingesting', 'forget_events'] loop
    execute format('revoke all on function operations.%I from public', name);
    execute format('grant execute on function operations.%I to summit_app', name);
  end loop;
end $$;
