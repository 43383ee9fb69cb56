-- The change log: one transaction is one change; every row names the change that wrote it; old versions move to history.
-- Exact rules: docs/change-log.md. Roles are made by migrate.ts before this file runs.

create schema summit;
create schema history;
create schema operations;
create schema as_of;

grant usage on schema summit, history, operations, as_of to summit_app;

-- Transaction ids start low again after a logical restore into a new cluster; an epoch lifts them above every id given before.
create table operations.epochs (
  id int primary key generated always as identity,
  system_identifier text not null,
  timeline int not null,
  xid_offset bigint not null,
  opened_at timestamptz not null default clock_timestamp()
);
grant select on operations.epochs to summit_app;

create function summit.epoch_offset() returns bigint language sql stable parallel safe
  return (select xid_offset from operations.epochs order by id desc limit 1);

/* The id of the change that this transaction is or would be. Assigns a transaction id. */
create function summit.transaction_change() returns bigint language sql volatile
  return pg_current_xact_id()::text::bigint + summit.epoch_offset();

/* Below this no change can still appear: the stable prefix of the log. */
create function summit.horizon() returns bigint language sql stable
  return pg_snapshot_xmin(pg_current_snapshot())::text::bigint + summit.epoch_offset();

create function summit.tenant() returns uuid language sql stable parallel safe
  return current_setting('summit.tenant')::uuid;

create function summit.as_of() returns bigint language sql stable parallel safe
  return current_setting('summit.as_of')::bigint;

create table summit.changes (
  tenant_id uuid not null,
  id bigint not null,
  tx xid8 not null,
  at timestamptz not null,
  actor_id uuid not null,
  on_behalf_of uuid,
  action text not null,
  summary text not null default '',
  reason text,
  targets jsonb not null default '[]',
  investigation_id uuid,
  import_id uuid,
  undo_of bigint,
  request_id text,
  trace_id text,
  rows int not null default 0,
  primary key (tenant_id, id)
);
create index changes_at on summit.changes (tenant_id, at);
create index changes_actor on summit.changes (tenant_id, actor_id, id);
create index changes_investigation on summit.changes (tenant_id, investigation_id, id) where investigation_id is not null;
create index changes_import on summit.changes (tenant_id, import_id, id) where import_id is not null;
create index changes_undo_of on summit.changes (tenant_id, undo_of) where undo_of is not null;

alter table summit.changes enable row level security, force row level security;
create policy tenant on summit.changes using (tenant_id = current_setting('summit.tenant')::uuid);
-- Epochs are the one question asked across tenants, by the owner alone: an id must lie above every id ever given.
create policy epochs on summit.changes for select to current_user using (true);
grant select, insert, update (summary, targets, investigation_id) on summit.changes to summit_app;

create function summit.change_begins() returns trigger language plpgsql security definer set search_path = '' as $$
begin
  -- At READ COMMITTED the order of ids is not the order of writes: a later commit's value would stand under an earlier id.
  if current_setting('transaction_isolation') not in ('repeatable read', 'serializable') then
    raise exception 'a change needs REPEATABLE READ' using errcode = 'SU001';
  end if;
  new.tx := pg_current_xact_id();
  new.id := summit.transaction_change();
  new.at := clock_timestamp();
  new.rows := 0;
  perform pg_notify('summit_changes', new.tenant_id || ':' || new.id);
  return new;
end $$;
create trigger begins before insert on summit.changes for each row execute function summit.change_begins();

create function summit.change_is_closed() returns trigger language plpgsql security definer set search_path = '' as $$
begin
  if tg_op = 'UPDATE' and old.tx = pg_current_xact_id() then
    return new;
  end if;
  raise exception 'the change log is append-only' using errcode = 'SU002';
end $$;
create trigger closed before update or delete on summit.changes for each row execute function summit.change_is_closed();
create trigger never_truncated before truncate on summit.changes execute function summit.change_is_closed();

/* The current change's id. Fails when this transaction has not begun a change for its tenant. */
create function summit.require_change() returns bigint language plpgsql stable security definer set search_path = '' as $$
declare
  current bigint;
begin
  select c.id into current
  from summit.changes c
  where c.tenant_id = current_setting('summit.tenant')::uuid
    and c.id = pg_current_xact_id_if_assigned()::text::bigint + summit.epoch_offset();
  if current is null then
    raise exception 'written outside of a change' using errcode = 'SU003';
  end if;
  return current;
end $$;

/*
 * Puts a table of schema summit under the log: row-level security, a twin in history, the three statement triggers, and a
 * view in as_of that shows it as it stood at summit.as_of(). The table needs tenant_id, id and since_change.
 */
create function operations.track(name text) returns void language plpgsql as $track$
declare
  columns text;
  settable text;
