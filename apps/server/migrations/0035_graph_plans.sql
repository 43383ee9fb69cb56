-- Hubs, to the planner. The graph functions of 0013 and 0017 read by arrays of ids whose lengths it does not know, and it has
-- two ways to read all that a tenant has instead, looking for each row in an array of tens of thousands (30,000 links: 29 s;
-- by ids 0.3).

-- One is the index by a reader's datasets. Written as `is true` their test reads no index. Nor is a table of few pages read
-- whole: the plan is kept while it grows.
do $migration$
declare
  walk record;
begin
  for walk in
    select p.oid::regprocedure as called, pg_get_functiondef(p.oid) as body from pg_proc p
    where p.pronamespace in ('summit'::regnamespace, 'as_of'::regnamespace) and p.proname like 'graph\_%'
  loop
    execute regexp_replace(walk.body, '(\w\.dataset_id = any\(d\))', '(\1) is true', 'g');
    execute format('alter function %s set enable_seqscan = off', walk.called);
  end loop;
end $migration$;

-- The other is any index at all, once a sample has told that most links end in few records. What is asked about is not drawn
-- like that sample: a link ends in a record that some five have.
alter table summit.relationships alter source_record set (n_distinct = -0.2), alter target_record set (n_distinct = -0.2);
alter table history.relationships alter source_record set (n_distinct = -0.2), alter target_record set (n_distinct = -0.2);
