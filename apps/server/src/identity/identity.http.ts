import type { KeyObject } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { errorBody, SummitError, toPublic } from '@summit/process/errors';
import { verifyInternal } from '@summit/process/internalIdentity';
import { z } from 'zod';
import type { Database } from '../database/database.ts';
import { resolveToken } from './apiToken.ts';
import { createSession, resolveSession, revokeSession, rotateSession } from './session.ts';
import { redeemLink } from './signinLink.ts';

export interface IdentityParts {
  /** As the app role. */
  db: Database;
  sessionSecret: string;
  /** Of the gateway. */
  publicKey: KeyObject;
}

const path = '/internal/identity/';
const maxBodyBytes = 16 * 1024;

const secret = z.string().min(1).max(200);
const inSession = z.object({ session: secret });
const inToken = z.object({ token: secret });
const inSignIn = z.object({
  issuer: z.string().min(1).max(500),
  subject: z.string().min(1).max(255),
  name: z.string().max(200),
  email: z.email().max(320).optional(),
  clientInfo: z.string().max(200).default(''),
});

type Action = (body: unknown, parts: IdentityParts) => Promise<object>;

const actions: Record<string, Action> = {
  'redeem-link': async (body, { db }) => ({ user: await redeemLink(db, inToken.parse(body).token) }),
  'session-create': (body, { db, sessionSecret }) => createSession(db, sessionSecret, inSignIn.parse(body)),
  'session-resolve': (body, { db, sessionSecret }) =>
    resolveSession(db, sessionSecret, inSession.parse(body).session),
  'session-rotate': (body, { db, sessionSecret }) =>
    rotateSession(db, sessionSecret, inSession.parse(body).session),
  'session-revoke': async (body, { db, sessionSecret }) => {
    await revokeSession(db, sessionSecret, inSession.parse(body).session);
    return {};
  },
  'token-resolve': (body, { db }) => resolveToken(db, inToken.parse(body).token),
};

/** Whether this door answers the path. */
export const isIdentityPath = (url: string | undefined): boolean => url?.startsWith(path) === true;

/** Answers the gateway, and only it: a token of scope `gateway` is needed, which no person's request ever carries. */
export async function handleIdentity(
  request: IncomingMessage,
  response: ServerResponse,
  parts: IdentityParts,
): Promise<void> {
  let requestId = 'unknown';
  try {
    requestId = mustBeGateway(request, parts.publicKey);
    const action = Object.hasOwn(actions, actionOf(request)) ? actions[actionOf(request)] : undefined;
    if (!action) throw new SummitError('NOT_FOUND');
    if (request.method !== 'POST') throw new SummitError('METHOD_REFUSED', { method: request.method });
    send(response, 200, JSON.stringify(await action(await readBody(request), parts)));
  } catch (error) {
    const told = toPublic(error instanceof z.ZodError ? invalid(error) : error, requestId);
    send(response, told.status, errorBody(told));
  }
}

const actionOf = (request: IncomingMessage): string => request.url?.slice(path.length) ?? '';

function mustBeGateway(request: IncomingMessage, publicKey: KeyObject): string {
  const token = /^Bearer (\S+)$/.exec(request.headers.authorization ?? '')?.[1] ?? '';
  const { scope, rid } = verifyInternal(token, publicKey);
  if (scope !== 'gateway') throw new SummitError('UNAUTHENTICATED');
  return rid;
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

const invalid = (error: z.ZodError): SummitError =>
  new SummitError('INPUT_INVALID', { problem: error.issues.map(({ path: at }) => at.join('.')).join(', ') });

function send(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, {
    'Content-Type': 'application/json',
    'Content-Length': Buffer.byteLength(body),
  });
  response.end(body);
}
