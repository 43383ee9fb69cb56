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

test('an undo that stopped half-way says how many acts stay undone, whatever stopped it', () => {
  const stopped = { undone: 2, of: 3 };
  for (const code of ['UNDO_CONFLICT', 'FORBIDDEN', 'NEW_CODE']) {
    const { detail } = explain(new ApiError({ code, message: 'No.', details: { stopped } }));
    expect(detail).toContain('2 of 3 acts were undone before it stopped');
    expect(detail).not.toContain('Nothing');
  }
  const none = new ApiError({ code: 'FORBIDDEN', message: 'No.', details: {} });
  expect(explain(none).detail).toContain('Nothing was changed');
});

test("a code we do not know keeps the server's own sentence", () => {
  const said = explain(new ApiError({ code: 'NEW_CODE', message: 'The moon is in the way.' }));
  expect(said.title).toBe('The moon is in the way');
});

test('what is said of a file that cannot be read is for who sent it here, not for a command line', () => {
  const damaged = explain(
    new ApiError({
      code: 'FILE_DAMAGED',
      message: 'The file cannot be read: the gzip data is damaged or cut short after 0 unpacked bytes',
    }),
  );
  expect(damaged.title).toContain('the gzip data is damaged or cut short');
  expect(damaged.detail).toMatch(/^Nothing was written\. .*fetch it again .*send it once more\.$/);
  const unknown = explain(
    new ApiError({
      code: 'FORMAT_UNKNOWN',
      message: 'It was not recognised. Say --format csv; in the form, choose it.',
    }),
  );
  expect(`${unknown.title} ${unknown.detail}`).not.toMatch(/--|in the form/);
  expect(unknown.detail).toContain('save it as CSV or XLSX');
});

test('only silence and want of room are asked again, never a refusal', () => {
  for (const code of ['NO_ANSWER', 'DATABASE_BUSY'])
    expect(new ApiError({ code, message: '' }).mayBeRetried).toBe(true);
  expect(new ApiError({ code: 'FORBIDDEN', message: '' }).mayBeRetried).toBe(false);
});
