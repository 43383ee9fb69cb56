import { SummitError } from '@summit/process/errors';
import type { Database } from '../database/database.ts';
import {
  embeddedIssuer,
  type KnownUser,
  knownUser,
  newSecret,
  sessionHash,
  type UserRow,
} from './identity.ts';
import { queryOne, queryRows } from './queryRows.ts';
import { bindUser } from './user.commands.ts';

export interface SignIn {
  issuer: string;
  subject: string;
  /** Only an address that the provider has verified. */
  email?: string | undefined;
  clientInfo: string;
}

export interface NewSession {
  session: string;
  user: KnownUser;
  expiresAt: string;
}

/** Throws SIGN_IN_NOT_INVITED when nobody here is meant, or when two could be. */
export async function createSession(
  db: Database,
  sessionSecret: string,
  signIn: SignIn,
): Promise<NewSession> {
  const { tenant, id } = await whoSignsIn(db, signIn);
  const session = newSecret();
  const made = await queryOne<{ ends_at: Date | null }>(
    db,
    'select operations.create_session($1, $2, $3, $4) as ends_at',
    [sessionHash(session, sessionSecret), tenant, id, signIn.clientInfo],
  );
  const user = await queryOne<UserRow>(db, 'select * from operations.active_user($1, $2)', [tenant, id]);
  if (!made?.ends_at || !user) throw new SummitError('SIGN_IN_NOT_INVITED');
  return { session, user: knownUser(user), expiresAt: made.ends_at.toISOString() };
}

async function whoSignsIn(db: Database, signIn: SignIn): Promise<{ tenant: string; id: string }> {
  if (signIn.issuer === embeddedIssuer) {
    const [tenant, id] = signIn.subject.split('/');
    if (!tenant || !id) throw new SummitError('SIGN_IN_NOT_INVITED');
    return { tenant, id };
  }
  const rows = await queryRows<{ tenant_id: string; id: string; bound: boolean }>(
    db,
    'select * from operations.find_user($1, $2, $3)',
    [signIn.issuer, signIn.subject, signIn.email ?? null],
  );
  const [first, second] = rows;
  if (!first) throw new SummitError('SIGN_IN_NOT_INVITED');
  if (!first.bound) {
    // Two invitations to one address: choosing would be guessing.
    if (second) throw new SummitError('SIGN_IN_NOT_INVITED');
    await bindUser(db, { tenant: first.tenant_id, id: first.id }, signIn);
  }
  return { tenant: first.tenant_id, id: first.id };
}

export interface ResolvedSession {
  user: KnownUser;
  /** Names the session while its secret id rotates; opens nothing. */
  sessionId: string;
  expiresAt: string;
  rotationDue: boolean;
}

/** Throws UNAUTHENTICATED when it is unknown, too old, idle, revoked, replayed, or its user was disabled. */
export async function resolveSession(
  db: Database,
  sessionSecret: string,
  session: string,
): Promise<ResolvedSession> {
  const row = await queryOne<UserRow & { session_id: string; ends_at: Date; rotation_due: boolean }>(
    db,
    'select * from operations.resolve_session($1)',
    [sessionHash(session, sessionSecret)],
  );
  if (!row) throw new SummitError('UNAUTHENTICATED');
  return {
    user: knownUser(row),
    sessionId: row.session_id,
    expiresAt: row.ends_at.toISOString(),
    rotationDue: row.rotation_due,
  };
}

/** The user of a session whose stream is still open. Throws UNAUTHENTICATED as resolving does; counts as no activity. */
export async function checkSession(db: Database, sessionId: string): Promise<KnownUser> {
  const row = await queryOne<UserRow>(db, 'select * from operations.check_session($1)', [sessionId]);
  if (!row) throw new SummitError('UNAUTHENTICATED');
  return knownUser(row);
}

/** The next id of the session; null when one was given out within the last minute. */
export async function rotateSession(
  db: Database,
  sessionSecret: string,
  session: string,
): Promise<{ session: string | null; expiresAt: string }> {
  const current = await resolveSession(db, sessionSecret, session);
  const next = newSecret();
  const row = await queryOne<{ ends_at: Date | null }>(
    db,
    'select operations.rotate_session($1, $2) as ends_at',
    [sessionHash(session, sessionSecret), sessionHash(next, sessionSecret)],
  );
  return { session: row?.ends_at ? next : null, expiresAt: current.expiresAt };
}

export async function revokeSession(db: Database, sessionSecret: string, session: string): Promise<void> {
  await queryOne(db, 'select operations.revoke_session($1)', [sessionHash(session, sessionSecret)]);
}
