-- Durable work and the files it works on. Running state: outside of the log, no as-of, no undo.

create table operations.jobs (
  tenant_id uuid not null,
  id uuid not null,
  kind text not null,
  -- Jobs that share a key run one after the other, for example the imports into one dataset.
  exclusive_key text,
  payload jsonb not null,
  state text not null default 'queued' check (state in ('queued', 'running', 'done', 'failed', 'cancelled')),
  cancel_requested boolean not null default false,
  -- Claims since the last progress: work that kills its worker again and again is given up.
  attempts int not null default 0,
  run_after timestamptz not null default clock_timestamp(),
  queued_at timestamptz not null default clock_timestamp(),
  finished_at timestamptz,
  error jsonb,
  -- Rises with every claim; what an older holder still tries to write is refused by it.
  fence bigint not null default 0,
  primary key (tenant_id, id)
);
create index jobs_waiting on operations.jobs (run_after) where state in ('queued', 'running');

-- Apart from the job, so that heartbeats never collide with the work's own transactions.
create table operations.leases (
  tenant_id uuid not null,
  job_id uuid not null,
  owner text not null,
  fence bigint not null,
  until timestamptz not null,
  primary key (tenant_id, job_id)
);

create table operations.files (
  tenant_id uuid not null,
  id uuid not null,
  -- Name of the kept bytes under SUMMIT_HOME/blobs
  sha256 text not null check (sha256 ~ '^[0-9a-f]{64}$'),
  filename text not null,
  bytes bigint not null,
  uploaded_by uuid not null,
  uploaded_at timestamptz not null default clock_timestamp(),
  primary key (tenant_id, id)
);

-- Originals whose bytes were deleted for good, by whom and when. Under the log, so that history tells it; an undo would bring no
-- bytes back and is refused.
create table summit.removed_files (
  tenant_id uuid not null,
  -- Of the file
  id uuid not null,
  since_change bigint not null,
  sha256 text not null,
  removed_by uuid not null,
  removed_at timestamptz not null default clock_timestamp(),
  reason text,
  primary key (tenant_id, id)
);
select operations.track('removed_files');
create policy across_tenants on summit.removed_files to current_user using (true);

create table operations.imports (
  tenant_id uuid not null,
  id uuid not null,
  job_id uuid not null,
  dataset_key text not null,
  dataset_title text,
  dataset_id uuid,
  file_id uuid not null,
  format text not null,
  mapping text,
  options jsonb not null default '{}',
  mode text not null check (mode in ('merge', 'replace')),
  marking smallint,
  -- Of its rows, as far as they are settled: whoever may not see one of them does not see what the file says.
  highest_marking smallint not null default 0,
  -- Of all that was read of the file so far: rows, rejects, older versions, what it says about itself.
  read_marking smallint not null default 0,
  -- Of the whole file, known once it was read to its end, or when nothing in it can say a marking. Above every clearance that
  -- is not the highest until then.
  file_marking smallint not null default 4,
  is_preview boolean not null,
  confirm_removals boolean not null,
  investigation_id uuid,
  reason text,
  -- The import whose edited rejects this one brings.
  retry_of uuid,
  -- Equal for two requests for the same work: only one of them may be in flight.
  same_key text not null,
  state text not null default 'queued'
    check (state in ('queued', 'running', 'previewed', 'done', 'cancelled', 'failed', 'undoing', 'undone')),
  started_by uuid not null,
  queued_at timestamptz not null default clock_timestamp(),
  started_at timestamptz,
  finished_at timestamptz,
  fence bigint not null default 0,
  -- Source objects settled, and which pass is under way: read, remove.
  checkpoint bigint not null default 0,
  phase text not null default 'read',
  seconds double precision not null default 0,
  counts jsonb not null default '{}',
  progress jsonb not null default '{}',
  warnings jsonb not null default '{}',
  samples jsonb,
  result jsonb,
  error jsonb,
  primary key (tenant_id, id)
);
create unique index imports_in_flight on operations.imports (tenant_id, same_key) where state in ('queued', 'running');
create index imports_by_dataset on operations.imports (tenant_id, dataset_key, id);
create index imports_by_file on operations.imports (tenant_id, file_id);

create table operations.import_rejects (
  tenant_id uuid not null,
  import_id uuid not null,
  number bigint not null,
  row bigint,
  line bigint,
  byte_offset bigint,
  code text not null,
  reason text not null,
  raw text not null,
  -- Rank; the highest where the row's own cannot be told.
  marking smallint not null,
  primary key (tenant_id, import_id, number)
);

-- For a replacing import: ids that the file still has and that needed no write. With what the import wrote they are the rest.
create table operations.import_kept (
  tenant_id uuid not null,
  import_id uuid not null,
  id uuid not null,
  primary key (tenant_id, import_id, id)
);

do $$
declare name text;
begin
  foreach name in array array['jobs', 'leases', 'files', 'imports', 'import_rejects', 'import_kept'] loop
    execute format('alter table operations.%I enable row level security, force row level security', name);
    execute format('create policy tenant on operations.%I using (tenant_id = current_setting(''summit.tenant'')::uuid)', name);
    execute format('grant select, insert, update, delete on operations.%I to summit_app', name);
  end loop;
end $$;

-- Workers serve every tenant, yet see only which job is due: the owner looks across tenants in the functions below.
create policy across_tenants on operations.jobs to current_user using (true);
create policy across_tenants on operations.leases to current_user using (true);

