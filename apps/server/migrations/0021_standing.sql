/*
 * What a live snapshot knows of the tenant, in a word: two snapshots with the same word show the same rows. Null while that
 * cannot be said: while a change is visible to which an earlier one may still appear. The word names this history (the epoch, the
 * start of this server: a database that was taken back to an earlier day gives the same ids to other changes) and the latest
 * change in the snapshot; all before it are settled, being below the horizon.
 */
create function summit.standing(t uuid, out origin text, out latest text)
language plpgsql stable set plan_cache_mode = force_generic_plan as $f$
declare
  last record;
begin
  select c.id, c.at into last from summit.changes c where c.tenant_id = t order by c.id desc limit 1;
  select concat_ws(' ', e.id, e.system_identifier, e.timeline, e.xid_offset,
    extract(epoch from pg_postmaster_start_time())) into origin
  from operations.epochs e order by e.id desc limit 1;
  if last.id < summit.horizon() then
    latest := last.id || ' ' || extract(epoch from last.at);
  end if;
end $f$;
grant execute on function summit.standing to summit_app;
