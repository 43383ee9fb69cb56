-- A change that puts back a row which had gone, and one whose snapshot is older and puts it back as well, meet at the row's key.
-- Not when a third has taken it away again in between: then no key objects, both versions stand at some moment, and the ids of
-- the changes no longer say what came first (found by the model test, 1 of some 4,000 concurrent sequences). So whoever takes a
-- row away, and whoever puts one back, writes the last version that came before: of two at once, the later is run again.

alter function operations.track(text) rename to track_versions;

create function operations.track(name text) returns void language plpgsql as $track$
begin
  perform operations.track_versions(name);
  perform operations.track_returns(name);
end $track$;

-- By id, then by place: the planner knows nothing of the rows of a statement, and by the moment it read the whole history for each.
create function operations.track_returns(name text) returns void language plpgsql as $track$
begin
  execute format($ddl$
    create function history.%2$I() returns trigger language plpgsql security definer
      set search_path = '' set enable_hashjoin = off set enable_mergejoin = off as $body$
    begin
      -- Bulk writers of new rows are spared the look-up: of one data set they follow each other.
      if (select count(*) from (select from new_rows limit 1001) few) <= 1000 or exists (
        select from summit.changes
        where tenant_id = current_setting('summit.tenant')::uuid and id = summit.require_change() and undo_of is not null
      ) then
        update history.%1$I h set until_change = h.until_change
        from new_rows n cross join lateral (
          select v.ctid from history.%1$I v
          where v.tenant_id = n.tenant_id and v.id = n.id and (v.since_change < n.since_change) is true
          order by v.since_change + 0 desc limit 1
        ) last
        where h.ctid = last.ctid;
      end if;
      return null;
    end $body$;

    create function history.%3$I() returns trigger language plpgsql security definer
      set search_path = '' set enable_hashjoin = off set enable_mergejoin = off as $body$
    begin
      update history.%1$I h set until_change = h.until_change
      from old_rows o cross join lateral (
        select v.ctid from history.%1$I v
        where v.tenant_id = o.tenant_id and v.id = o.id and (v.since_change < o.since_change) is true
        order by v.since_change + 0 desc limit 1
      ) last
      where h.ctid = last.ctid;
      return null;
    end $body$;

    -- By name they come after those that write history.
    create trigger returned after insert on summit.%1$I referencing new table as new_rows
      for each statement execute function history.%2$I();
    create trigger went after delete on summit.%1$I referencing old table as old_rows
      for each statement execute function history.%3$I();
  $ddl$, name, name || '_returned', name || '_went');
end $track$;

select operations.track_returns(relname) from pg_class
where relnamespace = 'history'::regnamespace and relkind = 'r' order by relname;
