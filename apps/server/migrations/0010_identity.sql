-- Sessions, sign-in links and API tokens. The app role has no right on these tables: it can resolve, with a hash in hand,
-- the one row that belongs to it, before any tenant is known, and never list them. Only hashes are stored.

create table operations.sessions (
  id uuid primary key default uuidv7(),
  tenant_id uuid not null,
  user_id uuid not null,
  hash bytea not null unique,
  -- Given to the browser but not yet seen back: an answer that got lost on its way must not sign anybody out.
  next_hash bytea unique,
  next_at timestamptz,
  -- The one before: tolerated for a moment (requests in flight), afterwards a sign that somebody copied it.
  previous_hash bytea unique,
  hash_since timestamptz not null default clock_timestamp(),
  started_at timestamptz not null default clock_timestamp(),
  seen_at timestamptz not null default clock_timestamp(),
  ends_at timestamptz not null default clock_timestamp() + interval '7 days',
  revoked_at timestamptz,
  revoked_for text check (revoked_for in ('signed out', 'replayed', 'disabled', 'operator')),
  client text not null default ''
);
create index sessions_user on operations.sessions (tenant_id, user_id);
create index sessions_end on operations.sessions (ends_at);

create table operations.signin_links (
  hash bytea primary key,
  tenant_id uuid not null,
  user_id uuid not null,
  made_at timestamptz not null default clock_timestamp(),
  expires_at timestamptz not null default clock_timestamp() + interval '15 minutes',
  used_at timestamptz
);

create table operations.api_tokens (
  id uuid primary key default uuidv7(),
  tenant_id uuid not null,
  user_id uuid not null,
  hash bytea not null unique,
  name text not null,
  -- The most it may do: what counts is the intersection with its user's roles today.
  roles text[] not null,
  scopes text[] not null default '{}',
  made_at timestamptz not null default clock_timestamp(),
  expires_at timestamptz,
  revoked_at timestamptz,
  last_used_at timestamptz
);
create index api_tokens_name on operations.api_tokens (tenant_id, name);

-- A second net: were a right ever granted by mistake, there is no policy that shows a row.
alter table operations.sessions enable row level security;
alter table operations.signin_links enable row level security;
alter table operations.api_tokens enable row level security;

-- Who a person is comes before which tenant it belongs to; asked by the owner's functions below and by the operator.
create policy identity on summit.users for select to current_user using (true);
create policy identity on summit.tenants for select to current_user using (true);

create type operations.known_user as (
  tenant_id uuid,
  id uuid,
  name text,
  roles text[],
  clearance smallint
);

/* The user, unless it was disabled or removed. */
create function operations.active_user(p_tenant uuid, p_user uuid) returns setof operations.known_user
language sql stable security definer set search_path = '' as $$
  select u.tenant_id, u.id, u.name, u.roles, u.clearance
  from summit.users u
  where u.tenant_id = p_tenant and u.id = p_user and u.disabled_at is null
$$;

/*
 * Whom an identity provider means: first by what it calls the person, else by an address it has verified and that nobody
 * has claimed yet (`bound` is false: the first sign-in binds it).
 */
create function operations.find_user(p_issuer text, p_subject text, p_email text)
returns table (tenant_id uuid, id uuid, bound boolean)
language sql stable security definer set search_path = '' as $$
  select u.tenant_id, u.id, u.issuer is not null
  from summit.users u
  where u.disabled_at is null and u.kind = 'person'
    and ((u.issuer = p_issuer and u.subject = p_subject)
      or (u.issuer is null and p_email is not null and lower(u.email) = lower(p_email)))
  order by u.issuer is null, u.id
  limit 2
$$;

create function operations.create_session(p_hash bytea, p_tenant uuid, p_user uuid, p_client text) returns timestamptz
language plpgsql security definer set search_path = '' as $$
declare
  v_ends timestamptz;
begin
  if not exists (select from operations.active_user(p_tenant, p_user)) then
    return null;
  end if;
  delete from operations.sessions s
  where s.id in (select e.id from operations.sessions e where e.ends_at < clock_timestamp() - interval '30 days' limit 100);
  insert into operations.sessions (hash, tenant_id, user_id, client)
  values (p_hash, p_tenant, p_user, left(p_client, 200))
  returning ends_at into v_ends;
  return v_ends;