begin
  select string_agg(quote_ident(attname), ', ' order by attnum),
         string_agg(quote_ident(attname), ', ' order by attnum) filter (where attname not in ('tenant_id', 'id'))
  into columns, settable
  from pg_attribute where attrelid = ('summit.' || name)::regclass and attnum > 0 and not attisdropped;

  execute format($ddl$
    create table history.%1$I as select %2$s, null::bigint as until_change from summit.%1$I with no data;
    alter table history.%1$I
      alter tenant_id set not null, alter id set not null, alter since_change set not null, alter until_change set not null,
      add primary key (tenant_id, id, since_change);
    -- The tenant stands second in every index but the key's: for a tenant that the statistics do not know yet, each index that
    -- begins with it looks as good as the key, and a look-up by id then read all of the tenant's rows (29 s instead of 6).
    create index on history.%1$I (until_change, tenant_id);
    create index on history.%1$I (since_change, tenant_id);
    create index on summit.%1$I (since_change, tenant_id);

    alter table summit.%1$I enable row level security, force row level security;
    alter table history.%1$I enable row level security, force row level security;
    create policy tenant on summit.%1$I using (tenant_id = current_setting('summit.tenant')::uuid);
    create policy tenant on history.%1$I using (tenant_id = current_setting('summit.tenant')::uuid);
    grant select, insert, delete, update (%3$s) on summit.%1$I to summit_app;
    grant select on history.%1$I to summit_app;

    -- The conditions stand outside of the union: an arm with conditions of its own is read apart from the query, and every join
    -- with the view scans the whole table (measured: the links of one entity 448 ms instead of 3).
    -- `is true`: the moment filters and never drives. On tables without statistics rows were looked up by it, not by their key.
    -- `select`: read once a query, not once a row.
    create view as_of.%1$I with (security_invoker = true) as
      select %2$s from (
        select %2$s, 9223372036854775807 as until_change from summit.%1$I
        union all
        select %2$s, until_change from history.%1$I
      ) versions
      where (since_change <= (select current_setting('summit.as_of')::bigint)) is true
        and (until_change > (select current_setting('summit.as_of')::bigint)) is true;
    grant select on as_of.%1$I to summit_app;

    create function history.%4$I() returns trigger language plpgsql security definer
      set search_path = '' set enable_hashjoin = off set enable_mergejoin = off as $body$
    declare
      current bigint := summit.require_change();
      touched int;
    begin
      if exists (select from new_rows where since_change <> current) then
        raise exception 'since_change must be the current change' using errcode = 'SU003';
      end if;
      select count(*) into touched from new_rows;
      -- An upsert of a row that this snapshot sees, but that a change with perhaps a higher id has just taken away: at some
      -- moment both versions would stand. (No unique index objects; found by the model test, 1 of 600 concurrent sequences.)
      -- Bulk writers update what they see and insert what they do not see; for them the look-up cost an eighth.
      if touched between 1 and 1000 and exists (
        select from new_rows n join summit.%1$I l on l.tenant_id = n.tenant_id and l.id = n.id where l.since_change <> current
      ) then
        raise exception 'another change took the row away' using errcode = '40001';
      end if;
      if touched > 0 then
        update summit.changes set rows = rows + touched where tenant_id = current_setting('summit.tenant')::uuid and id = current;
      end if;
      return null;
    end $body$;

    create function history.%5$I() returns trigger language plpgsql security definer set search_path = '' as $body$
    declare
      current bigint := summit.require_change();
      touched int;
    begin
      -- At REPEATABLE READ this cannot happen; should it, the transaction is tried again rather than writing under a wrong id.
      if exists (select from old_rows where since_change > current) then
        raise exception 'a later change wrote first' using errcode = '40001';
      end if;
      if exists (select from new_rows where since_change <> current) then
        raise exception 'since_change must be the current change' using errcode = 'SU003';
      end if;
      -- A second write to a row in one change keeps only the version before the first.
      insert into history.%1$I (%2$s, until_change)
        select %2$s, current from old_rows where since_change < current;
      select count(*) into touched from old_rows;
      if touched > 0 then
        update summit.changes set rows = rows + touched where tenant_id = current_setting('summit.tenant')::uuid and id = current;
      end if;
      return null;
    end $body$;
  $ddl$, name, columns, settable, name || '_inserted', name || '_updated');

  execute format($ddl$
    create function history.%3$I() returns trigger language plpgsql security definer set search_path = '' as $body$
    declare
      current bigint := summit.require_change();
      touched int;
    begin
      if exists (select from old_rows where since_change > current) then
        raise exception 'a later change wrote first' using errcode = '40001';
      end if;
      insert into history.%1$I (%2$s, until_change)
        select %2$s, current from old_rows where since_change < current;
      select count(*) into touched from old_rows;
      if touched > 0 then
        update summit.changes set rows = rows + touched where tenant_id = current_setting('summit.tenant')::uuid and id = current;
      end if;
      return null;
    end $body$;

    create trigger inserted after insert on summit.%1$I referencing new table as new_rows
      for each statement execute function history.%4$I();
    create trigger updated after update on summit.%1$I referencing old table as old_rows new table as new_rows
      for each statement execute function history.%5$I();
    create trigger deleted after delete on summit.%1$I referencing old table as old_rows
      for each statement execute function history.%3$I();
    create trigger never_truncated before truncate on summit.%1$I execute function summit.change_is_closed();
  $ddl$, name, columns, name || '_deleted', name || '_inserted', name || '_updated');
end $track$;

/* Whether a change stands undone: some undo of it that is not undone itself. */
create function summit.is_undone(tenant uuid, change bigint) returns boolean language plpgsql stable as $$
begin
  return exists (
    select from summit.changes u
    where u.tenant_id = tenant and u.undo_of = change and not summit.is_undone(tenant, u.id)
  );
end $$;
grant execute on function summit.is_undone to summit_app;

/* 0 for an act, 1 for its undo, 2 for the redo, and so on. */
create function summit.undo_depth(tenant uuid, change bigint) returns int language plpgsql stable as $$
declare
  depth int := 0;
  current bigint := change;
begin
  loop
    select undo_of into current from summit.changes where tenant_id = tenant and id = current;
    exit when current is null;
    depth := depth + 1;
  end loop;
  return depth;
end $$;
grant execute on function summit.undo_depth to summit_app;
