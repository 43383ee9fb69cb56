-- After a leader of a partition took over that lacked the end of the log, offsets come again with other messages. So a parked
-- message is known by its place and its value, and an offset goes with the leader that wrote what stands before it.

-- SHA-256 of the value; empty where it has none. What was in messages that stand in their topic is not
-- kept: those that are parked already count as others when they come again, and are parked once more.
alter table operations.ingest_dead add column digest bytea;
update operations.ingest_dead set digest = coalesce(sha256(value), '');
alter table operations.ingest_dead alter column digest set not null;
alter table operations.ingest_dead drop constraint ingest_dead_pkey;
alter table operations.ingest_dead add primary key (tenant_id, topic_id, partition, message_offset, digest);

-- Null until something was taken from the partition.
alter table operations.ingest_offsets add column leader_epoch int;

/* Lets go of what is known of parked messages that came before `before` and stand in their topic, some at a time. */
create or replace function operations.forget_parked(before timestamptz) returns int
language sql security definer set search_path = '' as $$
  with old as (
    select tenant_id, topic_id, partition, message_offset, digest from operations.ingest_dead
    where published_at < before order by published_at limit 10000
  ), gone as (
    delete from operations.ingest_dead d using old
    where d.tenant_id = old.tenant_id and d.topic_id = old.topic_id and d.partition = old.partition
      and d.message_offset = old.message_offset and d.digest = old.digest
    returning 1
  )
  select count(*)::int from gone
$$;