create function operations.job_queued() returns trigger language plpgsql as $$
begin
  perform pg_notify('summit_jobs', new.kind);
  return null;
end $$;
create trigger queued after insert on operations.jobs for each row execute function operations.job_queued();

/* Takes the oldest job that is due and whose lease, if any, has run out. One claim at a time: exclusive keys are compared. */
create function operations.claim_job(worker text, kinds text[], lease interval)
returns table (tenant uuid, job uuid, job_kind text, job_fence bigint, job_attempts int)
language plpgsql security definer set search_path = '' as $$
begin
  perform pg_advisory_xact_lock(727277);
  return query
    with due as (
      select j.tenant_id, j.id from operations.jobs j
      left join operations.leases l on l.tenant_id = j.tenant_id and l.job_id = j.id
      where j.state in ('queued', 'running') and j.kind = any(kinds) and j.run_after <= clock_timestamp()
        and (l.until is null or l.until < clock_timestamp())
        and not exists (
          select from operations.jobs other
          join operations.leases held on held.tenant_id = other.tenant_id and held.job_id = other.id
          where other.tenant_id = j.tenant_id and other.exclusive_key = j.exclusive_key and other.id <> j.id
            and other.state = 'running' and held.until >= clock_timestamp())
        -- A job that has begun goes before one that waits for the same thing.
        and (j.state = 'running' or not exists (
          select from operations.jobs other
          where other.tenant_id = j.tenant_id and other.exclusive_key = j.exclusive_key and other.state = 'running'))
      order by j.queued_at limit 1
    ), claimed as (
      update operations.jobs j set state = 'running', fence = j.fence + 1, attempts = j.attempts + 1
      from due where j.tenant_id = due.tenant_id and j.id = due.id
      returning j.tenant_id, j.id, j.kind, j.fence, j.attempts
    ), leased as (
      insert into operations.leases (tenant_id, job_id, owner, fence, until)
      select c.tenant_id, c.id, worker, c.fence, clock_timestamp() + lease from claimed c
      on conflict (tenant_id, job_id) do update set owner = excluded.owner, fence = excluded.fence, until = excluded.until
    )
    select * from claimed;
end $$;

/* Prolongs the leases of the jobs that a worker is at; answers which it still holds and whether they are to stop. */
create function operations.beat(worker text, jobs uuid[], lease interval)
returns table (tenant uuid, job uuid, job_fence bigint, cancel boolean)
language sql security definer set search_path = '' as $$
  update operations.leases l set until = clock_timestamp() + lease
  from operations.jobs j
  where l.owner = worker and l.job_id = any(jobs) and j.tenant_id = l.tenant_id and j.id = l.job_id
  returning l.tenant_id, l.job_id, l.fence, j.cancel_requested
$$;

/* Gives back what a worker holds, so that another takes it at once. A job handed back in order has not failed. */
create function operations.hand_back(worker text, in_order boolean) returns int
language sql security definer set search_path = '' as $$
  with freed as (
    delete from operations.leases where owner = worker returning tenant_id, job_id
  ), counted as (
    update operations.jobs j set attempts = greatest(j.attempts - in_order::int, 0)
    from freed f where j.tenant_id = f.tenant_id and j.id = f.job_id and j.state = 'running' returning 1
  )
  select count(*)::int from (select from counted, pg_notify('summit_jobs', 'handed back')) each
$$;

create function operations.lease_owners() returns setof text
language sql security definer set search_path = '' as $$ select distinct owner from operations.leases $$;

/* Bytes of all kept files, each content once. */
create function operations.kept_bytes() returns bigint language sql security definer set search_path = '' as $$
  select coalesce(sum(bytes), 0)::bigint from (
    select distinct on (sha256) bytes from operations.files f
    where not exists (select from summit.removed_files x where x.tenant_id = f.tenant_id and x.id = f.id)
  ) each
$$;
create policy across_tenants on operations.files to current_user using (true);

/* Whether some tenant's file still is this content. */
create function operations.is_kept(content text) returns boolean language sql stable security definer set search_path = '' as $$
  select exists (
    select from operations.files f where f.sha256 = content
      and not exists (select from summit.removed_files x where x.tenant_id = f.tenant_id and x.id = f.id))
$$;

/* Removed files, for who starts up to finish what a killed process began. */
create function operations.removed_files() returns table (tenant uuid, file uuid, content text)
language sql stable security definer set search_path = '' as $$
  select tenant_id, id, sha256 from summit.removed_files
$$;

/* Plans after a big import are only as good as the statistics; the app role may not analyze by itself. */
-- A fifth of the usual sample: 0.3 s instead of 4.5 s, which weighed more than the rest of a short import. Autovacuum follows
-- with the whole one.
create function operations.analyze_facts() returns void language plpgsql security definer
set search_path = '' set default_statistics_target = 20 as $$
begin
  analyze summit.records;
  analyze summit.relationships;
  analyze search.documents;
  analyze search.vocabulary;
  -- Every search reads what is pending here; an ANALYZE by hand leaves it.
  perform gin_clean_pending_list('search.documents_tokens');
end $$;

do $$
declare name text;
begin
  foreach name in array array['claim_job', 'beat', 'hand_back', 'lease_owners', 'kept_bytes', 'is_kept', 'removed_files', 'analyze_facts'] loop
    execute format('revoke all on function operations.%I from public', name);
    execute format('grant execute on function operations.%I to summit_app', name);
  end loop;
end $$;
