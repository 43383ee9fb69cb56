-- The live row of a dataset carries the marking of now: only rows of the past ask for it (0016). Every read begins with this
-- one, and with twenty datasets the look-ups took two thirds of it.
create or replace function summit.reader_datasets(t uuid, c int, among uuid[]) returns uuid[]
language plpgsql stable set plan_cache_mode = force_generic_plan as $f$
begin
  return array(
    select d.id from summit.datasets d
    where d.tenant_id = t and d.marking <= c and (among is null or d.id = any(among)));
end $f$;
