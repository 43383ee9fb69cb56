import { expect, test } from 'vitest';
import { errorBody, SummitError, toPublic } from './errors.ts';

test('an expected error keeps its code, status, text and public details', () => {
  const shown = toPublic(new SummitError('RATE_LIMITED', { retryAfter: 7 }), 'r1');
  expect(shown).toEqual({
    status: 429,
    code: 'RATE_LIMITED',
    message: 'Too many requests. Wait 7 s.',
    requestId: 'r1',
    retryAfter: 7,
  });
});

test('an unexpected error shows nothing of itself', () => {
  const shown = errorBody(toPublic(new Error('password is hunter2 at db.internal'), 'r2'));
  expect(shown).not.toMatch(/hunter2|db\.internal/);
  expect(JSON.parse(shown).error).toMatchObject({ code: 'INTERNAL', requestId: 'r2' });
});

test('the cause stays inside', () => {
  const error = new SummitError('DATABASE_UNAVAILABLE', {}, new Error('ECONNREFUSED 10.0.0.5'));
  expect(errorBody(toPublic(error, 'r3'))).not.toContain('10.0.0.5');
  expect(toPublic(error, 'r3').retryAfter).toBe(1);
});
