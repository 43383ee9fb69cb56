-- The case and its chart.

create table summit.investigations (
  tenant_id uuid not null,
  id uuid not null,
  since_change bigint not null,
  title text not null,
  description text,
  marking smallint not null default 1 check (marking between 0 and 4),
  archived boolean not null default false,
  read_only boolean not null default false,
  notebook_id uuid not null,
  created_at timestamptz not null default clock_timestamp(),
  created_by uuid not null,
  primary key (tenant_id, id)
);
select operations.track('investigations');

create table summit.investigation_members (
  tenant_id uuid not null,
  id uuid not null,
  since_change bigint not null,
  investigation_id uuid not null,
  user_id uuid not null,
  role text not null check (role in ('lead', 'editor', 'viewer')),
  primary key (tenant_id, id),
  unique (tenant_id, investigation_id, user_id)
);
create index investigation_members_user on summit.investigation_members (tenant_id, user_id);
select operations.track('investigation_members');

create table summit.investigation_items (
  tenant_id uuid not null,
  id uuid not null,
  since_change bigint not null,
  investigation_id uuid not null,
  -- One record of the entity: bookmarks survive every merge and split.
  record_id uuid not null,
  x double precision,
  y double precision,
  pinned boolean not null default false,
  hidden boolean not null default false,
  group_name text,
  colour text,
  added_at timestamptz not null default clock_timestamp(),
  added_by uuid not null,
  primary key (tenant_id, id),
  unique (tenant_id, investigation_id, record_id)
);
create index investigation_items_record on summit.investigation_items (tenant_id, record_id);
select operations.track('investigation_items');
create index on history.investigation_items (tenant_id, investigation_id);

create table summit.notes (
  tenant_id uuid not null,
  id uuid not null,
  since_change bigint not null,
  investigation_id uuid not null,
  text text not null,
  target_id uuid,
  property text,
  value text,
  made_by uuid not null,
  made_at timestamptz not null default clock_timestamp(),
  primary key (tenant_id, id)
);
create index notes_investigation on summit.notes (tenant_id, investigation_id);
create index notes_target on summit.notes (tenant_id, target_id) where target_id is not null;
select operations.track('notes');

-- A sourced value that an analyst holds to be wrong: shown struck through, restorable; the record itself is never rewritten.
create table summit.refutations (
  tenant_id uuid not null,
  id uuid not null,
  since_change bigint not null,
  investigation_id uuid not null,
  record_id uuid not null,
  property text not null,
  value text not null,
  reason text,
  made_by uuid not null,
  made_at timestamptz not null default clock_timestamp(),
  primary key (tenant_id, id)
);
create index refutations_record on summit.refutations (tenant_id, record_id);
select operations.track('refutations');
