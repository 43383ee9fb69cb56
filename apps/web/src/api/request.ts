import { ApiError } from './apiError.ts';
import type { TypedDocumentString } from './generated/graphql.ts';
import { lostBy, useReach } from './reach.ts';
import { goToSignIn } from './session.ts';

type Options = {
  signal?: AbortSignal | undefined;
  /** One key for one act: a repeat of the same request with it answers with the first outcome. */
  idempotencyKey?: string;
};

type Answer<Result> = {
  data?: Result | null;
  errors?: { message: string; extensions?: Record<string, unknown> }[];
  error?: {
    code: string;
    message: string;
    requestId?: string;
    retryAfter?: number;
    details?: Record<string, unknown>;
  };
};

/** The header that the browser door demands: a form on another site cannot send it. */
export const ownRequest = { 'x-summit-request': '1' };

/** Asks the server one typed question. Throws ApiError; a lost session leads to the sign-in page. */
export async function request<Result, Variables>(
  document: TypedDocumentString<Result, Variables>,
  variables: Variables,
  options: Options = {},
): Promise<Result> {
  const answer = await send<Answer<Result>>('/graphql', {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json',
      ...(options.idempotencyKey ? { 'idempotency-key': options.idempotencyKey } : {}),
    },
    body: JSON.stringify({ query: document.toString(), variables }),
    ...(options.signal ? { signal: options.signal } : {}),
  });
  const [first] = answer.errors ?? [];
  if (first) throw errorFrom({ message: first.message, ...first.extensions });
  if (!answer.data) throw new ApiError({ code: 'INTERNAL', message: 'The answer was empty.' });
  return answer.data;
}

/** Sends a request to our own origin and reads JSON. Throws ApiError for everything that is not a success. */
export async function send<Result>(path: string, init: RequestInit): Promise<Result> {
  let response: Response;
  try {
    response = await fetch(path, { ...init, headers: { ...ownRequest, ...init.headers } });
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === 'AbortError') throw cause;
    throw noAnswer();
  }
  const body: unknown = await response.json().catch(() => undefined);
  if (response.ok) return body as Result;
  const problem = problemOf(body);
  if (response.status === 401) goToSignIn();
  throw errorFrom({
    code: unsaid(response.status),
    message: `The server answered ${response.status}.`,
    requestId: response.headers.get('x-request-id') ?? undefined,
    ...problem,
  });
}

/** The refusal that an answer of status and text says; status 0 is silence. For what fetch cannot do, such as uploads. */
export function refused(text: string, status: number): ApiError {
  if (status === 0) return noAnswer();
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    body = undefined;
  }
  if (status === 401) goToSignIn();
  return errorFrom({ code: unsaid(status), message: `The server answered ${status}.`, ...problemOf(body) });
}

const noAnswer = () => errorFrom({ code: 'NO_ANSWER', message: 'The server did not answer.' });

/** The code of a refusal that names none, as something between us and the server may send it. */
const unsaid = (status: number) => (status >= 502 && status <= 504 ? 'SERVER_UNAVAILABLE' : 'INTERNAL');

function problemOf(body: unknown): Record<string, unknown> {
  if (typeof body !== 'object' || body === null) return {};
  const { error, errors, ...rest } = body as Record<string, unknown>;
  if (typeof error === 'object' && error !== null) return error as Record<string, unknown>;
  if (Array.isArray(errors) && errors[0]) {
    const { message, extensions } = errors[0] as { message: string; extensions?: object };
    return { message, ...extensions };
  }
  return 'code' in rest ? rest : {};
}

function errorFrom(given: Record<string, unknown>): ApiError {
  const { code, message, requestId, retryAfter, details, ...rest } = given;
  if (code === 'UNAUTHENTICATED') goToSignIn();
  const lost = lostBy(String(code));
  if (lost) useReach.getState().lose(lost);
  return new ApiError({
    code: typeof code === 'string' ? code : 'INTERNAL',
    message: typeof message === 'string' ? message : 'Something went wrong.',
    requestId: typeof requestId === 'string' ? requestId : undefined,
    retryAfter: typeof retryAfter === 'number' ? retryAfter : undefined,
    details: { ...rest, ...(typeof details === 'object' && details !== null ? details : {}) },
  });
}
