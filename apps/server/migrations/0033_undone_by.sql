-- A redo is undone by the undo of it, and as well by another undo of the act that it brought back: there is one act, done or not.

/*
 * The undo by which a change stands undone: of itself, or of what it brought back. `apart_from`: a change that counts for
 * nothing, as the undo that asks.
 */
create function summit.undone_by(tenant uuid, change bigint, apart_from bigint default null) returns bigint
language plpgsql stable as $$
begin
  return (
    with recursive line (id, undo_of, brings_back) as (
      select c.id, c.undo_of, true from summit.changes c where c.tenant_id = tenant and c.id = change
      union all
      select c.id, c.undo_of, not line.brings_back from line join summit.changes c on c.tenant_id = tenant and c.id = line.undo_of
    )
    select max(u.id)
    from line join summit.changes u on u.tenant_id = tenant and u.undo_of = line.id
    where line.brings_back and u.id not in (select id from line) and u.id is distinct from apart_from
      and not summit.is_undone(tenant, u.id)
  );
end $$;
grant execute on function summit.undone_by to summit_app;
