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

    -- The links, record to record, of all walks of the fewest hops that any has, `fewest` to `most`, from the entity of records
    -- `a` to that of records `b`; above the shortest, some of the walks visit an entity twice or end nowhere. Both sides grow,
    -- the smaller first; what lies between them is met from both, so that the largest sets are never looked up. `stopped`: a
    -- side grew beyond `visits` records, or there are more than `edges` links between two positions.
    $sql$
    create function {place}.graph_walks(
      t uuid, d uuid[], c int, a uuid[], b uuid[], fewest int, most int, kinds text[], refs boolean, directed boolean,
      visits int, edges int, out hops int, out hop int[], out sources uuid[], out targets uuid[], out stopped boolean
    ) language plpgsql stable set plan_cache_mode = force_generic_plan as $f$
    declare
      ends uuid[] := a || b;
      balls_a summit.graph_set[];
      balls_b summit.graph_set[];
      grown_a int := 0;
      grown_b int := 0;
      -- One step beyond the balls, as the links say: hidden and unresolved records too.
      next_a uuid[];
      next_b uuid[];
      front uuid[];
      ball uuid[];
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
      if most < 2 then
        return;
      end if;

      balls_a[0] := row(a)::summit.graph_set;
      balls_b[0] := row(b)::summit.graph_set;
      next_a := graph_step(t, d, c, a, ends, kinds, refs, true, not directed);
      next_b := graph_step(t, d, c, b, ends, kinds, refs, not directed, true);
      for span in 2..most loop
        if span > 2 then
          if cardinality(next_b) = 0 or cardinality(next_a) between 1 and cardinality(next_b) then
            front := graph_entities(t, d, c, next_a);
            ball := case when grown_a = 0 then front else (balls_a[grown_a]).ids || front end;
            grown_a := grown_a + 1;
            balls_a[grown_a] := row(ball)::summit.graph_set;
            next_a := graph_step(t, d, c, front, ball || ends, kinds, refs, true, not directed);
          else
            front := graph_entities(t, d, c, next_b);
            ball := case when grown_b = 0 then front else (balls_b[grown_b]).ids || front end;
            grown_b := grown_b + 1;
            balls_b[grown_b] := row(ball)::summit.graph_set;
            next_b := graph_step(t, d, c, front, ball || ends, kinds, refs, not directed, true);
          end if;
          if cardinality(ball) > visits then
            stopped := true;
            return;
          end if;
        end if;
        if fewest <= 2 and (cardinality(next_a) = 0 or cardinality(next_b) = 0) then
          return;
        end if;
        continue when span < fewest;

        -- The shortest meet just beyond both balls; longer ones may also turn back into them.
        if fewest <= 2 then
          middle := graph_middle(t, d, c, next_a, next_b);
        else
          middle := graph_middle(t, d, c,
            case when grown_a = 0 then next_a else next_a || (balls_a[grown_a]).ids end,
            case when grown_b = 0 then next_b else next_b || (balls_b[grown_b]).ids end);
        end if;
        continue when cardinality(middle) = 0;
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
          stopped := stopped or cardinality(more_sources) = edges;
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
