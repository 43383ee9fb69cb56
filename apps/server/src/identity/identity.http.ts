import type { KeyObject } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { SummitError } from '@summit/process/errors';
import { verifyInternal } from '@summit/process/internalIdentity';
import { z } from 'zod';
import { askInTime } from '../database/askInTime.ts';
import type { Database } from '../database/database.ts';
import { resolveToken } from './apiToken.ts';
import { checkSession, createSession, resolveSession, revokeSession, rotateSession } from './session.ts';
import { redeemLink } from './signinLink.ts';

export interface IdentityParts {
  /** As the app role. */
  db: Database;
  sessionSecret: string;
  /** Of the gateway. */
  publicKey: KeyObject;
  /** Rejects while the database does not answer. */
  isDatabaseThere: () => Promise<void>;
}

const path = '/internal/identity/';
const maxBodyBytes = 16 * 1024;
/** The gateway waits 2 s: before that it is told what is wrong. */
const answerMs = 1_500;

const secret = z.string().min(1).max(200);
const inSession = z.object({ session: secret });
const inSessionId = z.object({ sessionId: z.uuid() });
const inToken = z.object({ token: secret });
const inSignIn = z.object({
  issuer: z.string().min(1).max(500),
  subject: z.string().min(1).max(255),
  email: z.string().max(320).optional(),
  clientInfo: z.string().max(200).default(''),
});

type Action = (body: unknown, parts: IdentityParts) => Promise<object>;

/** Throws INPUT_INVALID, naming the fields that are wrong and never their values. */
function parse<Shape>(shape: z.ZodType<Shape>, body: unknown): Shape {
  const parsed = shape.safeParse(body);
  if (parsed.success) return parsed.data;
  const fields = parsed.error.issues.map(({ path: at }) => at.join('.')).join(', ');
  throw new SummitError('INPUT_INVALID', { problem: `check ${fields || 'the body'}.` });
}

const actions: Record<string, Action> = {
  'redeem-link': async (body, { db }) => ({ user: await redeemLink(db, parse(inToken, body).token) }),
  'session-create': (body, { db, sessionSecret }) => createSession(db, sessionSecret, parse(inSignIn, body)),
  'session-resolve': (body, { db, sessionSecret }) =>
    resolveSession(db, sessionSecret, parse(inSession, body).session),
  'session-check': async (body, { db }) => ({
    user: await checkSession(db, parse(inSessionId, body).sessionId),
  }),
  'session-rotate': (body, { db, sessionSecret }) =>
    rotateSession(db, sessionSecret, parse(inSession, body).session),
  'session-revoke': async (body, { db, sessionSecret }) => {
    await revokeSession(db, sessionSecret, parse(inSession, body).session);
    return {};
  },
  'token-resolve': (body, { db }) => resolveToken(db, parse(inToken, body).token),
};

/**
 * Answers the gateway, and only it: a token of scope `gateway` is needed, which no person's request ever carries.
 * Throws SummitError for the server to answer with.
 */
export async function handleIdentity(
  request: IncomingMessage,
  response: ServerResponse,
  parts: IdentityParts,
): Promise<void> {
  mustBeGateway(request, parts.publicKey);
  const name = actionOf(request);
  const action = Object.hasOwn(actions, name) ? actions[name] : undefined;
  if (!action) throw new SummitError('NOT_FOUND');
  if (request.method !== 'POST') throw new SummitError('METHOD_REFUSED', { method: String(request.method) });
  const done = action(await readBody(request), parts);
  const answer = JSON.stringify(await askInTime(done, answerMs, parts.isDatabaseThere));
  response.writeHead(200, {
    'Content-Type': 'application/json',
    'Content-Length': Buffer.byteLength(answer),
  });
  response.end(answer);
}

const actionOf = (request: IncomingMessage): string => request.url?.slice(path.length) ?? '';

function mustBeGateway(request: IncomingMessage, publicKey: KeyObject): void {
  const token = /^Bearer (\S+)$/.exec(request.headers.authorization ?? '')?.[1] ?? '';
  const { scope } = verifyInternal(token, publicKey);
  if (scope !== 'gateway') throw new SummitError('UNAUTHENTICATED');
}

async function readBody(request: IncomingMessage): Promise<unknown> {
  let text = '';
  request.setEncoding('utf8');
  for await (const chunk of request) {
    text += chunk;
    if (text.length > maxBodyBytes) throw new SummitError('TOO_LARGE', { limit: maxBodyBytes });
  }
  try {
    return JSON.parse(text);
  } catch {
    throw new SummitError('INPUT_INVALID', { problem: 'the body is not JSON.' });
  }
}
