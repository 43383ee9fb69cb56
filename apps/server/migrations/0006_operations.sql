-- Running state: no facts, no as-of, no undo.

create table operations.idempotency_keys (
  tenant_id uuid not null,
  principal uuid not null,
  key text not null,
  body_hash text not null,
  result jsonb not null,
  change_id bigint,
  at timestamptz not null default clock_timestamp(),
  primary key (tenant_id, principal, key)
);

create table operations.seen (
  tenant_id uuid not null,
  user_id uuid not null,
  -- the investigation, or the user's own id for everything
  scope_id uuid not null,
  change_id bigint not null,
  at timestamptz not null default clock_timestamp(),
  primary key (tenant_id, user_id, scope_id)
);

do $$
declare name text;
begin
  foreach name in array array['idempotency_keys', 'seen'] loop
    execute format('alter table operations.%I enable row level security, force row level security', name);
    execute format('create policy tenant on operations.%I using (tenant_id = current_setting(''summit.tenant'')::uuid)', name);
    execute format('grant select, insert, update, delete on operations.%I to summit_app', name);
  end loop;
end $$;
