-- An open stream is asked about again and again while its session's id rotates: asking with the id it began with would read
-- as a replay. It asks by the session itself, which nobody outside of the gateway can name; that is no activity either.

drop function operations.resolve_session(bytea);

/*
 * The user of a living session: not revoked, not 7 days old, not idle for 8 hours. Coming with the next hash makes it the
 * current one. Coming with the previous one later than 30 s after that revokes the session: one of two has copied it.
 */
create function operations.resolve_session(p_hash bytea)
returns table (
  tenant_id uuid, id uuid, name text, roles text[], clearance smallint,
  session_id uuid, ends_at timestamptz, rotation_due boolean
)
language plpgsql security definer set search_path = '' as $$
declare
  s operations.sessions;
  v_now timestamptz := clock_timestamp();
begin
  select * into s from operations.sessions t
  where t.hash = p_hash or t.next_hash = p_hash or t.previous_hash = p_hash;
  if s.id is null or s.revoked_at is not null or s.ends_at <= v_now or s.seen_at <= v_now - interval '8 hours' then
    return;
  end if;
  if s.previous_hash = p_hash and s.hash_since <= v_now - interval '30 seconds' then
    update operations.sessions t set revoked_at = v_now, revoked_for = 'replayed'
    where t.id = s.id and t.revoked_at is null;
    return;
  end if;
  if s.next_hash = p_hash then
    update operations.sessions t
    set previous_hash = t.hash, hash = t.next_hash, next_hash = null, next_at = null, hash_since = v_now, seen_at = v_now
    where t.id = s.id and t.next_hash = p_hash;
    s.hash := p_hash;
    s.hash_since := v_now;
  elsif s.seen_at < v_now - interval '1 minute' then
    update operations.sessions t set seen_at = v_now where t.id = s.id;
  end if;
  return query
    select u.tenant_id, u.id, u.name, u.roles, u.clearance, s.id, s.ends_at,
           s.hash = p_hash and s.hash_since < v_now - interval '1 hour'
             and (s.next_at is null or s.next_at < v_now - interval '1 minute')
    from operations.active_user(s.tenant_id, s.user_id) u;
end $$;

create function operations.check_session(p_id uuid) returns setof operations.known_user
language sql stable security definer set search_path = '' as $$
  select u.*
  from operations.sessions s cross join lateral operations.active_user(s.tenant_id, s.user_id) u
  where s.id = p_id and s.revoked_at is null and s.ends_at > clock_timestamp()
    and s.seen_at > clock_timestamp() - interval '8 hours'
$$;

revoke execute on function operations.resolve_session(bytea), operations.check_session(uuid) from public;
grant execute on function operations.resolve_session(bytea), operations.check_session(uuid) to summit_app;
