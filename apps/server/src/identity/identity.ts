import { createHash, randomBytes } from 'node:crypto';
import { storedForm } from '@summit/process/keys';
import type { Role } from '../tenant/actor.ts';
import { type Marking, markingName } from '../tenant/marking.ts';

/** A person or program as the gateway may know it. */
export interface KnownUser {
  id: string;
  tenant: string;
  name: string;
  roles: Role[];
  clearance: Marking;
}

export interface UserRow {
  tenant_id: string;
  id: string;
  name: string;
  roles: Role[];
  clearance: number;
}

export function knownUser(row: UserRow): KnownUser {
  return {
    id: row.id,
    tenant: row.tenant_id,
    name: row.name,
    roles: row.roles,
    clearance: markingName(row.clearance),
  };
}

/** The issuer of everybody who signs in by a link: its subject is the user's own id. */
export const embeddedIssuer = 'urn:summit:embedded';

/** 256 random bits: too many to guess, so links and tokens are stored under a plain hash. */
export const newSecret = (): string => randomBytes(32).toString('base64url');

export const newApiToken = (): string => `smt_${newSecret()}`;

export const hashOf = (secret: string): Buffer => createHash('sha256').update(secret).digest();

/** Sessions are stored under SESSION_SECRET: a copy of the table alone signs nobody in, and a new secret ends them all. */
export const sessionHash = (session: string, sessionSecret: string): Buffer =>
  storedForm(sessionSecret, 'session', session);
