import { expect, test } from 'vitest';
import { ApiError, explain } from './apiError.ts';

test('a refusal says what happened, what was kept and what to do', () => {
  const said = explain(
    new ApiError({ code: 'UNDO_CONFLICT', message: 'Later changes …', requestId: '0193' }),
  );
  expect(said.title).toBe('Later changes stand on this one');
  expect(said.detail).toContain('Nothing was undone');
  expect(said.requestId).toBe('0193');
});

test("a code we do not know keeps the server's own sentence", () => {
  const said = explain(new ApiError({ code: 'NEW_CODE', message: 'The moon is in the way.' }));
  expect(said.title).toBe('The moon is in the way');
});

test('only silence is asked again, never a refusal', () => {
  expect(new ApiError({ code: 'NO_ANSWER', message: '' }).mayBeRetried).toBe(true);
  expect(new ApiError({ code: 'FORBIDDEN', message: '' }).mayBeRetried).toBe(false);
});
