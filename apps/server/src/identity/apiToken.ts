import { SummitError } from '@summit/process/errors';
import type { Database } from '../database/database.ts';
import type { Role } from '../tenant/actor.ts';
import { hashOf, type KnownUser, knownUser, newApiToken, type UserRow } from './identity.ts';
import { queryOne, queryRows } from './queryRows.ts';

export interface ResolvedToken {
  user: KnownUser;
  tokenId: string;
  scopes: string[];
}

/** Throws UNAUTHENTICATED when it is unknown, expired or revoked, or its user was disabled. */
export async function resolveToken(db: Database, token: string): Promise<ResolvedToken> {
  const row = await queryOne<UserRow & { token_id: string; scopes: string[] }>(
    db,
    'select * from operations.resolve_api_token($1)',
    [hashOf(token)],
  );
  if (!row) throw new SummitError('UNAUTHENTICATED');
  return { user: knownUser(row), tokenId: row.token_id, scopes: row.scopes };
}

export interface TokenToMake {
  tenant: string;
  userId: string;
  name: string;
  roles: Role[];
  scopes: string[];
  /** undefined: until it is revoked. */
  days: number | undefined;
}

/** As the operator. The token is shown once; only its hash is stored. Names need not be unique. */
export async function makeToken(owner: Database, input: TokenToMake): Promise<{ id: string; token: string }> {
  const token = newApiToken();
  const row = await queryOne<{ id: string }>(
    owner,
    `insert into operations.api_tokens (tenant_id, user_id, hash, name, roles, scopes, expires_at)
     values ($1, $2, $3, $4, $5, $6, clock_timestamp() + make_interval(days => $7::int))
     returning id`,
    [input.tenant, input.userId, hashOf(token), input.name, input.roles, input.scopes, input.days ?? null],
  );
  return { id: row!.id, token };
}

export interface ListedToken {
  id: string;
  name: string;
  user: string;
  roles: Role[];
  scopes: string[];
  madeAt: Date;
  expiresAt: Date | null;
  lastUsedAt: Date | null;
  revokedAt: Date | null;
}

export async function listTokens(owner: Database, tenant: string): Promise<ListedToken[]> {
  const rows = await queryRows<ListedToken>(
    owner,
    `select t.id, t.name, u.name as "user", t.roles, t.scopes, t.made_at as "madeAt", t.expires_at as "expiresAt",
            t.last_used_at as "lastUsedAt", t.revoked_at as "revokedAt"
     from operations.api_tokens t left join summit.users u on u.tenant_id = t.tenant_id and u.id = t.user_id
     where t.tenant_id = $1 order by t.made_at, t.id`,
    [tenant],
  );
  return rows;
}

/** By id, or every living token of a name. Throws NOT_FOUND when none is meant. */
export async function revokeTokens(owner: Database, tenant: string, nameOrId: string): Promise<string[]> {
  const rows = await queryRows<{ id: string }>(
    owner,
    `update operations.api_tokens set revoked_at = clock_timestamp()
     where tenant_id = $1 and (name = $2 or id::text = $2) and revoked_at is null returning id`,
    [tenant, nameOrId],
  );
  if (rows.length === 0) throw new SummitError('NOT_FOUND');
  return rows.map(({ id }) => id);
}
