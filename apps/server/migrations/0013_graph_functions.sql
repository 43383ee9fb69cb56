-- Walks over records and relationships, in arrays. Each function exists twice, in summit for now and in as_of for a moment:
-- the text is the same and names no schema, so that search_path decides, and each keeps plans of its own.
--
-- Plans are generic (the arrays' lengths would change nothing but the time to plan) and have no nested loops: looking up an
-- array is one pass over the index's pages in key order, whereas a nested loop descends the tree for each id.

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

    -- All visible records of the entities of the given records. Exact stored clusters are taken whole; in one that the reader
    -- sees in part only, `same` judgements between visible records are followed.
    $sql$
    create function {place}.graph_entities(t uuid, d uuid[], c int, given uuid[]) returns uuid[]
    language plpgsql stable set plan_cache_mode = force_generic_plan set enable_nestloop = off as $f$
    declare
      found uuid[];
      stored uuid[];
      exact uuid[];
      members uuid[];
      front uuid[];
    begin
      select array_agg(r.id) into found from records r
      where r.tenant_id = t and r.id = any(given) and r.marking <= c and r.dataset_id = any(d);
      select array_agg(distinct m.cluster_id) into stored from cluster_members m where m.tenant_id = t and m.id = any(found);
      if stored is null then
        return coalesce(found, '{}');
      end if;

      select array_agg(s.id) into exact from clusters s
      where s.tenant_id = t and s.id = any(stored) and s.dataset_ids <@ d and s.marking <= c;
      select array_agg(m.id) into members from cluster_members m where m.tenant_id = t and m.cluster_id = any(exact);
      select array_agg(id) into found from (
        select r.id from records r where r.tenant_id = t and r.id = any(members) and r.marking <= c and r.dataset_id = any(d)
        union select unnest(found)
      ) seen;
      if cardinality(exact) = cardinality(stored) then
        return found;
      end if;

      select array_agg(r.id) into members from records r
      where r.tenant_id = t and r.marking <= c and r.dataset_id = any(d) and r.id = any(array(
        select m.id from cluster_members m
        where m.tenant_id = t and m.cluster_id = any(array(select unnest(stored) except select unnest(exact)))));
      front := array(select unnest(members) intersect select unnest(found));
      while cardinality(front) > 0 loop
        front := array(
          (select j.right_record from judgements j where j.tenant_id = t and j.verdict = 'same' and j.left_record = any(front)
           union select j.left_record from judgements j where j.tenant_id = t and j.verdict = 'same' and j.right_record = any(front))
          intersect select unnest(members)
          except select unnest(found));
        found := found || front;
      end loop;
      return found;
    end $f$ $sql$,

    -- Records at the other end of the given records' links, without the `known` ones; unresolved and hidden ends are among them.
    $sql$
    create function {place}.graph_step(t uuid, d uuid[], c int, front uuid[], known uuid[], kinds text[], refs boolean, outward boolean, inward boolean)
    returns uuid[] language plpgsql stable set plan_cache_mode = force_generic_plan set enable_nestloop = off as $f$
    begin
      return array(
        (select l.target_record from relationships l
         where l.tenant_id = t and l.source_record = any(front) and l.marking <= c and l.dataset_id = any(d)
           and (refs or not l.reference) and (kinds is null or l.type = any(kinds)) and (outward or not l.directed)
         union all
         select l.source_record from relationships l
         where l.tenant_id = t and l.target_record = any(front) and l.marking <= c and l.dataset_id = any(d)
           and (refs or not l.reference) and (kinds is null or l.type = any(kinds)) and (inward or not l.directed))
        except select unnest(known));
    end $f$ $sql$,

    -- Which of `near` have a link with one of `far`. Walks the links of `near`: make it the smaller set.
    $sql$
    create function {place}.graph_meet(t uuid, d uuid[], c int, near uuid[], far uuid[], kinds text[], refs boolean, outward boolean, inward boolean)
    returns table (near_record uuid, far_record uuid)
    language plpgsql stable set plan_cache_mode = force_generic_plan set enable_nestloop = off as $f$
    begin
      return query
        select distinct l.near, l.far from (
          select s.source_record as near, s.target_record as far from relationships s
          where s.tenant_id = t and s.source_record = any(graph_meet.near) and s.marking <= c and s.dataset_id = any(d)
            and (refs or not s.reference) and (kinds is null or s.type = any(kinds)) and (outward or not s.directed)
          union all
          select s.target_record, s.source_record from relationships s
          where s.tenant_id = t and s.target_record = any(graph_meet.near) and s.marking <= c and s.dataset_id = any(d)
            and (refs or not s.reference) and (kinds is null or s.type = any(kinds)) and (inward or not s.directed)
        ) l join unnest(graph_meet.far) u(id) on u.id = l.far;
    end $f$ $sql$,

    -- Visible records one step from `front`, in the order of their ids, after `after` and at most `most`.
    $sql$
    create function {place}.graph_near(t uuid, d uuid[], c int, front uuid[], known uuid[], after uuid, most int, kinds text[], refs boolean, outward boolean, inward boolean)
    returns uuid[] language plpgsql stable set plan_cache_mode = force_generic_plan set enable_nestloop = off as $f$
    declare
      step uuid[] := graph_step(t, d, c, front, known, kinds, refs, outward, inward);
      chunk uuid[];
      seen uuid[] := '{}';
      last uuid := after;
    begin
      loop
        chunk := array(select id from unnest(step) s(id) where last is null or id > last order by id limit most);
        exit when cardinality(chunk) = 0;
        seen := seen || array(
          select r.id from records r
          where r.tenant_id = t and r.id = any(chunk) and r.marking <= c and r.dataset_id = any(d) order by r.id);
        last := chunk[cardinality(chunk)];
        exit when cardinality(seen) >= most or cardinality(chunk) < most;
      end loop;
      return seen[:most];
    end $f$ $sql$,

    -- Links with both ends among the given records, in the order of their ids, and how many there are.
    $sql$
    create function {place}.graph_among(t uuid, d uuid[], c int, given uuid[], kinds text[], refs boolean, most int)
    returns table (id uuid, source uuid, target uuid, directed boolean, total int)
    language plpgsql stable set plan_cache_mode = force_generic_plan set enable_nestloop = off as $f$
    begin
      return query
        select l.id, l.source_record, l.target_record, l.directed, (count(*) over ())::int from relationships l
        where l.tenant_id = t and l.source_record = any(given) and l.target_record = any(given)
          and l.marking <= c and l.dataset_id = any(d) and (refs or not l.reference) and (kinds is null or l.type = any(kinds))
        order by l.id limit most;
    end $f$ $sql$,

    -- Links of each entity per type and direction; `owners` numbers the entities of `given`. Links within an entity
    -- do not count.
    $sql$
    create function {place}.graph_degrees(t uuid, d uuid[], c int, given uuid[], owners int[])
    returns table (owner int, type text, direction text, reference boolean, count int)
    language plpgsql stable set plan_cache_mode = force_generic_plan set enable_nestloop = off as $f$
    begin
      return query
        with own as materialized (
          select o.id, o.owner from unnest(given, owners) o(id, owner)
        ), links as materialized (
          select l.source_record as near, l.target_record as far, l.type,
                 case when l.directed then 'OUT' else 'ANY' end as direction, l.reference
          from relationships l
          where l.tenant_id = t and l.source_record = any(given) and l.marking <= c and l.dataset_id = any(d)
          union all
          select l.target_record, l.source_record, l.type, case when l.directed then 'IN' else 'ANY' end, l.reference
          from relationships l
          where l.tenant_id = t and l.target_record = any(given) and l.marking <= c and l.dataset_id = any(d)
        ), ends as (
          select r.id from records r
          where r.tenant_id = t and r.id = any(array(select distinct l.far from links l)) and r.marking <= c and r.dataset_id = any(d)
        )
        select near.owner, l.type, l.direction, l.reference, count(*)::int
        from links l
        join own near on near.id = l.near
        join ends on ends.id = l.far
        left join own far on far.id = l.far
        where far.owner is distinct from near.owner
        group by 1, 2, 3, 4;
    end $f$ $sql$,

    -- The links, record to record, of all walks of the fewest hops that any has, `fewest` to `most`, from the entity of records `a` to that
    -- of records `b`; above the shortest, some of the walks visit an entity twice. Both sides grow, the smaller first, until
    -- they are one hop apart; that last hop is never walked, only met. `stopped`: a side grew beyond `visits` records.
    $sql$
    create function {place}.graph_walks(
      t uuid, d uuid[], c int, a uuid[], b uuid[], fewest int, most int, kinds text[], refs boolean, directed boolean,
      visits int, edges int, out hops int, out hop int[], out sources uuid[], out targets uuid[], out stopped boolean
    ) language plpgsql stable set plan_cache_mode = force_generic_plan as $f$
    declare
      balls_a summit.graph_set[];
      balls_b summit.graph_set[];
      front_a uuid[] := a;
      front_b uuid[] := b;
      ends uuid[] := a || b;
      grown_a int := 0;
      grown_b int := 0;
      ball uuid[];
      far uuid[];
      positions summit.graph_set[];
      back uuid[];
      more_sources uuid[];
      more_targets uuid[];
    begin
      stopped := false;
      hop := '{}'; sources := '{}'; targets := '{}';
      balls_a[0] := row(a)::summit.graph_set;
      balls_b[0] := row(b)::summit.graph_set;
      for span in 1..most loop
        while grown_a + grown_b < span - 1 loop
          if cardinality(front_a) = 0 and (cardinality(front_b) = 0 or fewest = 1)
            or cardinality(front_b) = 0 and fewest = 1 then
            return;
          end if;
          if cardinality(front_b) = 0 or cardinality(front_a) between 1 and cardinality(front_b) then
            ball := (balls_a[grown_a]).ids;
            front_a := graph_entities(t, d, c, graph_step(t, d, c, front_a, ball || ends, kinds, refs, true, not directed));
            grown_a := grown_a + 1;
            ball := case when grown_a = 1 then front_a else ball || front_a end;
            balls_a[grown_a] := row(ball)::summit.graph_set;
          else
            ball := (balls_b[grown_b]).ids;
            front_b := graph_entities(t, d, c, graph_step(t, d, c, front_b, ball || ends, kinds, refs, not directed, true));
            grown_b := grown_b + 1;
            ball := case when grown_b = 1 then front_b else ball || front_b end;
            balls_b[grown_b] := row(ball)::summit.graph_set;
          end if;
          if cardinality(ball) > visits then
            stopped := true;
            return;
          end if;
        end loop;
        continue when span < fewest;

        -- Where the two sides are one hop apart. The first time ever, nothing nearer than the fronts can be.
        back := case when fewest = 1 then front_a else (balls_a[grown_a]).ids end;
        far := case when fewest = 1 then front_b else (balls_b[grown_b]).ids end;
        if cardinality(back) <= cardinality(far) then
          back := array(select distinct near_record from graph_meet(t, d, c, back, far, kinds, refs, true, not directed));
        else
          back := array(select distinct far_record from graph_meet(t, d, c, far, back, kinds, refs, not directed, true));
        end if;
        continue when cardinality(back) = 0;
        hops := span;

        -- Back to `a`: what lies on a walk, spot by spot.
        positions[grown_a] := row(graph_entities(t, d, c, back))::summit.graph_set;
        for spot in reverse grown_a - 1 .. 1 loop
          back := array(select far_record from graph_meet(t, d, c, (positions[spot + 1]).ids, (balls_a[spot]).ids, kinds, refs, not directed, true));
          positions[spot] := row(graph_entities(t, d, c, back))::summit.graph_set;
        end loop;
        positions[0] := row(a)::summit.graph_set;

        -- And forward to `b`.
        for spot in 0 .. span - 1 loop
          if spot >= grown_a then
            far := (balls_b[span - spot - 1]).ids;
          else
            far := (positions[spot + 1]).ids;
          end if;
          select array_agg(m.near_record), array_agg(m.far_record) into more_sources, more_targets from (
            select * from graph_meet(t, d, c, (positions[spot]).ids, far, kinds, refs, true, not directed)
            order by 1, 2 limit edges
          ) m;
          stopped := stopped or cardinality(more_sources) = edges;
          hop := hop || array_fill(spot, array[cardinality(more_sources)]);
          sources := sources || more_sources;
          targets := targets || more_targets;
          if spot >= grown_a then
            positions[spot + 1] := row(graph_entities(t, d, c, more_targets))::summit.graph_set;
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
