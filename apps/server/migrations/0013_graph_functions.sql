-- Walks over records and relationships, in arrays. Each function exists twice, in summit for now and in as_of for a moment:
-- the text is the same and names no schema, so that search_path decides, and each keeps plans of its own.
--
-- Plans are generic (the arrays' lengths would change nothing but the time to plan) and have no nested loops: looking up an
-- array is one pass over the index's pages in key order, whereas a nested loop descends the tree for each id. Where sets are
-- compared there is no sorting either: their estimated sizes are nothing, and the real ones are what hashing is for.

-- A past version of a fact is read with the stricter of its markings then and now; of one that was removed since, with the last
-- one it had. So says the view itself, and no read can forget it. Rows that still stand carry today's marking already: only
-- versions out of history ask, one look-up each, after everything else about them has been tested (3,000 records' links with a
-- fifth out of history: 3 times as long). Who has the highest clearance sees whatever the answer is, and does not ask.
-- `said_marking` is what the version itself said, which its digest was made from.
do $views$
declare
  place text;
  others text;
begin
  foreach place in array array['records', 'relationships'] loop
    select string_agg(quote_ident(attname), ', ' order by attnum) into others
    from pg_attribute
    where attrelid = ('summit.' || place)::regclass and attnum > 0 and not attisdropped;

    execute format($ddl$
      create or replace view as_of.%1$I with (security_invoker = true) as
        select %2$s, said_marking from (
          select %2$s, marking as said_marking, 9223372036854775807 as until_change from summit.%1$I
          union all
          select %3$s, h.marking, h.until_change from history.%1$I h
        ) versions
        where (since_change <= (select current_setting('summit.as_of')::bigint)) is true
          and (until_change > (select current_setting('summit.as_of')::bigint)) is true;
    $ddl$, place, others, (
      select string_agg(case attname when 'marking' then format($now$
          case when (select current_setting('summit.clearance', true)) = '4' then h.marking
          else greatest(h.marking, coalesce(
            (select n.marking from summit.%1$I n where n.tenant_id = h.tenant_id and n.id = h.id),
            (select l.marking from history.%1$I l where l.tenant_id = h.tenant_id and l.id = h.id order by l.since_change desc limit 1)))
          end$now$, place)
        else 'h.' || quote_ident(attname) end, ', ' order by attnum)
      from pg_attribute where attrelid = ('summit.' || place)::regclass and attnum > 0 and not attisdropped));
  end loop;
end $views$;

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

      members := array(
        select r.id from records r
        where r.tenant_id = t and r.marking <= c and r.dataset_id = any(d) and r.id = any(array(
          select m.id from cluster_members m where m.tenant_id = t and m.cluster_id = any(stored))));
      -- As clustersOf has it: a stored cluster that lacks a member is not exact either.
      select array_agg(s.id) into exact from clusters s
      join (
        select m.cluster_id, count(*) as seen from cluster_members m where m.tenant_id = t and m.id = any(members) group by 1
      ) k on k.cluster_id = s.id and k.seen = s.size
      where s.tenant_id = t and s.id = any(stored) and s.dataset_ids <@ d and s.marking <= c;
      found := array(
        select m.id from cluster_members m where m.tenant_id = t and m.id = any(members) and m.cluster_id = any(exact)
        union select unnest(found));
      if cardinality(exact) = cardinality(stored) then
        return found;
      end if;

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
    returns uuid[] language plpgsql stable set plan_cache_mode = force_generic_plan set enable_nestloop = off set enable_sort = off as $f$
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

    -- Which of `near` have a link with which of `far`. Few pairs are looked up one by one in the index; of many, the links of
    -- `near` are walked: make it the smaller set.
    $sql$
    create function {place}.graph_meet(t uuid, d uuid[], c int, near uuid[], far uuid[], kinds text[], refs boolean, outward boolean, inward boolean)
    returns table (near_record uuid, far_record uuid)
    language plpgsql stable set plan_cache_mode = force_generic_plan set enable_nestloop = off as $f$
    begin
      if cardinality(graph_meet.near) * cardinality(graph_meet.far) <= 4000 then
        return query
          select l.source_record, l.target_record from relationships l
          where l.tenant_id = t and l.source_record = any(graph_meet.near) and l.target_record = any(graph_meet.far)
            and l.marking <= c and l.dataset_id = any(d) and (refs or not l.reference) and (kinds is null or l.type = any(kinds))
            and (outward or not l.directed)
          union
          select l.target_record, l.source_record from relationships l
          where l.tenant_id = t and l.target_record = any(graph_meet.near) and l.source_record = any(graph_meet.far)
            and l.marking <= c and l.dataset_id = any(d) and (refs or not l.reference) and (kinds is null or l.type = any(kinds))
            and (inward or not l.directed);
      else
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
      end if;
    end $f$ $sql$,

    -- The visible ones of the given records, with the entity of each: its visible records, sorted, where a stored cluster
    -- is exact for the reader; of one that is not, `members` are its visible records and judgements must tell. As clustersOf has it.
    $sql$
    create function {place}.graph_clusters(t uuid, d uuid[], c int, given uuid[])
    returns table (id uuid, cluster uuid, exact boolean, members uuid[])
    language plpgsql stable set plan_cache_mode = force_generic_plan set enable_nestloop = off as $f$
    declare
      seen uuid[];
      stored uuid[];
    begin
      seen := array(
        select r.id from records r where r.tenant_id = t and r.id = any(given) and r.marking <= c and r.dataset_id = any(d));
      stored := array(select distinct m.cluster_id from cluster_members m where m.tenant_id = t and m.id = any(seen));
      -- Most records stand alone.
      if cardinality(stored) = 0 then
        return query select s.id, null::uuid, false, null::uuid[] from unnest(seen) s(id);
        return;
      end if;
      return query
        with mates as materialized (
          select m.id, m.cluster_id from cluster_members m where m.tenant_id = t and m.cluster_id = any(stored)
        ), whole as (
          select m.cluster_id, array_agg(m.id order by m.id) as members
          from mates m join records r on r.id = m.id
          where r.tenant_id = t and r.id = any(array(select a.id from mates a)) and r.marking <= c and r.dataset_id = any(d)
          group by 1
        ), known as (
          select k.id, k.dataset_ids <@ d and k.marking <= c as within, k.size from clusters k
          where k.tenant_id = t and k.id = any(stored)
        )
        -- A stored cluster that lacks a member is not exact either: a bulk removal and a judgement of the same moment did not
        -- see each other.
        select s.id, m.cluster_id, coalesce(k.within and k.size = cardinality(w.members), false), w.members
        from unnest(seen) s(id)
        left join mates m on m.id = s.id
        left join whole w on w.cluster_id = m.cluster_id
        left join known k on k.id = m.cluster_id;
    end $f$ $sql$,

    -- Visible records one step from `front` with their entities (graph_clusters), `most` of them after `after` in the order of
    -- their ids, or all that are left when they are fewer. The links of a few records are read in that order from their
    -- index, no further than needed (the 27,000 of a hub: 48 ms, its first 500: 4); those of many are gathered first. `known` ones are not
    -- among them; null: the front itself.
    $sql$
    create function {place}.graph_near(t uuid, d uuid[], c int, front uuid[], known uuid[], after uuid, most int, kinds text[], refs boolean, outward boolean, inward boolean)
    returns table (id uuid, cluster uuid, exact boolean, members uuid[])
    language plpgsql stable set plan_cache_mode = force_generic_plan set enable_nestloop = off as $f$
    declare
      few boolean := cardinality(front) <= 64;
      step uuid[];
      chunk uuid[];
      more uuid[];
      -- Up to here each side of each record has been read, and the chunk is whole; null when all of it has.
      bound uuid;
      last uuid := coalesce(after, '00000000-0000-0000-0000-000000000000');
      room int;
      wanted int := most;
      found int;
    begin
      if cardinality(front) = 0 then
        return;
      end if;
      known := coalesce(known, front);
      if not few then
        step := graph_step(t, d, c, front, known, kinds, refs, outward, inward);
      end if;
      loop
        if few then
          chunk := '{}';
          -- A few more than wanted: some are known, and some linked twice.
          room := wanted / cardinality(front) + wanted / 8 + 32;
          loop
            with sides as materialized (
              select array(
                select l.target_record from relationships l
                where l.tenant_id = t and l.source_record = u.id and l.target_record > last and l.marking <= c and l.dataset_id = any(d)
                  and (refs or not l.reference) and (kinds is null or l.type = any(kinds)) and (outward or not l.directed)
                order by l.target_record limit room) as far
              from unnest(front) u(id)
              union all
              select array(
                select l.source_record from relationships l
                where l.tenant_id = t and l.target_record = u.id and l.source_record > last and l.marking <= c and l.dataset_id = any(d)
                  and (refs or not l.reference) and (kinds is null or l.type = any(kinds)) and (inward or not l.directed)
                order by l.source_record limit room)
              from unnest(front) u(id)
            ), cut as materialized (
              select (select s.far[room] from sides s where s.far[room] is not null order by 1 limit 1) as bound
            )
            select array(
              select distinct f.id from sides s, unnest(s.far) f(id)
              where (cut.bound is null or f.id <= cut.bound) and f.id <> all(known) order by 1
            ), cut.bound into more, bound from cut;
            chunk := chunk || more;
            exit when bound is null or cardinality(chunk) >= wanted;
            last := bound;
            room := room * 2;
          end loop;
          if cardinality(chunk) > wanted then
            chunk := chunk[:wanted];
            bound := chunk[wanted];
          end if;
        else
          chunk := array(select s.id from unnest(step) s(id) where s.id > last order by s.id limit wanted);
          bound := case when cardinality(chunk) = wanted then chunk[wanted] end;
        end if;
        return query select * from graph_clusters(t, d, c, chunk) g order by g.id;
        get diagnostics found = row_count;
        wanted := wanted - found;
        exit when wanted = 0 or bound is null;
        last := bound;
      end loop;
    end $f$ $sql$,

    -- Links with both ends among the given records, in the order of their ids, what a chart draws of them, and how many there
    -- are.
    $sql$
    create function {place}.graph_among(t uuid, d uuid[], c int, given uuid[], kinds text[], refs boolean, most int)
    returns table (
      id uuid, source uuid, target uuid, type text, directed boolean, reference boolean, dataset uuid, valid_from text, valid_to text,
      total int
    )
    language plpgsql stable set plan_cache_mode = force_generic_plan set enable_nestloop = off as $f$
    begin
      return query
        select l.id, l.source_record, l.target_record, l.type, l.directed, l.reference, l.dataset_id, l.valid_from, l.valid_to,
               (count(*) over ())::int
        from relationships l
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
    end $f$ $sql$

    ] loop
      execute replace(body, '{place}', place);
    end loop;
  end loop;
end $migration$;

grant execute on all functions in schema as_of to summit_app;
