import { type KeyObject, sign, verify } from 'node:crypto';
import { z } from 'zod';
import { SummitError } from './errors.ts';

export const roles = ['owner', 'analyst', 'reader', 'operator'] as const;
export const markings = ['TLP:CLEAR', 'TLP:GREEN', 'TLP:AMBER', 'TLP:AMBER+STRICT', 'TLP:RED'] as const;

const identitySchema = z.strictObject({
  /** User id. */
  sub: z.uuid(),
  tenant: z.uuid(),
  name: z.string().min(1).max(200),
  roles: z.array(z.enum(roles)),
  clearance: z.enum(markings),
  /** `gateway` is the gateway speaking for itself, at the identity door only. */
  scope: z.enum(['user', 'gateway']),
});

/** Who asks, as the gateway has verified it. */
export type InternalIdentity = z.infer<typeof identitySchema>;

const issuer = 'summit-gateway';
const audience = 'summit-server';
const LIFETIME_S = 60;
const SKEW_S = 60;

const header = Buffer.from(JSON.stringify({ alg: 'EdDSA', typ: 'JWT' })).toString('base64url');

const payloadSchema = identitySchema.extend({
  iss: z.literal(issuer),
  aud: z.literal(audience),
  iat: z.int(),
  exp: z.int(),
});

/** A token of one minute that only the server accepts. */
export function signInternal(
  claims: InternalIdentity,
  key: KeyObject,
  nowS = Math.floor(Date.now() / 1000),
): string {
  const payload = { ...claims, iss: issuer, aud: audience, iat: nowS, exp: nowS + LIFETIME_S };
  const signed = `${header}.${Buffer.from(JSON.stringify(payload)).toString('base64url')}`;
  return `${signed}.${sign(null, Buffer.from(signed), key).toString('base64url')}`;
}

/**
 * Reads a token made by `signInternal`. The header must be exactly ours, so no other algorithm is ever tried.
 * @throws SummitError UNAUTHENTICATED, whatever is wrong
 */
export function verifyInternal(
  token: string,
  publicKey: KeyObject,
  nowS = Date.now() / 1000,
): InternalIdentity {
  return readToken(token, publicKey, nowS).identity;
}

function readToken(
  token: string,
  publicKey: KeyObject,
  nowS: number,
): { identity: InternalIdentity; untilS: number } {
  const [first, body, signature, ...rest] = token.length <= 8192 ? token.split('.') : [];
  if (first !== header || !body || !signature || rest.length > 0) throw refused('form');
  const signed = Buffer.from(`${first}.${body}`);
  if (!verify(null, signed, publicKey, Buffer.from(signature, 'base64url'))) throw refused('signature');
  const parsed = payloadSchema.safeParse(parse(body));
  if (!parsed.success) throw refused('claims');
  const { iss: _iss, aud: _aud, iat, exp, ...identity } = parsed.data;
  // Two machines' clocks may differ by a minute; a longer life than ours was not issued by us.
  if (exp <= nowS - SKEW_S || iat > nowS + SKEW_S || exp - iat > LIFETIME_S) throw refused('time');
  return { identity, untilS: exp + SKEW_S };
}

/** Signatures and checks that are at hand: made anew they cost more than all else that a small request asks of a process. */
const KEPT = 1_000;
const REUSED_S = 10;

/** Signs as `signInternal` does; the same identity gets the same token for ten seconds. */
export function identitySigner(
  key: KeyObject,
  now: () => number = Date.now,
): (claims: InternalIdentity) => string {
  const made = new Map<string, { token: string; at: number }>();
  return (claims) => {
    const nowS = Math.floor(now() / 1000);
    const who = JSON.stringify(claims);
    const known = made.get(who);
    if (known && nowS - known.at < REUSED_S && nowS >= known.at) return known.token;
    const token = signInternal(claims, key, nowS);
    if (made.size >= KEPT) made.clear();
    made.set(who, { token, at: nowS });
    return token;
  };
}

/** Reads as `verifyInternal` does; a token that was found good is good until its time is over. */
export function identityVerifier(
  publicKey: KeyObject,
  now: () => number = Date.now,
): (token: string) => InternalIdentity {
  const good = new Map<string, { identity: InternalIdentity; untilS: number }>();
  return (token) => {
    const nowS = now() / 1000;
    const known = good.get(token);
    if (known && nowS < known.untilS) return known.identity;
    good.delete(token);
    const read = readToken(token, publicKey, nowS);
    if (good.size >= KEPT) good.clear();
    good.set(token, read);
    return read.identity;
  };
}

function parse(body: string): unknown {
  try {
    return JSON.parse(Buffer.from(body, 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
}

const refused = (reason: string): SummitError => new SummitError('UNAUTHENTICATED', {}, new Error(reason));
