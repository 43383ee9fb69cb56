-- Who decides about a cluster writes its claim: of two decisions about one cluster, or of a judgement and the removal of its
-- record, the later fails to serialize, is run again and sees the first. Outside the log: it says nothing about the world.
create table operations.claims (
  tenant_id uuid not null,
  -- a stored cluster, a record that stands alone, or another row that two decisions could share without writing it
  id uuid not null,
  at timestamptz not null default clock_timestamp(),
  primary key (tenant_id, id)
) with (fillfactor = 70);
create index claims_at on operations.claims (tenant_id, at);
alter table operations.claims enable row level security, force row level security;
create policy tenant on operations.claims using (tenant_id = current_setting('summit.tenant')::uuid);
grant select, insert, update, delete on operations.claims to summit_app;

-- The history of an entity asks what was ever said about its records.
create index on history.refutations (tenant_id, record_id);
create index on history.notes (tenant_id, target_id) where target_id is not null;
create index on history.investigation_items (tenant_id, record_id);

-- A page of a case's items, in their order.
create index investigation_items_in_order on summit.investigation_items (tenant_id, investigation_id, id);
