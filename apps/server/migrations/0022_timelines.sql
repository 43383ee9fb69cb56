-- A standby that took over may lack the last changes that its primary acknowledged, and gives their transaction ids again. The
-- ids of changes must not be: a projection that holds a lost one would take the new one for it. So each takeover opens an epoch
-- far above anything that could have been given. Whoever connects looks at it before anything is written (database/standing.ts).

/* The timeline that is written now; unlike the control file's it is right from the first moment of a takeover on. */
create function operations.timeline() returns int language sql stable
  return ('x' || left(pg_walfile_name(pg_current_wal_insert_lsn()), 8))::bit(32)::int;

/* How many ids a primary could have given that its standby knows nothing of: a million a second for a quarter of an hour. */
create function operations.lost_at_most() returns bigint language sql immutable return 1000000000;

create function operations.follow_timeline() returns void
language plpgsql volatile security definer set search_path = '' as $$
declare
  last operations.epochs;
begin
  perform pg_advisory_xact_lock(727277);
  select * into last from operations.epochs e order by e.id desc limit 1;
  -- Another cluster altogether is the owner's affair (migrate).
  if last.timeline = operations.timeline()
    or last.system_identifier <> (select c.system_identifier::text from pg_control_system() c) then
    return;
  end if;
  insert into operations.epochs (system_identifier, timeline, xid_offset)
  values (last.system_identifier, operations.timeline(), last.xid_offset + operations.lost_at_most());
end $$;
revoke all on function operations.follow_timeline() from public;
grant execute on function operations.follow_timeline() to summit_app;
