/* Lets go of what is known of parked messages that came before `before` and stand in their topic, some at a time. */
create function operations.forget_parked(before timestamptz) returns int
language sql security definer set search_path = '' as $$
  with old as (
    select tenant_id, topic_id, partition, message_offset from operations.ingest_dead
    where published_at < before order by published_at limit 10000
  ), gone as (
    delete from operations.ingest_dead d using old
    where d.tenant_id = old.tenant_id and d.topic_id = old.topic_id and d.partition = old.partition
      and d.message_offset = old.message_offset
    returning 1
  )
  select count(*)::int from gone
$$;
create index ingest_dead_published on operations.ingest_dead (published_at) where published_at is not null;
revoke all on function operations.forget_parked from public;
grant execute on function operations.forget_parked to summit_app;
