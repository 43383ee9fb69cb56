-- Who may do what. Every key is (tenant_id, id): the same id in two tenants is no conflict.

create table summit.tenants (
  tenant_id uuid not null,
  id uuid not null check (id = tenant_id),
  since_change bigint not null,
  name text not null,
  primary key (tenant_id, id)
);
select operations.track('tenants');

create table summit.users (
  tenant_id uuid not null,
  id uuid not null,
  since_change bigint not null,
  name text not null,
  kind text not null default 'person' check (kind in ('person', 'agent', 'system')),
  email text,
  -- Who the identity provider says it is; null until the first sign-in.
  issuer text,
  subject text,
  roles text[] not null,
  -- Rank of the highest marking it may read: 0 TLP:CLEAR, 1 GREEN, 2 AMBER, 3 AMBER+STRICT, 4 RED.
  clearance smallint not null default 4 check (clearance between 0 and 4),
  disabled_at timestamptz,
  primary key (tenant_id, id)
);
create unique index users_identity on summit.users (tenant_id, issuer, subject) where issuer is not null;
select operations.track('users');
