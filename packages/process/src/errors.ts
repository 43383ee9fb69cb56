/**
 * The one table of errors that callers may see: code, HTTP status, and a sentence that says what to do.
 * `{name}` in a message is filled from the error's details.
 */
export const errors = {
  INPUT_INVALID: { status: 400, message: 'The input is not valid: {problem}' },
  REQUEST_MALFORMED: { status: 400, message: 'The request is not well formed.' },
  GRAPHQL_INVALID: { status: 400, message: 'The GraphQL document is not valid: {problem}' },
  QUERY_TOO_COMPLEX: {
    status: 400,
    message: 'The query asks for too much at once: {problem}. Split it or ask for smaller pages.',
  },
  CURSOR_INVALID: {
    status: 400,
    message: 'The page cursor is not one of ours. Start again from the first page.',
  },
  POSITION_UNKNOWN: { status: 400, message: 'The position names no change here.' },
  MAPPING_INVALID: { status: 400, message: 'The mapping is not valid: {problem}' },
  FORMAT_UNKNOWN: {
    status: 400,
    message:
      'The format of the file was not recognised. If it is a table, say --format csv; in the form, choose it.',
  },
  FILE_DAMAGED: { status: 400, message: 'The file cannot be read: {problem}' },
  FILE_REMOVED: { status: 410, message: 'The original file was removed on {day}; its facts stand.' },
  UNAUTHENTICATED: { status: 401, message: 'Sign in, or send a valid token.' },
  LINK_SPENT: {
    status: 401,
    message: 'The sign-in link was used or is too old. Make a new one: bin/summit signin-link',
  },
  SIGN_IN_FAILED: { status: 400, message: 'The sign-in did not finish. Begin it again.' },
  FORBIDDEN: { status: 403, message: 'You may not do this.' },
  SIGN_IN_NOT_INVITED: {
    status: 403,
    message: 'You are signed in at your provider, but nobody has invited you here. Ask an owner.',
  },
  CROSS_ORIGIN_REFUSED: { status: 403, message: 'The request does not come from this page.' },
  NOT_FOUND: { status: 404, message: 'There is no such thing here, or you may not see it.' },
  METHOD_REFUSED: { status: 405, message: 'This address does not answer to {method}.' },
  BELONGS_TO_SOURCE: {
    status: 409,
    message: 'This was said by a source. Refute its values, or remove the whole dataset.',
  },
  INVESTIGATION_READ_ONLY: {
    status: 409,
    message: 'This investigation is read-only. Copy it, and work in the copy.',
  },
  JUDGEMENT_CONTRADICTS: { status: 409, message: 'The judgement contradicts an earlier one.' },
  UNDO_CONFLICT: { status: 409, message: 'Later changes stand on this one. Undo them first.' },
  ALREADY_UNDONE: { status: 409, message: 'This was undone already.' },
  UNDO_IMPOSSIBLE: { status: 409, message: 'This cannot be undone: {problem}.' },
  LAST_OWNER: {
    status: 409,
    message:
      'Without {name} nobody here would be owner. Add another first (bin/summit user add NAME --role owner).',
  },
  NO_OWNER: {
    status: 409,
    message: 'Every owner here is disabled. Let one in again (bin/summit user enable "{name}").',
  },
  DATASET_KEY_TAKEN: { status: 409, message: 'A dataset with this key exists already.' },
  IMPORT_NOT_READY: { status: 409, message: 'This cannot be done: the import is {state}.' },
  REPLACE_NOT_CONFIRMED: {
    status: 409,
    message: 'Replacing would remove {percent} % of the dataset. Confirm it to go on.',
  },
  CONFLICT: { status: 409, message: 'Somebody else changed the same thing at the same moment. Try again.' },
  IDEMPOTENCY_MISMATCH: { status: 422, message: 'This Idempotency-Key was used with another request.' },
  TOO_LARGE: { status: 413, message: 'The request is larger than {limit} bytes.' },
  PREVIEW_TOO_LARGE: { status: 413, message: 'The preview would touch too many rows or take too long.' },
  QUOTA_EXCEEDED: {
    status: 413,
    message: 'There is no room left for files. Whoever runs Summit can raise BLOB_QUOTA_BYTES.',
  },
  MEDIA_TYPE_NOT_ALLOWED: { status: 415, message: 'Send {expected}.' },
  HOST_NOT_ALLOWED: { status: 421, message: 'This host name is not one of ours. Add it to SUMMIT_HOSTS.' },
  RATE_LIMITED: { status: 429, message: 'Too many requests. Wait {retryAfter} s.' },
  MIGRATION_CHANGED: {
    status: 500,
    message:
      'Migration {file} was applied here in another form. Run the Summit that made this database, or start with an empty SUMMIT_HOME.',
  },
  INTERNAL: { status: 500, message: 'Something went wrong on our side. Quote the request id.' },
  POSITION_NOT_READY: { status: 503, message: 'This moment is not settled yet. Try again in a moment.' },
  DATABASE_UNAVAILABLE: { status: 503, message: 'The database does not answer. Try again in a moment.' },
  DATABASE_BUSY: {
    status: 503,
    message: 'The database has no connection left for this. Try again in a moment.',
  },
  GRAPH_UNAVAILABLE: {
    status: 503,
    message: 'The graph store does not answer. Try again in a moment; everything else works.',
  },
  GRAPH_BUSY: {
    status: 503,
    message:
      'More is asked of the graph than it can answer at once. Try again in a moment; everything else works.',
  },
  PROJECTION_NOT_SERVING: {
    status: 503,
    message:
      'The graph store holds nothing that serves at this moment: it is being filled, or a large change is being written to it. See bin/summit projection status neo4j.',
  },
  PROJECTION_NOT_RUNNING: {
    status: 503,
    message: 'No worker is at it (the projection is {state}). What was asked for is done once one is.',
  },
  PROJECTION_FAILING: {
    status: 503,
    message:
      'Changes do not go into the graph store: {problem}. At a limit of memory raise its server.memory.heap.max_size and start it; the rest is done by itself.',
  },
  DISK_FULL: { status: 503, message: 'The disk is full; nothing can be written. Reading goes on.' },
  PROVIDER_UNAVAILABLE: {
    status: 503,
    message: 'The identity provider does not answer. Try again in a moment.',
  },
  SERVER_UNAVAILABLE: { status: 503, message: 'The server does not answer. Try again in a moment.' },
  QUERY_TIMEOUT: { status: 504, message: 'The question took too long and was stopped. Narrow it.' },
} as const satisfies Record<string, { status: number; message: string }>;

