import { SummitError } from '@summit/process/errors';

/** What callers are told about an error of the database; anything else as it is. */
export function asRefusal(error: unknown): unknown {
  if (error instanceof SummitError) return error;
  const code = (error as { code?: unknown } | null)?.code;
  if (code === '57014') return new SummitError('QUERY_TIMEOUT', {}, error);
  if (code === '53100') return new SummitError('DISK_FULL', {}, error);
  if (code === '40001' || code === '40P01') return new SummitError('CONFLICT', { retryAfter: 1 }, error);
  // Of text and of JSON: U+0000 and halves of a surrogate pair are all that JSON lets through and Postgres does not.
  if (code === '22021' || code === '22P05') {
    return new SummitError(
      'INPUT_INVALID',
      { problem: 'a text contains a character that cannot be stored, such as U+0000' },
      error,
    );
  }
  return error;
}
