/* Of the given records of a tenant those that share a cluster as of a change, each with its entity: the smallest of the cluster. */
create function projection.entities_of(of_tenant uuid, ids uuid[], upto bigint) returns table (id uuid, entity uuid)
language plpgsql stable security definer set search_path = '' set plan_cache_mode = force_custom_plan as $$
begin
  return query
    with named as materialized (
      select g.id, m.cluster_id from (select distinct u.id from unnest(ids) u (id)) g cross join lateral (
        select c.cluster_id from summit.cluster_members c where c.tenant_id = of_tenant and c.id = g.id and c.since_change <= upto
        union all
        select c.cluster_id from history.cluster_members c
        where c.tenant_id = of_tenant and c.id = g.id and c.since_change <= upto and c.until_change > upto
      ) m
    ), smallest as materialized (
      select d.cluster_id, (
        select m.id from (
          select c.id from summit.cluster_members c
          where c.tenant_id = of_tenant and c.cluster_id = d.cluster_id and c.since_change <= upto
          union all
          select c.id from history.cluster_members c
          where c.tenant_id = of_tenant and c.cluster_id = d.cluster_id and c.since_change <= upto and c.until_change > upto
        ) m order by m.id limit 1) as id
      from (select distinct n.cluster_id from named n) d
    )
    select n.id, s.id from named n join smallest s on s.cluster_id = n.cluster_id;
end $$;
revoke all on function projection.entities_of from public;
grant execute on function projection.entities_of to summit_app;
