-- What nearly every read asks. As functions their plans are made once for a connection: making them anew took longer than
-- running them (half of the database's six milliseconds for one hop). Each exists for now and for a moment, as in 0013.
do $migration$
declare
  place text;
  body text;
begin
  foreach place in array array['summit', 'as_of'] loop
    foreach body in array array[

    -- The datasets that somebody with clearance `c`, and with rights on those `among` only unless it is null, sees: by the
    -- stricter of the markings then and now; of one that was removed since, the last one it had.
    $sql$
    create function {place}.reader_datasets(t uuid, c int, among uuid[]) returns uuid[]
    language plpgsql stable set plan_cache_mode = force_generic_plan as $f$
    begin
      return array(
        select d.id from datasets d
        where d.tenant_id = t and d.marking <= c and (among is null or d.id = any(among))
          and coalesce(
            (select n.marking from summit.datasets n where n.tenant_id = d.tenant_id and n.id = d.id),
            (select h.marking from history.datasets h where h.tenant_id = d.tenant_id and h.id = d.id
             order by h.since_change desc limit 1)) <= c);
    end $f$ $sql$,

    -- What the visible ones of the given records are called.
    $sql$
    create function {place}.record_names(t uuid, d uuid[], c int, given uuid[]) returns table (id uuid, schema text, caption text)
    language plpgsql stable set plan_cache_mode = force_generic_plan as $f$
    begin
      return query
        select r.id, r.schema, r.caption from records r
        where r.tenant_id = t and r.id = any(given) and r.marking <= c and (r.dataset_id = any(d)) is true;
    end $f$ $sql$,

    -- Refutations of values of the given records, of investigations whose notebook is among the datasets `d`.
    $sql$
    create function {place}.record_refutations(t uuid, d uuid[], given uuid[]) returns table (
      record_id uuid, property text, value text, reason text, made_by uuid, made_at timestamptz, since_change bigint, notebook_id uuid
    ) language plpgsql stable set plan_cache_mode = force_generic_plan as $f$
    begin
      return query
        select f.record_id, f.property, f.value, f.reason, f.made_by, f.made_at, f.since_change, i.notebook_id
        from refutations f join investigations i on i.tenant_id = t and i.id = f.investigation_id
        where f.tenant_id = t and f.record_id = any(given) and i.notebook_id = any(d)
        order by f.made_at, f.id;
    end $f$ $sql$

    ] loop
      execute replace(body, '{place}', place);
    end loop;
  end loop;
end $migration$;

grant execute on function as_of.reader_datasets(uuid, int, uuid[]), as_of.record_refutations(uuid, uuid[], uuid[]),
  as_of.record_names(uuid, uuid[], int, uuid[]) to summit_app;

-- The change that a live snapshot answers for. Later ones may be in it too, but an earlier one could still be missing.
create function summit.position(t uuid) returns bigint
language plpgsql stable set plan_cache_mode = force_generic_plan as $f$
begin
  return coalesce((select max(c.id) from summit.changes c where c.tenant_id = t and c.id < summit.horizon()), 0);
end $f$;
