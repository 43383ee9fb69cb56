-- An epoch has a name that no other history gives: two restores of one backup count their epochs alike, and end on different
-- timelines. The copy in another store names it, and only what it names the same answers for this log.

/* The epoch in which changes are written, as (system identifier, timeline, offset). */
create function operations.epoch() returns text language sql stable
  return (select concat_ws('/', e.system_identifier, e.timeline, e.xid_offset) from operations.epochs e order by e.id desc limit 1);
revoke all on function operations.epoch() from public;
grant execute on function operations.epoch() to summit_app;

create or replace function projection.log(after bigint, anchored text)
returns table (horizon bigint, head bigint, head_anchor text, epoch text, stands boolean)
language plpgsql stable security definer set search_path = '' as $$
declare
  edge bigint := summit.horizon();
begin
  return query
    select edge, coalesce(top.id, 0), coalesce(top.anchor, ''), operations.epoch(),
           after = 0 or exists (select from summit.changes c where c.id = after and projection.anchor(c) = anchored)
    from (select) one left join lateral (
      select c.id, projection.anchor(c) as anchor from summit.changes c where c.id < edge order by c.id desc limit 1
    ) top on true;
end $$;

/*
 * Whether an epoch is one that this history came from: it stands in the log, or its timeline is older than this one. A primary
 * that others have left behind says no of the epoch that they write in.
 */
create function operations.comes_from(named text) returns boolean language sql stable
  return (
    select exists (
      select from operations.epochs e
      where concat_ws('/', e.system_identifier, e.timeline, e.xid_offset) = named
         or e.id = (select max(l.id) from operations.epochs l)
            and e.system_identifier = split_part(named, '/', 1) and split_part(named, '/', 2) ~ '^\d{1,9}$'
            and split_part(named, '/', 2)::int < e.timeline));
revoke all on function operations.comes_from(text) from public;
grant execute on function operations.comes_from(text) to summit_app;
