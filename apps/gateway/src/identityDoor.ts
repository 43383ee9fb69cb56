import { type Agent, request as httpRequest } from 'node:http';
import { SummitError } from '@summit/process/errors';
import { z } from 'zod';
import { refusal } from './refuse.ts';

const user = z.object({
  id: z.uuid(),
  tenant: z.uuid(),
  name: z.string(),
  roles: z.array(z.string()),
  clearance: z.string(),
});
export type KnownUser = z.infer<typeof user>;

const answers = {
  'redeem-link': z.object({ user }),
  'session-create': z.object({ session: z.string(), user, expiresAt: z.string() }),
  'session-check': z.object({ user }),
  'session-resolve': z.object({ user, sessionId: z.uuid(), expiresAt: z.string(), rotationDue: z.boolean() }),
  'session-rotate': z.object({ session: z.string().nullable(), expiresAt: z.string() }),
  'session-revoke': z.object({}),
  'token-resolve': z.object({ user, tokenId: z.uuid(), scopes: z.array(z.string()) }),
};
export type IdentityAnswers = { [Name in keyof typeof answers]: z.infer<(typeof answers)[Name]> };

/** What the gateway asks the server about people: it holds no identities itself. */
export interface IdentityDoor {
  /** Throws UNAUTHENTICATED (or the server's own refusal) or SERVER_UNAVAILABLE. */
  ask<Name extends keyof IdentityAnswers>(
    name: Name,
    body: object,
    requestId: string,
  ): Promise<IdentityAnswers[Name]>;
}

/** The server itself answers within 1.7 s, also when its database does not: after this it is not there. */
const timeoutMs = 2000;
const maxAnswerBytes = 64 * 1024;

export function openIdentityDoor(given: {
  host: string;
  port: number;
  agent: Agent;
  /** A token of scope 'gateway' for one request. */
  authorize(): Promise<string> | string;
}): IdentityDoor {
  return {
    async ask(name, body, requestId) {
      const payload = JSON.stringify(body);
      const { status, text } = await post(`/internal/identity/${name}`, payload, requestId, given);
      if (status === 200) return answers[name].parse(JSON.parse(text)) as never;
      throw refusalOf(status, text);
    },
  };
}

/** Only refusals that are about the caller or the database pass through; anything else means that the server cannot answer now. */
function refusalOf(status: number, text: string): SummitError {
  const code = /"code":"([A-Z_]+)"/.exec(text)?.[1];
  if (code === 'DATABASE_UNAVAILABLE' || code === 'DATABASE_BUSY')
    return new SummitError(code, { retryAfter: 1 });
  if (code === 'UNAUTHENTICATED' || code === 'LINK_SPENT' || code === 'SIGN_IN_NOT_INVITED')
    return new SummitError(code);
  return refusal('SERVER_UNAVAILABLE', `the identity door answered ${status} ${code ?? ''}`);
}

async function post(
  path: string,
  payload: string,
  requestId: string,
  given: Parameters<typeof openIdentityDoor>[0],
): Promise<{ status: number; text: string }> {
  const token = await given.authorize();
  return new Promise((resolve, reject) => {
    const fail = (cause: unknown) => reject(new SummitError('SERVER_UNAVAILABLE', {}, cause));
    const request = httpRequest({
      host: given.host,
      port: given.port,
      agent: given.agent,
      method: 'POST',
      path,
      signal: AbortSignal.timeout(timeoutMs),
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(payload),
        'x-request-id': requestId,
      },
    });
    request.on('error', fail);
    request.on('response', (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        text += chunk;
        if (text.length > maxAnswerBytes)
          response.destroy(new Error('the answer of the identity door is too long'));
      });
      response.on('error', fail);
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
    });
    request.end(payload);
  });
}
