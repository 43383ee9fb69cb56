-- A table that is being vacuumed is passed over: an ANALYZE by hand would wait a second for its lock and then end the vacuum,
-- which makes statistics itself when it is through.
create or replace function operations.analyze_facts() returns void language plpgsql security definer
set search_path = '' set default_statistics_target = 20 as $$
begin
  analyze (skip_locked) summit.records;
  analyze (skip_locked) summit.relationships;
  analyze (skip_locked) search.documents;
  analyze (skip_locked) search.vocabulary;
  -- Every search reads what is pending here; an ANALYZE by hand leaves it.
  perform gin_clean_pending_list('search.documents_tokens');
end $$;
