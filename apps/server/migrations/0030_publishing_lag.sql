-- What waits to be published waits for the horizon too: with a transaction that holds it the lag stood at 0 and jumped afterwards.

drop function operations.publishing_lag();
/* How many changes are not published, up to 10,000 of each tenant, whether that is all, and for how long the oldest has waited. */
create function operations.publishing_lag() returns table (changes bigint, seconds double precision, is_exact boolean)
language sql stable security definer set search_path = '' as $$
  select coalesce(sum(w.waiting), 0)::bigint,
         coalesce(greatest(max(extract(epoch from clock_timestamp() - w.oldest)), 0), 0)::double precision,
         coalesce(bool_and(w.waiting < 10000), true)
  from summit.tenants t left join operations.published p on p.tenant_id = t.tenant_id
  cross join lateral (
    select count(*) as waiting, min(n.at) as oldest from (
      select c.at from summit.changes c
      where c.tenant_id = t.tenant_id and c.id > coalesce(p.change_id, 0)
      order by c.id limit 10000) n) w
$$;
revoke all on function operations.publishing_lag from public;
grant execute on function operations.publishing_lag to summit_app;