export type ErrorCode = keyof typeof errors;

/** What a SummitError carries for the caller; never put anything here that the caller may not see. */
export type Details = Record<string, unknown> & { retryAfter?: number };

/** An expected failure with a code from the table. `details` are public, `cause` never is. */
export class SummitError extends Error {
  readonly code: ErrorCode;
  readonly details: Details;

  constructor(code: ErrorCode, details: Details = {}, cause?: unknown) {
    super(fill(errors[code].message, details), cause === undefined ? undefined : { cause });
    this.name = 'SummitError';
    this.code = code;
    this.details = details;
  }

  get status(): number {
    return errors[this.code].status;
  }
}

export type PublicError = {
  status: number;
  code: ErrorCode;
  message: string;
  requestId: string;
  retryAfter?: number;
  details?: Details;
};

/** What a caller is told. Anything unexpected becomes INTERNAL without a trace of its text. */
export function toPublic(error: unknown, requestId: string): PublicError {
  const known = error instanceof SummitError ? error : new SummitError('INTERNAL', {}, error);
  const { retryAfter, ...details } = known.details;
  const wait = retryAfter ?? (known.status === 503 ? 1 : undefined);
  return {
    status: known.status,
    code: known.code,
    message: known.message,
    requestId,
    ...(wait === undefined ? {} : { retryAfter: wait }),
    ...(Object.keys(details).length === 0 ? {} : { details }),
  };
}

/** The JSON body for HTTP answers: `{ "error": { code, message, requestId, … } }`. */
export function errorBody(error: PublicError): string {
  const { status: _, ...rest } = error;
  return JSON.stringify({ error: rest });
}

const fill = (message: string, details: Details): string =>
  message.replace(/\{(\w+)\}/g, (_, name: string) => String(details[name] ?? name));
