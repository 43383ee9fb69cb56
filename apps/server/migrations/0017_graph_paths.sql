-- Paths: walks from both ends that meet in the middle, with the functions of 0013 and planned as they are.

/* Sets of records by number of hops: an array of arrays of different lengths. */
create type summit.graph_set as (ids uuid[]);
grant usage on type summit.graph_set to summit_app;

do $migration$
declare
  place text;
  body text;
begin
  foreach place in array array['summit', 'as_of'] loop
    foreach body in array array[

    -- All visible records of the entities that have a visible record in `x` and one in `y`. Looks up the smaller set only.
    $sql$
    create function {place}.graph_middle(t uuid, d uuid[], c int, x uuid[], y uuid[]) returns uuid[]
    language plpgsql stable set plan_cache_mode = force_generic_plan set enable_nestloop = off set enable_sort = off as $f$
    declare
      fewer uuid[] := case when cardinality(x) <= cardinality(y) then x else y end;
      more uuid[] := case when cardinality(x) <= cardinality(y) then y else x end;
      shared uuid[];
    begin
      shared := array(
        (select unnest(fewer)
         union all
         select m.id from cluster_members m where m.tenant_id = t and m.cluster_id = any(array(
           select distinct s.cluster_id from cluster_members s where s.tenant_id = t and s.id = any(fewer))))
        intersect select unnest(more));
      if cardinality(shared) = 0 then
        return shared;
      end if;
      shared := graph_entities(t, d, c, shared);
      return graph_entities(t, d, c, array(select unnest(shared) intersect select unnest(fewer)));
    end $f$ $sql$,

    -- All visible records of the entities of `y` that a link joins with a record of `x`.
    $sql$
    create function {place}.graph_joined(t uuid, d uuid[], c int, x uuid[], y uuid[], kinds text[], refs boolean, directed boolean)
    returns uuid[] language plpgsql stable set plan_cache_mode = force_generic_plan as $f$
    declare
      found uuid[];
    begin
      if cardinality(x) <= cardinality(y) then
        found := array(select distinct m.far_record from graph_meet(t, d, c, x, y, kinds, refs, true, not directed) m);
      else
        found := array(select distinct m.near_record from graph_meet(t, d, c, y, x, kinds, refs, not directed, true) m);
      end if;
      return case when cardinality(found) = 0 then found else graph_entities(t, d, c, found) end;
    end $f$ $sql$,

    -- Whether the given records have 500 links or more.
    $sql$
    create function {place}.graph_heavy(t uuid, given uuid[]) returns boolean
    language plpgsql stable set plan_cache_mode = force_generic_plan as $f$
    begin
      return (
        select count(*) = 500 from (
          select from unnest(given) u(id) cross join lateral (
            select from relationships o where o.tenant_id = t and o.source_record = u.id
            union all select from relationships i where i.tenant_id = t and i.target_record = u.id
          ) l limit 500
        ) bounded);
    end $f$ $sql$,

    -- The links, record to record, of all walks of the fewest hops that any has, `fewest` to `most`, from the entity of records
    -- `a` to that of records `b`; above the shortest, some of the walks visit an entity twice or end nowhere. Both sides grow
    -- until they share an entity just beyond them, which is found without looking up what the larger one has there. Where one
    -- of them would grow through a hub the other grows alone, until a link joins what lies just beyond them: the hub's links are
    -- looked up by both ends, not walked (40 ms: 5). `stopped`: a side grew beyond `visits` records, or there are more than
    -- `edges` links between two positions.
    $sql$
    create function {place}.graph_walks(
      t uuid, d uuid[], c int, a uuid[], b uuid[], fewest int, most int, kinds text[], refs boolean, directed boolean,
      visits int, edges int, out hops int, out hop int[], out sources uuid[], out targets uuid[], out stopped boolean
    ) language plpgsql stable set plan_cache_mode = force_generic_plan as $f$
    declare
      ends uuid[] := a || b;
      -- Longer walks than the shortest may turn back into what was left behind.
      back boolean := fewest > 2;
      balls_a summit.graph_set[];
      balls_b summit.graph_set[];
      grown_a int := 0;
      grown_b int := 0;
      heavy_a boolean;
      heavy_b boolean;
      -- What lies one step beyond the balls: as the links say at first, hidden and unresolved records too; `known` as visible
      -- ones of whole entities once nothing was found there. Then it is in reach, as all of the ball is.
      front_a uuid[];
      front_b uuid[];
      known boolean := false;
      reach_a uuid[] := '{}';
      reach_b uuid[] := '{}';
      front uuid[];
      middle uuid[];
      positions summit.graph_set[];
      far uuid[];
      more_sources uuid[];
      more_targets uuid[];
    begin
      stopped := false;
      hop := '{}'; sources := '{}'; targets := '{}';
      if fewest = 1 then
        select array_agg(m.near_record), array_agg(m.far_record), array_agg(0) into sources, targets, hop
        from graph_meet(t, d, c, a, b, kinds, refs, true, not directed) m;
        if cardinality(hop) > 0 then
          hops := 1;
          return;
        end if;
        hop := '{}'; sources := '{}'; targets := '{}';
      end if;

      balls_a[0] := row(a)::summit.graph_set;
      balls_b[0] := row(b)::summit.graph_set;
      front_a := graph_step(t, d, c, a, ends, kinds, refs, true, not directed);
      front_b := graph_step(t, d, c, b, ends, kinds, refs, not directed, true);
      for span in 2..most loop
        if not back and (cardinality(front_a) = 0 or cardinality(front_b) = 0) then
          return;
        end if;

        if span >= fewest then
          if known then
            middle := graph_joined(t, d, c,
              case when back then reach_a else front_a end, case when back then reach_b else front_b end, kinds, refs, directed);
            if cardinality(middle) > 0 then
              grown_a := grown_a + 1;
              balls_a[grown_a] := row(reach_a)::summit.graph_set;
            end if;
          else
            middle := graph_middle(t, d, c,
              case when back then reach_a || front_a else front_a end, case when back then reach_b || front_b else front_b end);
          end if;
        end if;

        if coalesce(cardinality(middle), 0) = 0 then
          continue when span = most;
          if not known then
            known := true;
            front_a := graph_entities(t, d, c, front_a);
            front_b := graph_entities(t, d, c, front_b);
            reach_a := reach_a || front_a;
            reach_b := reach_b || front_b;
          else
            heavy_a := graph_heavy(t, front_a);
            heavy_b := graph_heavy(t, front_b);
            -- Both, unless one is much cheaper: that one has to be known as entities then.
            known := heavy_a <> heavy_b;
            if not known or heavy_b then
              grown_a := grown_a + 1;
              balls_a[grown_a] := row(reach_a)::summit.graph_set;
              front_a := graph_step(t, d, c, front_a, reach_a || ends, kinds, refs, true, not directed);
            end if;
            if not known or heavy_a then
              grown_b := grown_b + 1;
              balls_b[grown_b] := row(reach_b)::summit.graph_set;
              front_b := graph_step(t, d, c, front_b, reach_b || ends, kinds, refs, not directed, true);
            end if;
            if known and heavy_b then
              front_a := graph_entities(t, d, c, front_a);
              reach_a := reach_a || front_a;
            elsif known then
              front_b := graph_entities(t, d, c, front_b);
              reach_b := reach_b || front_b;
            end if;
          end if;
          if greatest(cardinality(reach_a), cardinality(reach_b)) > visits then
            stopped := true;
            return;
          end if;
          continue;
        end if;
        hops := span;

        -- Back to `a`: what lies on a walk, position by position.
        positions[grown_a + 1] := row(middle)::summit.graph_set;
        for place in reverse grown_a .. 1 loop
          front := array(select distinct m.far_record from graph_meet(
            t, d, c, (positions[place + 1]).ids, (balls_a[place]).ids, kinds, refs, not directed, true) m);
          positions[place] := row(graph_entities(t, d, c, front))::summit.graph_set;
        end loop;
        positions[0] := row(a)::summit.graph_set;

        -- And forward to `b`.
        for place in 0 .. span - 1 loop
          far := case when place > grown_a then (balls_b[span - place - 1]).ids else (positions[place + 1]).ids end;
          select array_agg(m.near_record), array_agg(m.far_record) into more_sources, more_targets from (
            select * from graph_meet(t, d, c, (positions[place]).ids, far, kinds, refs, true, not directed)
            order by 1, 2 limit edges
          ) m;
          stopped := stopped or coalesce(cardinality(more_sources), 0) = edges;
          hop := hop || array_fill(place, array[coalesce(cardinality(more_sources), 0)]);
          sources := sources || more_sources;
          targets := targets || more_targets;
          if place > grown_a then
            positions[place + 1] := row(graph_entities(t, d, c, coalesce(more_targets, '{}')))::summit.graph_set;
          end if;
        end loop;
        return;
      end loop;
    end $f$ $sql$

    ] loop
      execute replace(body, '{place}', place);
    end loop;
  end loop;
end $migration$;

grant execute on all functions in schema as_of to summit_app;