end $$;

/*
 * The user of a living session: not revoked, not 7 days old, not idle for 8 hours. Coming with the next hash makes it the
 * current one. Coming with the previous one later than 30 s after that revokes the session: one of two has copied it.
 */
create function operations.resolve_session(p_hash bytea)
returns table (tenant_id uuid, id uuid, name text, roles text[], clearance smallint, ends_at timestamptz, rotation_due boolean)
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
    select u.tenant_id, u.id, u.name, u.roles, u.clearance, s.ends_at,
           s.hash = p_hash and s.hash_since < v_now - interval '1 hour'
             and (s.next_at is null or s.next_at < v_now - interval '1 minute')
    from operations.active_user(s.tenant_id, s.user_id) u;
end $$;

/* Prepares the next hash; null when one was prepared within the minute, so that two at once do not undo each other. */
create function operations.rotate_session(p_hash bytea, p_next bytea) returns timestamptz
language sql security definer set search_path = '' as $$
  update operations.sessions
  set next_hash = p_next, next_at = clock_timestamp()
  where hash = p_hash and revoked_at is null and ends_at > clock_timestamp()
    and (next_at is null or next_at < clock_timestamp() - interval '1 minute')
  returning ends_at
$$;

create function operations.revoke_session(p_hash bytea) returns void
language sql security definer set search_path = '' as $$
  update operations.sessions
  set revoked_at = clock_timestamp(), revoked_for = 'signed out'
  where (hash = p_hash or next_hash = p_hash or previous_hash = p_hash) and revoked_at is null
$$;

/* Spends the link: of two at once exactly one gets the user. */
create function operations.redeem_signin_link(p_hash bytea) returns setof operations.known_user
language plpgsql security definer set search_path = '' as $$
declare
  v_link operations.signin_links;
begin
  update operations.signin_links l set used_at = clock_timestamp()
  where l.hash = p_hash and l.used_at is null and l.expires_at > clock_timestamp()
  returning * into v_link;
  if v_link.hash is not null then
    return query select * from operations.active_user(v_link.tenant_id, v_link.user_id);
  end if;
end $$;

create function operations.resolve_api_token(p_hash bytea)
returns table (tenant_id uuid, id uuid, name text, roles text[], clearance smallint, token_id uuid, scopes text[])
language plpgsql security definer set search_path = '' as $$
declare
  v_token operations.api_tokens;
begin
  select * into v_token from operations.api_tokens t
  where t.hash = p_hash and t.revoked_at is null and (t.expires_at is null or t.expires_at > clock_timestamp());
  if v_token.id is null then
    return;
  end if;
  if v_token.last_used_at is null or v_token.last_used_at < clock_timestamp() - interval '1 minute' then
    update operations.api_tokens t set last_used_at = clock_timestamp() where t.id = v_token.id;
  end if;
  return query
    select u.tenant_id, u.id, u.name,
           array(select r from unnest(u.roles) with ordinality o(r, n) where r = any (v_token.roles) order by n),
           u.clearance, v_token.id, v_token.scopes
    from operations.active_user(v_token.tenant_id, v_token.user_id) u;
end $$;

revoke execute on function
  operations.active_user(uuid, uuid),
  operations.find_user(text, text, text),
  operations.create_session(bytea, uuid, uuid, text),
  operations.resolve_session(bytea),
  operations.rotate_session(bytea, bytea),
  operations.revoke_session(bytea),
  operations.redeem_signin_link(bytea),
  operations.resolve_api_token(bytea)
from public;

grant execute on function
  operations.find_user(text, text, text),
  operations.active_user(uuid, uuid),
  operations.create_session(bytea, uuid, uuid, text),
  operations.resolve_session(bytea),
  operations.rotate_session(bytea, bytea),
  operations.revoke_session(bytea),
  operations.redeem_signin_link(bytea),
  operations.resolve_api_token(bytea)
to summit_app;
