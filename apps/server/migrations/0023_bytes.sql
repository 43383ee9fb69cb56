-- Eight bytes as a number: Postgres casts them from 18 on, and four times as fast as by way of their digits.
do $$ begin
  execute 'create function operations.eight_bytes(bytes bytea) returns bigint language sql immutable strict parallel safe return '
    || case when current_setting('server_version_num')::int >= 180000 then 'bytes::bigint'
       else $digits$('x' || encode(bytes, 'hex'))::bit(64)::bigint$digits$ end;
end $$;
