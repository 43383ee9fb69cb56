-- What waits, counted over every tenant: numbers and kinds of work, nothing of whose it is.

create index jobs_failed on operations.jobs (finished_at) where state = 'failed';

/*
 * By kind of job: how many wait for a worker and since when the oldest does, how many are at work, how many have failed within
 * a day. A job whose worker is gone waits again.
 */
create function operations.queues()
returns table (job_kind text, depth int, running int, failures int, oldest_seconds double precision)
language sql stable security definer set search_path = '' as $$
  with going as (
    select j.kind, j.queued_at, (j.state = 'running' and l.until >= clock_timestamp()) is true as held
    from operations.jobs j
    left join operations.leases l on l.tenant_id = j.tenant_id and l.job_id = j.id
    where j.state in ('queued', 'running')
  ), counted as (
    select kind, 1 - held::int as depth, held::int as running, 0 as failures,
           case when not held then extract(epoch from clock_timestamp() - queued_at) end as seconds
    from going
    union all
    select kind, 0, 0, 1, null from operations.jobs
    where state = 'failed' and finished_at > clock_timestamp() - interval '1 day'
  )
  select kind, sum(depth)::int, sum(running)::int, sum(failures)::int, max(seconds)::double precision from counted group by kind
$$;
revoke execute on function operations.queues from public;
grant execute on function operations.queues to summit_app;
