-- Entities with what they are called: nobody draws one without its name.
do $migration$
declare
  place text;
  near text;
  body text;
begin
  foreach place in array array['summit', 'as_of'] loop
    foreach body in array array[

    -- The entity that each of the given visible records belongs to, as graph_clusters tells it (0013), with the record's own name:
    -- it is that of its entity where it stands alone. Of more records than are ever drawn graph_clusters reads indexes alone.
    $sql$
    create function {place}.graph_named(t uuid, d uuid[], c int, given uuid[])
    returns table (id uuid, cluster uuid, exact boolean, members uuid[], schema text, caption text)
    language plpgsql stable set plan_cache_mode = force_generic_plan set enable_nestloop = off set enable_seqscan = off as $f$
    declare
      stored uuid[] := array(
        select distinct m.cluster_id from cluster_members m where m.tenant_id = t and m.id = any(given));
    begin
      -- Most records stand alone.
      if cardinality(stored) = 0 then
        return query
          select r.id, null::uuid, false, null::uuid[], r.schema, r.caption from records r
          where r.tenant_id = t and r.id = any(given) and r.marking <= c and (r.dataset_id = any(d)) is true;
        return;
      end if;
      return query
        with mates as materialized (
          select m.id, m.cluster_id from cluster_members m where m.tenant_id = t and m.cluster_id = any(stored)
        ), whole as (
          select m.cluster_id, array_agg(m.id order by m.id) as members
          from mates m join records r on r.id = m.id
          where r.tenant_id = t and r.id = any(array(select a.id from mates a)) and r.marking <= c and (r.dataset_id = any(d)) is true
          group by 1
        ), known as (
          select k.id, k.dataset_ids <@ d and k.marking <= c as within, k.size from clusters k
          where k.tenant_id = t and k.id = any(stored)
        )
        select r.id, m.cluster_id, coalesce(k.within and k.size = cardinality(w.members), false), w.members, r.schema, r.caption
        from records r
        left join mates m on m.id = r.id
        left join whole w on w.cluster_id = m.cluster_id
        left join known k on k.id = m.cluster_id
        where r.tenant_id = t and r.id = any(given) and r.marking <= c and (r.dataset_id = any(d)) is true;
    end $f$ $sql$,

    -- What it takes to choose among the names of records that are one entity (entity/summary.ts, nameOf), without reading all
    -- that they say.
    $sql$
    create function {place}.record_naming(t uuid, d uuid[], c int, given uuid[]) returns table (
      id uuid, schema text, caption text, saying text[], refuted boolean, revoked boolean, own_types boolean
    ) language plpgsql stable set plan_cache_mode = force_generic_plan set enable_seqscan = off as $f$
    begin
      return query
        select r.id, r.schema, r.caption, array(select p.key from jsonb_each(r.props) p where p.value ? r.caption),
          (r.id, r.caption) in (select f.record_id, f.value from record_refutations(t, d, given) f), r.revoked,
          exists (select from ontology_types o where o.tenant_id = t)
        from records r
        where r.tenant_id = t and r.id = any(given) and r.marking <= c and (r.dataset_id = any(d)) is true;
    end $f$ $sql$

    ] loop
      execute replace(body, '{place}', place);
    end loop;

    -- What lies near is told with names as well, where all of it may be drawn.
    near := pg_get_functiondef(format('%s.graph_near', place)::regproc);
    execute format('drop function %s.graph_near', place);
    near := replace(near, 'members uuid[])', 'members uuid[], schema text, caption text)');
    execute replace(near, 'return query select * from graph_clusters(t, d, c, chunk) g order by g.id;', $sql$
        if most <= 2000 then
          return query select * from graph_named(t, d, c, chunk) g order by g.id;
        else
          return query select g.*, null::text, null::text from graph_clusters(t, d, c, chunk) g order by g.id;
        end if;$sql$);
  end loop;
end $migration$;

grant execute on all functions in schema as_of to summit_app;
