import { SummitError } from '@summit/process/errors';
import type { Database } from '../database/database.ts';
import { hashOf, type KnownUser, knownUser, newSecret, type UserRow } from './identity.ts';
import { queryOne, queryRows } from './queryRows.ts';

/** Throws LINK_SPENT, in the same words for a link that is unknown, used, too old, or whose user was disabled. */
export async function redeemLink(db: Database, token: string): Promise<KnownUser> {
  const row = await queryOne<UserRow>(db, 'select * from operations.redeem_signin_link($1)', [hashOf(token)]);
  if (!row) throw new SummitError('LINK_SPENT');
  return knownUser(row);
}

/** As the operator. The token is shown once and stored nowhere. */
export async function makeLink(
  owner: Database,
  user: { tenant: string; id: string },
): Promise<{ token: string; expiresAt: string }> {
  const token = newSecret();
  await queryRows(
    owner,
    "delete from operations.signin_links where expires_at < clock_timestamp() - interval '1 day'",
  );
  const row = await queryOne<{ expires_at: Date }>(
    owner,
    'insert into operations.signin_links (hash, tenant_id, user_id) values ($1, $2, $3) returning expires_at',
    [hashOf(token), user.tenant, user.id],
  );
  return { token, expiresAt: row!.expires_at.toISOString() };
}
