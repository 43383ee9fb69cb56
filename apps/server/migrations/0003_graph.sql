-- What sources say (datasets, records, relationships) and what we believe (judgements; clusters derived from them).

create table summit.datasets (
  tenant_id uuid not null,
  id uuid not null,
  since_change bigint not null,
  key text not null check (key ~ '^[a-z0-9][a-z0-9._-]{0,99}$'),
  title text not null,
  kind text not null default 'source' check (kind in ('source', 'notebook')),
  investigation_id uuid,
  publisher text,
  url text,
  licence text,
  marking smallint not null default 1 check (marking between 0 and 4),
  reliability text check (reliability ~ '^[A-F]$'),
  metadata jsonb not null default '{}',
  primary key (tenant_id, id),
  unique (tenant_id, key)
);
select operations.track('datasets');

create table summit.records (
  tenant_id uuid not null,
  id uuid not null,
  dataset_id uuid not null,
  since_change bigint not null,
  schema text not null,
  caption text not null,
  -- {property: [values]}, values as the source gave them after cleaning
  props jsonb not null,
  marking smallint not null check (marking between 0 and 4),
  -- ISO 8601 of any precision, as said
  valid_from text,
  valid_to text,
  -- {import, row, line, offset, path, …}: enough to open the very row of the kept file
  source_ref jsonb,
  -- SHA-256 of the canonical fact (docs/change-log.md, Digest)
  digest bytea not null,
  -- For search: words of its names, and identifiers as 'i:…'
  tokens text[] not null,
  countries text[] not null,
  first_date date,
  last_date date,
  -- Revoked or deprecated by its source: kept, hidden by a default filter.
  revoked boolean not null default false,
  -- Who may see a record is answered from the key's index alone: walks ask it of every neighbour.
  primary key (tenant_id, id) include (dataset_id, marking, since_change)
);
create index records_dataset on summit.records (dataset_id, tenant_id, schema);
alter table summit.records set (autovacuum_analyze_scale_factor = 0.05);
-- Nothing is looked up by these, and to sample them is most of what ANALYZE costs.
alter table summit.records alter props set statistics 0, alter source_ref set statistics 0, alter digest set statistics 0,
  alter tokens set statistics 0;
select operations.track('records');
create index on history.records (dataset_id, tenant_id);
create index on history.records (tenant_id, id, until_change) include (dataset_id, marking, since_change);

create table summit.relationships (
  tenant_id uuid not null,
  id uuid not null,
  dataset_id uuid not null,
  since_change bigint not null,
  type text not null,
  -- No foreign keys: an end may be unresolved.
  source_record uuid not null,
  target_record uuid not null,
  directed boolean not null default true,
  -- Derived from an entity-typed property.
  reference boolean not null default false,
  props jsonb not null,
  marking smallint not null check (marking between 0 and 4),
  valid_from text,
  valid_to text,
  source_ref jsonb,
  digest bytea not null,
  primary key (tenant_id, id)
);
alter table summit.relationships alter props set statistics 0, alter source_ref set statistics 0, alter digest set statistics 0;
create index relationships_source on summit.relationships (source_record, tenant_id, target_record) include (type, dataset_id, marking, reference, directed, since_change);
create index relationships_target on summit.relationships (target_record, tenant_id, source_record) include (type, dataset_id, marking, reference, directed, since_change);
create index relationships_dataset on summit.relationships (dataset_id, tenant_id);
select operations.track('relationships');
create index on history.relationships (source_record, tenant_id, target_record) include (id, type, dataset_id, marking, reference, directed, since_change, until_change);
create index on history.relationships (target_record, tenant_id, source_record) include (id, type, dataset_id, marking, reference, directed, since_change, until_change);
create index on history.relationships (dataset_id, tenant_id);

-- One row a pair (the id is made from the pair); judging again is an update, so the last verdict counts and history keeps the rest.
create table summit.judgements (
  tenant_id uuid not null,
  id uuid not null,
  since_change bigint not null,
  left_record uuid not null,
  right_record uuid not null,
  verdict text not null check (verdict in ('same', 'different', 'unsure')),
  score real,
  reason text,
  made_by uuid not null,
  model text,
  made_at timestamptz not null default clock_timestamp(),
  investigation_id uuid,
  primary key (tenant_id, id),
  check (left_record < right_record)
);
create index judgements_left on summit.judgements (tenant_id, left_record);
create index judgements_right on summit.judgements (tenant_id, right_record);
select operations.track('judgements');
create index on history.judgements (tenant_id, left_record);
create index on history.judgements (tenant_id, right_record);

-- Derived from judgements, for clusters of two or more records: id is the record, cluster_id the stored cluster.
create table summit.cluster_members (
  tenant_id uuid not null,
  id uuid not null,
  since_change bigint not null,
  cluster_id uuid not null,
  primary key (tenant_id, id)
);
create index cluster_members_cluster on summit.cluster_members (tenant_id, cluster_id);
select operations.track('cluster_members');
create index on history.cluster_members (tenant_id, cluster_id);

-- Derived: says whether a stored cluster is exact for a reader (all datasets visible, marking within clearance).
create table summit.clusters (
  tenant_id uuid not null,
  id uuid not null,
  since_change bigint not null,
  dataset_ids uuid[] not null,
  marking smallint not null,
  size int not null check (size >= 2),
  primary key (tenant_id, id)
);
select operations.track('clusters');

-- Types of the tenant's own, beside FollowTheMoney's and STIX's.
create table summit.ontology_types (
  tenant_id uuid not null,
  id uuid not null,
  since_change bigint not null,
  name text not null,
  definition jsonb not null,
  primary key (tenant_id, id),
  unique (tenant_id, name)
);
select operations.track('ontology_types');
