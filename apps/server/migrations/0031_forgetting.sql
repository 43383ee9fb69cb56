-- Running state whose time is over goes, some at a time: what was answered under an idempotency key, and jobs that have ended.

create policy across_tenants on operations.idempotency_keys to current_user using (true);
create index idempotency_keys_at on operations.idempotency_keys (at);
create index jobs_ended on operations.jobs (finished_at) where state in ('done', 'failed', 'cancelled');

/* Lets go of what was answered before `before`; another worker that is at the same rows is passed by. */
create function operations.forget_outcomes(before timestamptz) returns int
language sql security definer set search_path = '' as $$
  with old as (
    select tenant_id, principal, key from operations.idempotency_keys
    where at < before order by at limit 1000 for update skip locked
  ), gone as (
    delete from operations.idempotency_keys k using old
    where k.tenant_id = old.tenant_id and k.principal = old.principal and k.key = old.key returning 1
  )
  select count(*)::int from gone
$$;

/* Lets go of jobs that ended before `before`. */
create function operations.forget_jobs(before timestamptz) returns int
language sql security definer set search_path = '' as $$
  with old as (
    select tenant_id, id from operations.jobs
    where state in ('done', 'failed', 'cancelled') and finished_at < before order by finished_at limit 1000 for update skip locked
  ), gone as (
    delete from operations.jobs j using old where j.tenant_id = old.tenant_id and j.id = old.id returning 1
  )
  select count(*)::int from gone
$$;

do $$
declare name text;
begin
  foreach name in array array['forget_outcomes', 'forget_jobs'] loop
    execute format('revoke all on function operations.%I from public', name);
    execute format('grant execute on function operations.%I to summit_app', name);
  end loop;
end $$;
